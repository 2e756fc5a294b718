import { ProblemError } from '../http/problem.js';
import { Catalog } from '../resource/resource-classes.js';
import type { CatalogClass, ResourceRequest } from '../resource/resource-classes.js';
import { Collection } from '../resource/collection.js';
import type { Unseen } from '../resource/collection.js';
import { requireMethods } from '../declaration/class-methods.js';
import { andThen, isThenable } from '../resource/entity-record.js';
import type { Awaitable, EntityRecord } from '../resource/entity-record.js';
import { iriOf, linkOf, placeOf, queryOf } from '../declaration/resource-iris.js';
import { expandPath } from '../declaration/nodes.js';
import type { CatalogNode, EntityNode, ResourceNode } from '../declaration/nodes.js';
import type { CollectionKey, ReadWriter, Transaction } from '../store/store.js';
import { isStored } from '../declaration/rendering.js';
import { isVersionConflict, tooManyConflicts } from './error-response.js';
import type { ApiContext } from './api-context.js';
import type { HttpRequest } from './http-message.js';

type CatalogConstructor = new (request: ResourceRequest, collection: Collection<never>) => Catalog<never>;

/** A catalog whose bodies are of a type that is known only where its class is written. */
export type AnyCatalog = Catalog<{ readonly body: { readonly type: 'object' } }>;

/** How often a change is made again that other changes came before. */
export const MAX_ATTEMPTS: number = 20;

/** The ids of the entities around a collection that stands within none. */
const NO_PARENTS: readonly string[] = [];

/** A path that {@link expandPath} would write as it is: nothing in it is encoded, or needs to be. */
const PLAIN_PATH = /^[\w.~/-]*$/;

/** One for all: it says nothing of the request, is never logged, and is made for every look at what is gone. */
const NOT_FOUND = new ProblemError('not-found');

/**
 * One request to a resource of the API: what the methods of the server work on, and, by the interface
 * {@link ResourceRequest}, what resource classes see of it.
 */
export class RequestContext implements ResourceRequest {
  readonly api: ApiContext;
  readonly http: HttpRequest;
  readonly method: string;
  readonly state: Readonly<Record<string, unknown>>;
  readonly node: ResourceNode;
  /** The values of the variables in the path, from left to right. */
  readonly values: readonly string[];
  query: Readonly<Record<string, unknown>> = {};
  /** The query without the defaults of what was not asked for; undefined where that is no other. */
  asked: Readonly<Record<string, unknown>> | undefined = undefined;
  /** The entity that a fragment or view belongs to, once it is read. */
  entity?: EntityRecord;
  /** What of the body that the client sent refers to what it may not see. */
  unseen: Unseen | undefined;
  /** Whether the answer is of no use any more: it took too long, or the client has gone. */
  aborted = false;
  /** The same request as the resource saw it that is answering. */
  readonly #parent: RequestContext | undefined;
  readonly #transaction: Transaction | undefined;
  #controller?: AbortController;
  #params?: Readonly<Record<string, string>>;

  /**
   * @param parent - the same request as the resource sees it that is answering, where this is another resource's view
   * @param transaction - what it is part of; by default what `parent` is part of
   */
  constructor(
    api: ApiContext,
    http: HttpRequest,
    node: ResourceNode,
    values: readonly string[],
    parent?: RequestContext,
    transaction?: Transaction,
  ) {
    this.api = api;
    this.http = http;
    this.method = http.method;
    this.state = http.state;
    this.node = node;
    this.values = values;
    this.unseen = parent?.unseen;
    this.#parent = parent;
    this.#transaction = transaction ?? (parent === undefined ? undefined : parent.#transaction);
  }

  get params(): Readonly<Record<string, string>> {
    return (this.#params ??= paramsOf(this.node, this.values));
  }

  /** The IRI of the resource, with the query that it was asked with. */
  get self(): string {
    const names = this.node.query?.names;
    return this.api.base + this.path + (names === undefined ? '' : queryOf(names, this.asked ?? this.query));
  }

  /** {@link self} without base and query: the path as this server was asked for it. */
  get path(): string {
    const { path, mount } = this.http;
    const isCanonical = this.#parent === undefined && PLAIN_PATH.test(path);
    return mount + (isCanonical ? path : expandPath(this.node, this.values));
  }

  /** Whether a change depends on the state that it is made to (RFC 9110, section 13.1). */
  get isConditional(): boolean {
    const { headers } = this.http.req;
    return (
      headers['if-match'] !== undefined ||
      headers['if-none-match'] !== undefined ||
      headers['if-unmodified-since'] !== undefined
    );
  }

  /** Whether a change of the resource has to be held to preconditions: those of the request, or that there must be one. */
  get hasPreconditions(): boolean {
    return this.node.requireIfMatch || this.isConditional;
  }

  /** The same request as another resource would see it. */
  at(node: ResourceNode, values: readonly string[]): RequestContext {
    return new RequestContext(this.api, this.http, node, values, this);
  }

  // Time limits and the client's going away.

  get signal(): AbortSignal {
    return this.#abortion.signal;
  }

  /** One for the request, whichever resource looks at it. */
  get #abortion(): AbortController {
    return this.#parent === undefined ? (this.#controller ??= new AbortController()) : this.#parent.#abortion;
  }

  /** Tells what listens to the signal that the answer is of no use any more. */
  abort(reason: Error): void {
    this.aborted = true;
    this.#abortion.abort(reason);
  }

  /** Aborts the request as soon as the client goes away before it has its whole answer. */
  abortWhenClientLeaves(): void {
    const { res } = this.http;
    res.once('close', () => {
      if (!res.writableFinished) this.abort(clientLeft());
    });
  }

  /**
   * Waits for what a resource class promised, but no longer than the time limit: then the request's signal
   * is aborted, and whatever the promise comes to is ignored.
   *
   * @throws {ProblemError} `timeout`
   */
  withTimeout<T>(given: Awaitable<T>): Awaitable<T> {
    if (!isThenable(given)) return given;
    const { timeout } = this.api;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        const cause = new Error(`${this.node.className} did not answer within ${timeout} ms`);
        this.abort(cause);
        reject(new ProblemError('timeout', { cause }));
      }, timeout);
      given.then(
        (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        (error: unknown) => {
          clearTimeout(timer);
          reject(error);
        },
      );
    });
  }

  // Several things as one.

  /**
   * Lets requests that name the same key go one after the other, in the order in which they came: what many
   * try at once, most would have to try again. Those of other processes are kept apart by the store alone.
   *
   * @throws {ProblemError} `timeout`, where waiting and work together take longer than the time limit
   */
  async runExclusive<T>(key: string, work: () => Promise<T>): Promise<T> {
    const done = this.api.mutex.runExclusive(key, () => {
      // The client has been told that it took too long.
      if (this.aborted) throw this.signal.reason;
      return work();
    });
    return this.withTimeout(done);
  }

  /**
   * Does several reads and writes as one transaction of the store.
   *
   * @param run - is given the request as part of the transaction; may run more than once
   */
  inTransaction<T>(run: (part: RequestContext, transaction: Transaction) => Awaitable<T>): Promise<T> {
    const within = async (transaction: Transaction) => {
      const part = new RequestContext(this.api, this.http, this.node, this.values, this, transaction);
      part.query = this.query;
      part.asked = this.asked;
      if (this.entity !== undefined) part.entity = this.entity;
      return run(part, transaction);
    };
    return this.#transaction === undefined ? this.api.store.transaction(within) : within(this.#transaction);
  }

  /**
   * Both: a transaction that waits for those of requests with the same key. What is not done within the time limit is
   * not done at all.
   *
   * @throws {ProblemError} `timeout`
   */
  inExclusiveTransaction<T>(
    key: string,
    run: (part: RequestContext, transaction: Transaction) => Awaitable<T>,
  ): Promise<T> {
    return this.runExclusive(key, () =>
      this.inTransaction(async (part, transaction) => {
        const result = await run(part, transaction);
        // The client has been told that it took too long, and must not find it done all the same.
        if (this.aborted) throw this.signal.reason;
        return result;
      }),
    );
  }

  /**
   * Makes a change that rests on the entity as it was read. Where another change came between, it is made anew to
   * what is there then.
   *
   * @param found - the entity as it was read
   * @param change - holds the request to its preconditions, too: they may not hold any more
   */
  async retryOnConflict<T>(
    node: EntityNode,
    found: EntityRecord,
    change: (current: EntityRecord) => Awaitable<T>,
  ): Promise<T> {
    try {
      return await this.withTimeout(change(found));
    } catch (error) {
      if (!isVersionConflict(error)) throw error;
    }
    // From the second attempt on, requests that change the same entity wait for each other.
    return this.runExclusive(expandPath(node, this.values), async () => {
      for (let left = MAX_ATTEMPTS; ; left--) {
        try {
          return await this.withTimeout(change(await this.findEntity(node)));
        } catch (error) {
          if (!isVersionConflict(error)) throw error;
          if (left === 1) throw tooManyConflicts(error);
        }
      }
    });
  }

  // Catalogs and entities.

  /** The id of the entity that the path leads to, or through. */
  idOf(node: EntityNode): string {
    return this.values[node.variables.length - 1] as string;
  }

  /** The catalog that the resource is, or belongs to. */
  get catalog(): Catalog<never> {
    return this.catalogAt(catalogOf(this.node));
  }

  /** An instance of a catalog's class for this request; its path shares the values of this one's. */
  catalogAt(node: CatalogNode): AnyCatalog {
    const collection = new Collection<never>(this.#session, this.#keyOf(node), node, this);
    const catalog = new (node.class as unknown as CatalogConstructor)(this, collection);
    if (!node.fieldsKnown) requireMethods(catalog, node.className);
    return catalog;
  }

  /**
   * Reads the entity at this path, or around it: from the store where its catalog's class leaves that to it.
   *
   * @throws {ProblemError} 404 where there is none
   */
  findEntity(node: EntityNode): Awaitable<EntityRecord> {
    const { parent } = node;
    const id = this.values[node.variables.length - 1] as string;
    if (isReadFromStore(parent)) {
      return andThen(this.withTimeout(this.#session.get(this.#keyOf(parent), id)), requireFound);
    }
    return andThen(this.withTimeout(this.catalogAt(parent).read(id)), (given) => {
      const found: EntityRecord = requireFound(given);
      // The body of what a store gave is parsed only where something looks at it.
      if (isStored(found) || (typeof found.body === 'object' && found.body !== null)) return found;
      throw new TypeError(
        `${parent.className}.read() gives { body: {…} } or undefined; found ${typeof found}`,
      );
    });
  }

  /** Where entities are read and written. */
  get #session(): ReadWriter {
    if (this.#transaction !== undefined) return this.#transaction;
    const { store, replica } = this.api;
    return this.method === 'GET' || this.method === 'HEAD' ? replica : store;
  }

  #keyOf(node: CatalogNode): CollectionKey {
    // The entities that a catalog lists from another one are kept under that other one's name.
    const home = node.listing?.entity.parent ?? node;
    const { length } = home.variables;
    return {
      collection: home.storeName,
      parentIds: length === 0 ? NO_PARENTS : this.values.slice(0, length),
    };
  }

  // What resource classes call. Functions that stand on their own, for classes take requests apart:
  // `value({ query, iri })`.

  get iri(): ResourceRequest['iri'] {
    return (resource, values = {}) =>
      this.#prefix + iriOf(this.api.declaration, resource, values, this.params);
  }

  get link(): ResourceRequest['link'] {
    return (resource, name, values = {}) =>
      linkOf(this.api.declaration, this.#prefix, resource, name, values, this.params);
  }

  get transaction(): ResourceRequest['transaction'] {
    return (run) => this.inTransaction((part) => run(part));
  }

  get catalogOf(): ResourceRequest['catalogOf'] {
    return <C extends CatalogClass>(resource: C, values: Readonly<Record<string, string>> = {}) => {
      const place = placeOf(this.api.declaration, resource, values, this.params);
      return this.at(place.node, place.values).catalog as unknown as InstanceType<C>;
    };
  }

  get #prefix(): string {
    return this.api.base + this.http.mount;
  }
}

/** Whether a catalog's class leaves it to the store to read an entity. */
export function isReadFromStore({ readsItsStore, class: declared }: CatalogNode): boolean {
  // A method that was put in place after the start counts, too.
  return readsItsStore && declared.prototype.read === Catalog.prototype.read;
}

function requireFound(found: EntityRecord | undefined | null): EntityRecord {
  if (found === undefined || found === null) throw NOT_FOUND;
  return found;
}

/** Why an answer is not made any more: there is no client to read it, which is no fault of the server. */
export function clientLeft(): ProblemError {
  return new ProblemError('bad-request', { detail: 'The client went away before it was answered.' });
}

/** The catalog that a resource is, or belongs to. */
export function catalogOf(node: ResourceNode): CatalogNode {
  let at = node;
  while (at.kind !== 'catalog') at = at.parent;
  return at;
}

/** The values of the variables in a path, by their names. */
export function paramsOf(
  { variables }: ResourceNode,
  values: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(variables.map((name, index) => [name, values[index] ?? '']));
}
