import type { Awaitable } from '../store/awaitable.js';
import type { CollectionKey, ReadWriter, Store, Transaction } from '../store/store.js';
import { Catalog } from './catalog.js';
import type { CatalogClass } from './classes.js';
import { Collection } from './collection.js';
import type { Unseen } from './collection.js';
import type { Declaration } from './declaration/declare.js';
import { requireMethods } from './declaration/own-methods.js';
import type { EntityRecord } from './found.js';
import { iriOf, linkOf, placeOf, queryOf } from './iris.js';
import type { CatalogNode, ResourceNode } from './nodes.js';
import { expandPath } from './nodes.js';
import type { ResourceRequest } from './request.js';

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
