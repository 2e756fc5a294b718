import type { TemplateValues } from '../protocol/uri-template/uri-template.js';
import type { Awaitable } from '../store/awaitable.js';
import type { Catalog } from './catalog.js';
import type { CatalogClass, EntityClass, ViewClass } from './classes.js';
import type { EntityRecord } from './found.js';
import type { LinkName } from './link-name.js';
import type { QueryOf } from './schema.js';

/**
 * The request that a resource class answers: `this.request` in a catalog, the parameter of a view's or fragment's
 * methods.
 */
export interface ResourceRequest {
  readonly method: string;
  /** Values of the variables in the path, decoded, by the names that the IRIs of the classes give them. */
  readonly params: Readonly<Record<string, string>>;
  /** Values of the query variables, checked against the declared schema and of its types. */
  readonly query: Readonly<Record<string, unknown>>;
  /** Koa's `ctx.state`: what earlier middleware knows, such as the user. */
  readonly state: Readonly<Record<string, unknown>>;
  /** Aborted when the time limit is reached, or the client goes away: the answer is of no use any more. */
  readonly signal: AbortSignal;
  /**
   * The IRI of a declared resource.
   *
   * @param resource - a class of this API
   * @param values - values for the variables of its path and query; those of this request's path are the default
   * @throws {TypeError} where the class is not part of the API, or a value is missing
   */
  iri(
    this: void,
    resource: CatalogClass | EntityClass | ViewClass,
    values?: Readonly<Record<string, unknown>>,
  ): string;
  /**
   * The IRI that a client gets which follows a named link of a class's document and expands it.
   *
   * @param resource - a class of this API
   * @param name - a name in its catalogs, fragments or views
   * @param values - values for the variables of its path and of the link; those of this request's path are
   *   the default for those in paths
   * @throws {TypeError} where the class is not part of the API, has no such link, or a value is missing
   */
  link<C extends CatalogClass | EntityClass>(
    this: void,
    resource: C,
    name: LinkName<C>,
    values?: TemplateValues,
  ): string;
  /**
   * Another catalog of this API, as this request would see it: an order asks it for the products it names.
   *
   * @param resource - a class of this API
   * @param values - values for the variables of its path; those of this request's path are the default
   * @throws {TypeError} where the class is not part of the API, or a value is missing
   */
  catalogOf<C extends CatalogClass>(
    this: void,
    resource: C,
    values?: Readonly<Record<string, string>>,
  ): InstanceType<C>;
  /**
   * Does several reads and writes as one: either all of them are kept, or none. Those that `run` makes through
   * the request that it is given are part of it, and no others. Within a transaction it continues that one: what
   * it wrote is taken back only together with the rest.
   *
   * ```ts
   * return this.request.transaction(async ({ catalogOf }) => {
   *   const stock = await catalogOf(Products).read(product);
   *   …
   *   return catalogOf(Orders).collection.create(order);
   * });
   * ```
   *
   * @param run - may run more than once, where other requests change what it has read: let it do nothing that the store
   *   cannot take back. Rejected, it takes back what was written.
   * @returns what `run` gave
   * @throws {StoreUnavailableError} `busy` where other requests kept changing what it has read
   */
  transaction<T>(this: void, run: (request: ResourceRequest) => Awaitable<T>): Promise<T>;
}

/**
 * The request that a view answers: `async value({ query, catalog }: ViewRequest<typeof SoldCounts, Users>)`.
 *
 * @typeParam V - the view's class, for the types of its query variables
 * @typeParam C - the catalog that the view belongs to
 */
export interface ViewRequest<V = ViewClass, C = Catalog> extends Omit<ResourceRequest, 'query'> {
  readonly query: QueryOf<V>;
  /** The catalog that the view belongs to, or that holds the entity that it belongs to. */
  readonly catalog: C;
  /** The entity that the view belongs to, where it belongs to one. */
  readonly entity?: EntityRecord;
}

/** The request that a fragment answers. */
export interface FragmentRequest<E = EntityRecord, C = Catalog> extends ResourceRequest {
  readonly catalog: C;
  /** The entity that the fragment is part of; undefined where it is part of a catalog. */
  readonly entity?: E;
}
