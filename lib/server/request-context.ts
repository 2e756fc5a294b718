import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { ApiContext } from './api-context.js';
import { isThenable } from '../resource/found.js';
import type { Awaitable, EntityRecord } from '../resource/found.js';
import type { CollectionKey, ReadWriter, Store, Transaction } from '../store/store.js';
import { Catalog } from '../resource/catalog.js';
import type { CatalogClass } from '../resource/classes.js';
import { Collection } from '../resource/collection.js';
import type { Unseen } from '../resource/collection.js';
import type { Declaration } from '../resource/declaration/declare.js';
import { requireMethods } from '../resource/declaration/own-methods.js';
import { iriOf, linkOf, placeOf, queryOf } from '../resource/iris.js';
import { expandPath } from '../resource/nodes.js';
import type { CatalogNode, ResourceNode } from '../resource/nodes.js';
import type { ResourceRequest } from '../resource/request.js';
import { ProblemError } from '../http/problem.js';

/** One request on its way through the ladder: the API that it is for, how it came, and what it is to classes. */
export interface Visit {
  readonly served: ApiContext;
  readonly incoming: Incoming;
  readonly exchange: RequestContext;
}

/** One request, as far as the decision ladder looks at it; nothing in it is Koa's. */
export interface Incoming {
  readonly req: IncomingMessage;
  /** Looked at only to learn that the client is gone; nothing is sent by it. */
  readonly res: ServerResponse;
  readonly method: string;
  /** The path below the prefix that the API is mounted under; starts with `/`. */
  readonly path: string;
  /** The query without `?`, as received. */
  readonly query: string;
  /** The prefix that the API is mounted under, as received, without a trailing slash; `''` at the root. */
  readonly mount: string;
  /** What earlier middleware knows of the request. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** What the ladder decides to send. */
export interface HttpResponse {
  readonly status: number;
  /** Names of what is sent often are in lower case, as HTTP/2 has them all: Node need not make them so. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Text; a stream where it is too long to be held at once. A stream has to be read to its end or be
   * destroyed, also where nothing of it is sent because the method is HEAD.
   */
  readonly body?: string | Readable;
}

export type { Transaction } from '../store/store.js';

/** What stands behind every request to one API. */
export interface Backing {
  readonly declaration: Declaration;
  readonly store: Store;
  /** What answers to GET read from: the store, or a replica of it. */
  readonly replica: ReadWriter;
  /** What stands before every path to the outside, such as `https://api.example.org`; may be empty. */
  readonly base: string;
}

/** Where a request comes in, and who asks. */
export interface RequestOrigin {
  readonly method: string;
  /** The prefix that the API is mounted under, without a trailing slash; may be empty. */
  readonly mount: string;
  readonly state: Readonly<Record<string, unknown>>;
}

type CatalogConstructor = new (request: ResourceRequest, collection: Collection<never>) => Catalog<never>;

/** The way to a place that stands within no entity. */
const NOWHERE: readonly string[] = [];

/** One request as resource classes see it, together with the catalogs that it makes for itself. */
export class RequestContext implements ResourceRequest {
  readonly method: string;
  readonly state: Readonly<Record<string, unknown>>;
  query: Readonly<Record<string, unknown>> = {};
  /** The query without the defaults of what was not asked for; undefined where that is no other. */
  asked: Readonly<Record<string, unknown>> | undefined = undefined;
  entity?: EntityRecord;
  /** What of the body that the client sent refers to what it may not see. */
  unseen: Unseen | undefined;
  readonly node: ResourceNode;
  readonly values: readonly string[];
  readonly #origin: RequestOrigin;
  readonly #api: Backing;
  /** Whether nobody waits for the answer any more. */
  aborted = false;
  readonly #asker: RequestContext | undefined;
  /** What the request is part of, where it does several things as one. */
  readonly #transaction: Transaction | undefined;
  #controller?: AbortController;
  #params?: Readonly<Record<string, string>>;

  /**
   * @param asker - the same request as the resource saw it that is answering
   * @param transaction - what it is part of; by default what `asker` is part of
   */
  constructor(
    api: Backing,
    origin: RequestOrigin,
    node: ResourceNode,
    values: readonly string[],
    asker?: RequestContext,
    transaction?: Transaction,
  ) {
    this.#asker = asker;
    this.#transaction = transaction ?? (asker === undefined ? undefined : asker.#transaction);
    this.#api = api;
    this.method = origin.method;
    this.#origin = origin;
    this.state = origin.state;
    this.node = node;
    this.values = values;
    this.unseen = asker?.unseen;
  }

  get params(): Readonly<Record<string, string>> {
    return (this.#params ??= paramsOf(this.node, this.values));
  }

  /** The IRI of the resource, with the query that it was asked with. */
  get self(): string {
    const { node } = this;
    const names = node.query?.names;
    return (
      this.#prefix +
      expandPath(node, this.values) +
      (names === undefined ? '' : queryOf(names, this.asked ?? this.query))
    );
  }

  /** {@link self} without the base: the path as this server was asked for it. */
  get path(): string {
    return this.#origin.mount + expandPath(this.node, this.values);
  }

  /** The same request as another resource would see it. */
  at(node: ResourceNode, values: readonly string[]): RequestContext {
    return new RequestContext(this.#api, this.#origin, node, values, this);
  }

  /** The prefix that the API is mounted under. */
  get mount(): string {
    return this.#origin.mount;
  }

  get #prefix(): string {
    return this.#api.base + this.#origin.mount;
  }

  get signal(): AbortSignal {
    return this.#abortion.signal;
  }

  /** Where entities are read and written. */
  get #session(): ReadWriter {
    if (this.#transaction !== undefined) return this.#transaction;
    const { store, replica } = this.#api;
    return this.method === 'GET' || this.method === 'HEAD' ? replica : store;
  }

  /**
   * Does what belongs to the request as one, together with what the framework itself has to keep.
   *
   * @param run - is given the request as part of the transaction; may run more than once
   */
  atomically<T>(run: (exchange: RequestContext, transaction: Transaction) => Awaitable<T>): Promise<T> {
    const within = async (transaction: Transaction) => {
      const part = new RequestContext(this.#api, this.#origin, this.node, this.values, this, transaction);
      part.query = this.query;
      part.asked = this.asked;
      if (this.entity !== undefined) part.entity = this.entity;
      return run(part, transaction);
    };
    return this.#transaction === undefined ? this.#api.store.transaction(within) : within(this.#transaction);
  }

  /** One for the request, whichever resource looks at it. */
  get #abortion(): AbortController {
    return this.#asker === undefined ? (this.#controller ??= new AbortController()) : this.#asker.#abortion;
  }

  /** Tells whoever listens to the signal that nobody waits any more. */
  abort(reason: Error): void {
    this.aborted = true;
    this.#abortion.abort(reason);
  }

  /** The catalog that the resource is, or belongs to. */
  get catalog(): Catalog<never> {
    return this.catalogAt(catalogOf(this.node));
  }

  /** An instance of a catalog's class for this request; its path shares the values of this one's. */
  catalogAt(node: CatalogNode): Catalog<never> {
    const collection = new Collection<never>(this.#session, this.#placeOf(node), node, this);
    const catalog = new (node.class as unknown as CatalogConstructor)(this, collection);
    if (!node.fieldsKnown) requireMethods(catalog, node.className);
    return catalog;
  }

  /** The entity with this id, as its catalog's class reads it; from the store where the class leaves that to it. */
  read(node: CatalogNode, id: string): Awaitable<EntityRecord | undefined> {
    // A method that was put in place after the start counts, too.
    const isStores = node.readsItsStore && node.class.prototype.read === Catalog.prototype.read;
    return isStores ? this.#session.get(this.#placeOf(node), id) : this.catalogAt(node).read(id);
  }

  #placeOf(node: CatalogNode): CollectionKey {
    // The entities that a catalog lists from another one are kept under that other one's name.
    const home = node.listing?.entity.parent ?? node;
    const { length } = home.variables;
    return { collection: home.storeName, parentIds: length === 0 ? NOWHERE : this.values.slice(0, length) };
  }

  // Functions that stand on their own, for resource classes take requests apart: `value({ query, iri })`.

  get iri(): ResourceRequest['iri'] {
    return (resource, values = {}) =>
      this.#prefix + iriOf(this.#api.declaration, resource, values, this.params);
  }

  get link(): ResourceRequest['link'] {
    return (resource, name, values = {}) =>
      linkOf(this.#api.declaration, this.#prefix, resource, name, values, this.params);
  }

  get transaction(): ResourceRequest['transaction'] {
    return (run) => this.atomically((exchange) => run(exchange));
  }

  get catalogOf(): ResourceRequest['catalogOf'] {
    return <C extends CatalogClass>(resource: C, values: Readonly<Record<string, string>> = {}) => {
      const place = placeOf(this.#api.declaration, resource, values, this.params);
      return this.at(place.node, place.values).catalog as unknown as InstanceType<C>;
    };
  }
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

/**
 * Waits for what a resource class promised, but no longer than the time limit: then the request's signal
 * is aborted, and whatever the promise comes to is ignored.
 *
 * @throws {ProblemError} `timeout`
 */
export function withTimeout<T>(
  served: ApiContext,
  exchange: RequestContext,
  given: Awaitable<T>,
): Awaitable<T> {
  if (!isThenable(given)) return given;
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      const cause = new Error(`${exchange.node.className} did not answer within ${served.timeout} ms`);
      exchange.abort(cause);
      reject(new ProblemError('timeout', { cause }));
    }, served.timeout);
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

/** Why an answer is not made any more: there is nobody to read it. It is nobody's fault here. */
export function clientGone(): ProblemError {
  return new ProblemError('bad-request', { detail: 'The client went away before it was answered.' });
}

/** Aborts the request's signal as soon as the client goes away before it has its whole answer. */
export function abortWhenGone({ res }: Incoming, exchange: RequestContext): void {
  res.once('close', () => {
    if (!res.writableFinished) exchange.abort(clientGone());
  });
}

/** The last to come of those who wait, by what they wait for; each API has its own. */
const lines = new WeakMap<ApiContext, Map<string, Promise<unknown>>>();

/**
 * Lets requests that name the same thing go one after the other, in the order in which they came: what many
 * try at once, most would have to try again. Those of other processes are kept apart by the store alone.
 *
 * @throws@throws {ProblemError} `timeout`, where its turn and what it does then take longer than the time limit
 */
export async function inTurn<T>(
  { served, exchange }: Visit,
  name: string,
  act: () => Promise<T>,
): Promise<T> {
  const turn = async () => {
    // The client has been told that it took too long.
    if (exchange.aborted) throw exchange.signal.reason;
    return act();
  };
  const line = lineOf(served);
  const before = line.get(name);
  const done = before === undefined ? turn() : before.then(turn, turn);
  line.set(name, done);
  const leave = () => {
    if (line.get(name) === done) line.delete(name);
  };
  done.then(leave, leave);
  return withTimeout(served, exchange, done);
}

function lineOf(served: ApiContext): Map<string, Promise<unknown>> {
  let line = lines.get(served);
  if (line === undefined) lines.set(served, (line = new Map()));
  return line;
}

/**
 * Does several things for a request as one. What is not done within the time limit is not done at all.
 *
 * @param name - what it is about: requests with the same name wait for each other
 * @param run - is given the request as part of a transaction; may run more than once
 * @throws@throws {ProblemError} `timeout`
 */
export function asOne<T>(
  visit: Visit,
  name: string,
  run: (visit: Visit, transaction: Transaction) => Awaitable<T>,
): Promise<T> {
  const { exchange } = visit;
  return inTurn(visit, name, () =>
    exchange.atomically(async (part, transaction) => {
      const result = await run({ ...visit, exchange: part }, transaction);
      // The client has been told that it took too long, and must not find it done all the same.
      if (exchange.aborted) throw exchange.signal.reason;
      return result;
    }),
  );
}
