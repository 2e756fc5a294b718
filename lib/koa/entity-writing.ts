import type { Validators } from '../http/preconditions.js';
import { Problem } from '../http/problem.js';
import type { Catalog } from '../resource/catalog.js';
import type { Exchange } from '../resource/exchange.js';
import type { Awaitable, Found } from '../resource/found.js';
import type { CatalogNode, EntityNode } from '../resource/nodes.js';
import { isStale, isTaken } from '../resource/refusals.js';
import { requirePreconditions, tries } from './conditions.js';
import type { Answer, Incoming } from './incoming.js';
import { findEntity, representEntity } from './representation.js';
import type { EntityBody } from './request-document.js';
import { invalid, readEntityDocument } from './request-document.js';
import type { Served } from './served.js';
import { settle } from './settle.js';

/** A catalog whose bodies are of a type that is known only where its class is written. */
type AnyCatalog = Catalog<{ readonly body: { readonly type: 'object' } }>;

/** POST: makes an entity of the document, under an id that the catalog gives. */
export async function create(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
  node: CatalogNode,
): Promise<Answer> {
  const entity = node.entity as EntityNode;
  const body = await readEntityDocument(served, exchange, incoming);
  refuse(entity.body.errors(body));
  requirePreconditions(incoming, {});
  const catalog = exchange.catalogAt(node) as unknown as AnyCatalog;
  const created = await settle(served, exchange, catalog.create(body));
  if (typeof created?.id !== 'string') {
    throw new TypeError(
      `${node.className}.create() gives the entity with its id; found ${JSON.stringify(created)}`,
    );
  }
  return createdAnswer(served, exchange, entity, [...exchange.values, created.id], created);
}

/** PUT: replaces the body whole, or makes an entity where the catalog lets clients choose ids. */
export async function replace(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
  node: EntityNode,
): Promise<Answer> {
  const id = idOf(exchange);
  const catalog = exchange.catalogAt(node.parent) as unknown as AnyCatalog;
  const found = await existing(served, exchange, node);
  if (
    found === undefined &&
    (node.parent.ids !== 'client' || incoming.req.headers['if-none-match'] !== '*')
  ) {
    // If-Match is false of what does not exist (RFC 9110, section 13.1.1).
    if (incoming.req.headers['if-match'] !== undefined) requirePreconditions(incoming, undefined);
    throw new Problem('not-found');
  }
  const body = await readEntityDocument(served, exchange, incoming);
  refuse(node.body.errors(body));
  if (found === undefined) {
    requirePreconditions(incoming, undefined);
    const created = await createAt(served, exchange, catalog, id, body);
    return createdAnswer(served, exchange, node, exchange.values, created);
  }
  const ofEntity = (entity: Found) => validators(served, exchange, node, entity);
  const replaced = await overtake(served, exchange, incoming, node, found, ofEntity, (current) => {
    const whole = node.body.keepReadOnly(body, current.body as EntityBody);
    // What is carried over from the old body, or was asked to be unchanged, must still be so when it is written.
    const bound = whole !== body || incoming.req.headers['if-match'] !== undefined;
    return catalog.replace(id, whole, versionOf(current, bound));
  });
  return answerWith(served, exchange, node, replaced);
}

/** PATCH with Shoji's partial entity: each member given replaces what was there, the others stay. */
export async function update(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
  node: EntityNode,
): Promise<Answer> {
  const found = await findEntity(served, exchange, node);
  const changes = await readEntityDocument(served, exchange, incoming);
  const ofEntity = (entity: Found) => validators(served, exchange, node, entity);
  const updated = await applyChanges(served, exchange, incoming, node, found, ofEntity, () => changes);
  return answerWith(served, exchange, node, updated);
}

/**
 * Changes members of an entity's body.
 *
 * @param validatorsOf - what the request's preconditions are held against, from the entity as it is
 * @param changesTo - the changed members, from the body as it is
 * @returns the entity as it is now
 */
export function applyChanges(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
  node: EntityNode,
  found: Found,
  validatorsOf: (current: Found) => Validators | undefined,
  changesTo: (body: EntityBody) => EntityBody,
): Promise<Found> {
  const catalog = exchange.catalogAt(node.parent) as unknown as AnyCatalog;
  return overtake(served, exchange, incoming, node, found, validatorsOf, (current) => {
    const old = current.body as EntityBody;
    const changes = changesTo(old);
    refuse(node.body.errors({ ...node.body.withoutReadOnly(old), ...changes }));
    const whole = node.body.keepReadOnly({ ...old, ...changes }, old);
    return catalog.update(idOf(exchange), whole, { ...versionOf(current, true), changes });
  });
}

/**
 * Makes a change that rests on the entity as it was read, and makes it anew where somebody else was faster
 * and the client did not say which version it meant.
 */
async function overtake(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
  node: EntityNode,
  first: Found,
  validatorsOf: (current: Found) => Validators | undefined,
  change: (current: Found) => Awaitable<Found>,
): Promise<Found> {
  let current = first;
  for (let left = tries(incoming); ; left--) {
    requirePreconditions(incoming, validatorsOf(current));
    try {
      return await settle(served, exchange, change(current));
    } catch (error) {
      if (!isStale(error) || left <= 1) throw error;
      current = await findEntity(served, exchange, node);
    }
  }
}

/** Makes an entity that was not there; where somebody else was faster, `If-None-Match: *` has become false. */
async function createAt(
  served: Served,
  exchange: Exchange,
  catalog: AnyCatalog,
  id: string,
  body: EntityBody,
): Promise<Found> {
  try {
    return await settle(served, exchange, catalog.create(body, { id }));
  } catch (error) {
    throw isTaken(error) ? new Problem('precondition-failed', { cause: error }) : error;
  }
}

/** DELETE. */
export async function remove(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
  node: EntityNode,
): Promise<Answer> {
  const found = await findEntity(served, exchange, node);
  requirePreconditions(incoming, validators(served, exchange, node, found));
  const bound = incoming.req.headers['if-match'] !== undefined;
  await settle(
    served,
    exchange,
    exchange.catalogAt(node.parent).remove(idOf(exchange), versionOf(found, bound)),
  );
  return { status: 204, headers: {} };
}

async function existing(served: Served, exchange: Exchange, node: EntityNode): Promise<Found | undefined> {
  try {
    return await findEntity(served, exchange, node);
  } catch (error) {
    if (error instanceof Problem && error.type === 'not-found') return undefined;
    throw error;
  }
}

async function createdAnswer(
  served: Served,
  exchange: Exchange,
  node: EntityNode,
  values: readonly string[],
  created: Found,
): Promise<Answer> {
  const own = exchange.at(node, values);
  const answer = await answerWith(served, own, node, created);
  return { ...answer, status: 201, headers: { ...answer.headers, Location: own.self } };
}

async function answerWith(
  served: Served,
  exchange: Exchange,
  node: EntityNode,
  found: Found,
): Promise<Answer> {
  if (typeof found?.body !== 'object') {
    throw new TypeError(
      `${node.parent.className} gives the entity as it is after a write; found ${typeof found}`,
    );
  }
  const { etag, text } = representEntity(served, exchange, node, found);
  return { status: 200, headers: etag === undefined ? {} : { ETag: etag }, body: await text() };
}

function validators(served: Served, exchange: Exchange, node: EntityNode, found: Found): { etag?: string } {
  const { etag } = representEntity(served, exchange, node, found);
  return etag === undefined ? {} : { etag };
}

function versionOf({ version }: Found, bound: boolean): { version?: string } {
  return bound && version !== undefined ? { version } : {};
}

function idOf({ values }: Exchange): string {
  return values.at(-1) as string;
}

function refuse(errors: ReturnType<EntityNode['body']['errors']>): void {
  if (errors.length > 0) throw invalid(errors);
}
