import type { Validators } from '../http/preconditions.js';
import { Problem } from '../http/problem.js';
import type { Catalog } from '../resource/catalog.js';
import type { Awaitable, Found } from '../resource/found.js';
import type { CatalogNode, EntityNode } from '../resource/nodes.js';
import { expandPath } from '../resource/nodes.js';
import { isStale, isTaken } from '../resource/refusals.js';
import { MOST_TRIES, namesVersion, overtaken, requirePreconditions } from './conditions.js';
import type { Answer } from './incoming.js';
import { findEntity, representCatalog, representEntity } from './representation.js';
import type { EntityBody } from './request-document.js';
import { invalid, readEntityDocument } from './request-document.js';
import { settle } from './settle.js';
import type { Visit } from './visit.js';

/** A catalog whose bodies are of a type that is known only where its class is written. */
type AnyCatalog = Catalog<{ readonly body: { readonly type: 'object' } }>;

/** What the preconditions of a request are held against; undefined where there is nothing. */
export type ValidatorsOf = (current: Found) => Validators | undefined;

/** POST: makes an entity of the document, under an id that the catalog gives. */
export async function create(visit: Visit, node: CatalogNode): Promise<Answer> {
  const { served, exchange, incoming } = visit;
  const entity = node.entity as EntityNode;
  const body = await readEntityDocument(served, exchange, incoming);
  refuse(entity, body);
  const { etag } = await representCatalog(served, exchange, node);
  requirePreconditions(incoming, etag === undefined ? {} : { etag });
  const catalog = exchange.catalogAt(node) as unknown as AnyCatalog;
  const created = await settle(served, exchange, catalog.create(body));
  if (typeof created?.id !== 'string') {
    throw new TypeError(
      `${node.className}.create() gives the entity with its id; found ${JSON.stringify(created)}`,
    );
  }
  const there = { ...visit, exchange: exchange.at(entity, [...exchange.values, created.id]) };
  return new EntityWriting(there, entity).created(created, created.id);
}

/** The methods that change one entity, for one request. */
export class EntityWriting {
  readonly #visit: Visit;
  readonly #node: EntityNode;
  readonly #id: string;
  readonly #catalog: AnyCatalog;

  constructor(visit: Visit, node: EntityNode) {
    const { exchange } = visit;
    this.#visit = visit;
    this.#node = node;
    this.#id = exchange.values[node.variables.length - 1] as string;
    this.#catalog = exchange.catalogAt(node.parent);
  }

  /** PUT: replaces the body whole, or makes an entity where the catalog lets clients choose ids. */
  async replace(): Promise<Answer> {
    const { served, exchange, incoming } = this.#visit;
    const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = incoming.req.headers;
    const found = await this.#existing();
    if (found === undefined && (this.#node.parent.ids !== 'client' || ifNoneMatch !== '*')) {
      // If-Match is false of what does not exist (RFC 9110, section 13.1.1).
      if (ifMatch !== undefined) requirePreconditions(incoming, undefined);
      const creating = this.#node.parent.ids === 'client' && ifMatch === undefined;
      const detail = 'Nothing is here. To create it, send If-None-Match: * with the PUT.';
      throw new Problem('not-found', creating ? { detail } : {});
    }
    const body = await readEntityDocument(served, exchange, incoming);
    refuse(this.#node, body);
    if (found === undefined) return this.#createHere(body);
    const replaced = await this.#overtake(found, this.#validatorsOf, (current) => {
      const whole = this.#node.body.keepReadOnly(body, current.body as EntityBody);
      // What is carried over from the old body, or was asked to be unchanged, must still be so when it is written.
      const bound = whole !== body || namesVersion(incoming);
      return this.#catalog.replace(this.#id, whole, versionOf(current, bound));
    });
    return this.#answer(replaced);
  }

  /** PATCH with Shoji's partial entity: each member given replaces what was there, the others stay. */
  async update(): Promise<Answer> {
    const { served, exchange, incoming } = this.#visit;
    const found = await findEntity(served, exchange, this.#node);
    const changes = await readEntityDocument(served, exchange, incoming);
    return this.#answer(await this.change(found, changes));
  }

  /** DELETE. */
  async remove(): Promise<Answer> {
    const { served, exchange, incoming } = this.#visit;
    const found = await findEntity(served, exchange, this.#node);
    requirePreconditions(incoming, this.#validatorsOf(found));
    const version = versionOf(found, namesVersion(incoming));
    await settle(served, exchange, this.#catalog.remove(this.#id, version));
    return { status: 204, headers: {} };
  }

  /**
   * Changes members of the body.
   *
   * @param found - the entity as it was read
   * @param changes - the new members; one that is undefined goes
   * @param validatorsOf - the entity's own by default
   * @returns the entity as it is now
   */
  change(found: Found, changes: EntityBody, validatorsOf: ValidatorsOf = this.#validatorsOf): Promise<Found> {
    return this.#overtake(found, validatorsOf, (current) => {
      const old = current.body as EntityBody;
      refuse(this.#node, changed(this.#node.body.withoutReadOnly(old), changes));
      const whole = this.#node.body.keepReadOnly(changed(old, changes), old);
      return this.#catalog.update(this.#id, whole, { ...versionOf(current, true), changes });
    });
  }

  /** The answer to a request that made the entity. */
  async created(entity: Found, id: string): Promise<Answer> {
    const { served, exchange } = this.#visit;
    // Such as `..`, or the name of a view beside the entities: no request would ever reach it.
    if (served.declaration.tree.find(expandPath(this.#node, exchange.values))?.resource !== this.#node) {
      const { className } = this.#node.parent;
      throw new TypeError(`no path leads to an entity with the id ${JSON.stringify(id)} in ${className}`);
    }
    const { headers, ...answer } = await this.#answer(entity);
    return { ...answer, status: 201, headers: { ...headers, Location: this.#visit.exchange.self } };
  }

  /**
   * Makes a change that rests on the entity as it was read, and makes it anew where somebody else was faster
   * and the client did not say which version it meant.
   */
  async #overtake(
    found: Found,
    validatorsOf: ValidatorsOf,
    change: (current: Found) => Awaitable<Found>,
  ): Promise<Found> {
    const { served, exchange, incoming } = this.#visit;
    let current = found;
    for (let left = MOST_TRIES; ; left--) {
      requirePreconditions(incoming, validatorsOf(current));
      try {
        return await settle(served, exchange, change(current));
      } catch (error) {
        if (!isStale(error) || namesVersion(incoming)) throw error;
        if (left === 1) throw overtaken(error);
        current = await findEntity(served, exchange, this.#node);
      }
    }
  }

  /** Makes an entity that was not there; where somebody else was faster, `If-None-Match: *` has become false. */
  async #createHere(body: EntityBody): Promise<Answer> {
    const { served, exchange, incoming } = this.#visit;
    requirePreconditions(incoming, undefined);
    try {
      const made = await settle(served, exchange, this.#catalog.create(body, { id: this.#id }));
      if (made?.id === this.#id) return await this.created(made, made.id);
      const { className } = this.#node.parent;
      throw new TypeError(`${className}.create() was to use the id ${this.#id}; found ${made?.id}`);
    } catch (error) {
      throw isTaken(error) ? new Problem('precondition-failed', { cause: error }) : error;
    }
  }

  async #existing(): Promise<Found | undefined> {
    try {
      return await findEntity(this.#visit.served, this.#visit.exchange, this.#node);
    } catch (error) {
      if (error instanceof Problem && error.type === 'not-found') return undefined;
      throw error;
    }
  }

  async #answer(entity: Found): Promise<Answer> {
    if (typeof entity?.body !== 'object') {
      const { className } = this.#node.parent;
      throw new TypeError(`${className} gives the entity as it is after a write; found ${typeof entity}`);
    }
    const { served, exchange } = this.#visit;
    const { etag, text } = representEntity(served, exchange, this.#node, entity);
    const headers = { 'Content-Location': exchange.self, ...(etag !== undefined && { ETag: etag }) };
    return { status: 200, headers, body: await text() };
  }

  readonly #validatorsOf = (entity: Found): Validators => {
    const { served, exchange } = this.#visit;
    const { etag } = representEntity(served, exchange, this.#node, entity);
    return etag === undefined ? {} : { etag };
  };
}

/** A body with some members changed; those that are undefined are gone. */
function changed(body: EntityBody, changes: EntityBody): EntityBody {
  return Object.fromEntries(
    Object.entries({ ...body, ...changes }).filter(([, value]) => value !== undefined),
  );
}

function versionOf({ version }: Found, bound: boolean): { version?: string } {
  return bound && version !== undefined ? { version } : {};
}

function refuse({ body: schema }: EntityNode, body: EntityBody): void {
  const errors = schema.errors(body);
  if (errors.length > 0) throw invalid(errors);
}
