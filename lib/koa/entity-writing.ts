import { Problem } from '../http/problem.js';
import type { Catalog } from '../resource/catalog.js';
import type { Exchange } from '../resource/exchange.js';
import type { Found } from '../resource/found.js';
import type { CatalogNode, EntityNode } from '../resource/nodes.js';
import { isStale } from '../resource/refusals.js';
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
export async function create(served: Served, exchange: Exchange, incoming: Incoming, node: CatalogNode): Promise<Answer> {
  const entity = node.entity as EntityNode;
  const body = await readEntityDocument(served, exchange, incoming);
  refuse(entity.body.errors(body));
  requirePreconditions(incoming, {});
  const catalog = exchange.catalogAt(node) as unknown as AnyCatalog;
  const created = await settle(served, exchange, catalog.create(body));
  if (typeof created?.id !== 'string') {
    throw new TypeError(`${node.className}.create() gives the entity with its id; found ${JSON.stringify(created)}`);
  }
  return createdAnswer(served, exchange, entity, [...exchange.values, created.id], created);
}

/** PUT: replaces the body whole, or makes an entity where the catalog lets clients choose ids. */
export async function replace(served: Served, exchange: Exchange, incoming: Incoming, node: EntityNode): Promise<Answer> {
  const id = idOf(exchange);
  const catalog = exchange.catalogAt(node.parent) as unknown as AnyCatalog;
  const found = await existing(served, exchange, node);
  if (found === undefined && (node.parent.ids !== 'client' || incoming.req.headers['if-none-match'] !== '*')) {
    // If-Match is false of what does not exist (RFC 9110, section 13.1.1).
    if (incoming.req.headers['if-match'] !== undefined) requirePreconditions(incoming, undefined);
    throw new Problem('not-found');
  }
  const body = await readEntityDocument(served, exchange, incoming);
  refuse(node.body.errors(body));
  if (found === undefined) {
    requirePreconditions(incoming, undefined);
    const created = await settle(served, exchange, catalog.create(body, { id }));
    return createdAnswer(served, exchange, node, exchange.values, created);
  }
  requirePreconditions(incoming, validators(served, exchange, node, found));
  const whole = node.body.keepReadOnly(body, found.body as EntityBody);
  // What is carried over from the old body, or was asked to be unchanged, must still be so when it is written.
  const bound = whole !== body || incoming.req.headers['if-match'] !== undefined;
  const replaced = await settle(served, exchange, catalog.replace(id, whole, versionOf(found, bound)));
  return answerWith(served, exchange, node, replaced);
}

/** PATCH with Shoji's partial entity: each member given replaces what was there, the others stay. */
export async function update(served: Served, exchange: Exchange, incoming: Incoming, node: EntityNode): Promise<Answer> {
  const found = await findEntity(served, exchange, node);
  const changes = await readEntityDocument(served, exchange, incoming);
  return updateWith(served, exchange, incoming, node, found, () => changes);
}

/**
 * Applies changes to an entity and answers with it, starting over where somebody else was faster and the
 * client did not say which version it meant.
 *
 * @param changesTo - the changed members, from the body as it is
 */
export async function updateWith(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
  node: EntityNode,
  found: Found,
  changesTo: (body: EntityBody) => EntityBody,
): Promise<Answer> {
  return answerWith(served, exchange, node, await applyChanges(served, exchange, incoming, node, found, changesTo));
}

/** The change itself, for those who answer with something else than the entity. */
export async function applyChanges(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
  node: EntityNode,
  first: Found,
  changesTo: (body: EntityBody) => EntityBody,
): Promise<Found> {
  const catalog = exchange.catalogAt(node.parent) as unknown as AnyCatalog;
  let found = first;
  for (let left = tries(incoming); ; left--) {
    requirePreconditions(incoming, validators(served, exchange, node, found));
    const old = found.body as EntityBody;
    const changes = changesTo(old);
    refuse(node.body.errors({ ...node.body.withoutReadOnly(old), ...changes }));
    const whole = node.body.keepReadOnly({ ...old, ...changes }, old);
    try {
      return await settle(served, exchange, catalog.update(idOf(exchange), whole, { ...versionOf(found, true), changes }));
    } catch (error) {
      if (!isStale(error) || left <= 1) throw error;
      found = await findEntity(served, exchange, node);
    }
  }
}

/** DELETE. */
export async function remove(served: Served, exchange: Exchange, incoming: Incoming, node: EntityNode): Promise<Answer> {
  const found = await findEntity(served, exchange, node);
  requirePreconditions(incoming, validators(served, exchange, node, found));
  const bound = incoming.req.headers['if-match'] !== undefined;
  await settle(served, exchange, exchange.catalogAt(node.parent).remove(idOf(exchange), versionOf(found, bound)));
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

async function answerWith(served: Served, exchange: Exchange, node: EntityNode, found: Found): Promise<Answer> {
  if (typeof found?.body !== 'object') {
    throw new TypeError(`${node.parent.className} gives the entity as it is after a write; found ${String(found)}`);
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
