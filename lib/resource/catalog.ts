import type { Awaitable, IdKind } from '../store/store.js';
import type { CatalogBase, EntityClass, EntityDeclaration, LinkMap, PageOption } from './classes.js';
import type { Collection } from './collection.js';
import type { CreateOptions, EntityRecord, EntityRef, UpdateOptions, WriteOptions } from './found.js';
import type { ResourceRequest } from './request.js';
import { declaredBase } from './declared-base.js';
import type { BodyOf, MemberOf, Schema } from './schema.js';

/** Methods that a class may restrict itself to; GET brings HEAD, and OPTIONS is always there. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

type MemberOfEntity<E> = E extends { readonly options: { readonly body: infer S } } ? MemberOf<S> : string;

/**
 * What a catalog is declared with, given to {@link Catalog.of}. What names another resource class is no option, but a
 * static method of the class: there TypeScript lets classes lead to each other in a circle.
 *
 * @typeParam E - the class of its entities
 */
export interface CatalogOptions<
  E = EntityClass,
  Q extends Schema = Schema,
  C = LinkMap,
  F = LinkMap,
  V = LinkMap,
  P = PageOption,
> {
  /** IRI reference, relative to the catalog that links to it; ends in `/`. May end in a query template. */
  readonly iri: string;
  /** Shown as `title`. */
  readonly title?: string;
  /** Shown as `description`. */
  readonly description?: string;
  /**
   * Lists entities of another catalog, whose IRIs they keep: the template that leads to them, such as `'../{id}/'`.
   * They come out of what the store keeps for that one: where its class draws them from elsewhere, this one has to
   * override `list` too.
   */
  readonly entities?: string;
  /** JSON Schema of an object: its query variables. Those that name a member of the body search by it. */
  readonly query?: Q;
  /** Related catalogs by link name: IRI references, or templates. Where one of them is a class, `static catalogs()` gives them all. */
  readonly catalogs?: C;
  /** Parts of the catalog by link name: IRI references. Where one is a class, `static fragments()` gives them all. */
  readonly fragments?: F;
  /** Views by link name: IRI references, or templates. Where one is a class, `static views()` gives them all. */
  readonly views?: V;
  /** Where ids of new entities come from: `'uuidv7'` (the default), `'integer'`, or `'client'`: by PUT with `If-None-Match: *`. */
  readonly ids?: IdKind;
  /**
   * What the store keeps its entities under, in this API by it alone: `'books'`. Default: the path without
   * variables, `'customers/orders'`, and within a catalog that has a `collection` that one in place of its path. Write
   * the former one when the IRI of a catalog that has entities is to change. A slash at its end does not count.
   */
  readonly collection?: string;
  /** The methods that the catalog answers, if not all that it can: `['GET']` makes it read-only. */
  readonly methods?: readonly Method[];
  /**
   * How many entities a page lists. With it the catalog is given out in pages, which lead to each other by the
   * links `next` and `page` that their documents have: `?after=…`, `{?after,limit}`. Without it the catalog
   * lists all. An object says how many a client may ask for, too: by default 1,000, or `size` if that is more.
   * Pages are the store's, so that `list` is not overridden.
   */
  readonly page?: P;
  /**
   * Members of the body that clients may sort by, each a string, a number or a boolean: the query variable
   * `sort` takes their names, and with a `-` before the name the descending order. By default entities are in
   * the order of their ids. Those that lack the member, or have null there, come first. As with pages, `list`
   * is not overridden.
   */
  readonly sort?: readonly MemberOfEntity<E>[];
  /** Whether changes by `index` need to name the version that they are for. Default: as `shoji()` is told. */
  readonly requireIfMatch?: boolean;
  /**
   * A table of the database that its entities are rows of, as they are, after the name of its schema and a dot
   * where it has one; by default the store makes its own. Bodies then have no members that they do not name.
   */
  readonly table?: string;
  /** The column of that table that holds ids. Default `id`; `rowid` for a table of SQLite that has no key. */
  readonly key?: string;
  /**
   * The columns of that table that hold the ids of the entities above, outermost first. Outer ones may be left away
   * where the rows of the entity right above, in a table of its own, tell them: `['order_id']` for `items` of `orders`
   * of `customers`.
   */
  readonly within?: readonly string[];
  /** The column of that table for each member of the body; those that are not named are called as the member. */
  readonly columns?: { readonly [M in MemberOfEntity<E>]?: string };
}

/**
 * A set of related items. Extend what {@link Catalog.of} gives, and override methods only to draw entities from
 * elsewhere than the store. An instance serves one request; where a class leaves it to the store to read an entity,
 * none is made for that.
 *
 * ```ts
 * import { Catalog, Entity } from 'koa-shoji';
 * import { Type } from 'koa-shoji/typebox';
 *
 * class User extends Entity.of({ body: Type.Object({ name: Type.String() }) }) {}
 *
 * class Users extends Catalog.of(User, { iri: 'users/', sort: ['name'] }) {
 *   static catalogs() {
 *     return { 'users again': Users };
 *   }
 * }
 * ```
 *
 * @typeParam E - the class of its entities, which types the bodies that the methods take and give
 * @see Shoji draft 02, §1.1
 */
export abstract class Catalog<E = EntityClass> {
  /**
   * The class to extend.
   *
   * @param entity - the class of its entities; leave it away where the catalog has none
   * @param options - what it is, and what it links to
   */
  static of<
    E extends EntityDeclaration,
    const Q extends Schema = Schema,
    const C extends LinkMap = {},
    const F extends LinkMap = {},
    const V extends LinkMap = {},
    const P extends PageOption = never,
  >(entity: E, options: CatalogOptions<E, Q, C, F, V, P>): CatalogBase<E, Q, C, F, V, P>;
  static of<
    const Q extends Schema = Schema,
    const C extends LinkMap = {},
    const F extends LinkMap = {},
    const V extends LinkMap = {},
    const P extends PageOption = never,
  >(options: CatalogOptions<undefined, Q, C, F, V, P>): CatalogBase<undefined, Q, C, F, V, P>;
  static of(...given: unknown[]): unknown {
    const [entity, options] = given.length > 1 ? given : [undefined, given[0]];
    return declaredBase(this, { entity, options, hasEntity: given.length > 1 });
  }

  /** The request that this instance serves. */
  declare readonly request: ResourceRequest;
  /** The entities that the store keeps for this catalog. */
  // Declared, and not defined: the constructor assigns both, and instances are made for every request.
  declare readonly collection: Collection<BodyOf<E>>;

  constructor(request: ResourceRequest, collection: Collection<BodyOf<E>>) {
    this.request = request;
    this.collection = collection;
  }

  /**
   * The entities that the document lists.
   *
   * @param query - the request's query variables. By default, those that name a member of the body select
   *   the entities whose member is equal.
   */
  list(query: Readonly<Record<string, unknown>>): Awaitable<AsyncIterable<EntityRef> | Iterable<EntityRef>> {
    return this.collection.search(query);
  }

  /** The entity with this id, or undefined where there is none. */
  read(id: string): Awaitable<EntityRecord<BodyOf<E>> | undefined> {
    return this.collection.get(id);
  }

  /**
   * Makes an entity of a body that its schema has accepted.
   *
   * @returns the entity, with its id
   */
  create(
    body: BodyOf<E>,
    options: CreateOptions = {},
  ): Awaitable<EntityRecord<BodyOf<E>> & { readonly id: string }> {
    return this.collection.create(body, options);
  }

  /** Gives an entity a new body, which its schema has accepted. */
  replace(id: string, body: BodyOf<E>, options: WriteOptions = {}): Awaitable<EntityRecord<BodyOf<E>>> {
    return this.collection.replace(id, body, options);
  }

  /**
   * Changes some members of a body.
   *
   * @param body - the whole new body, which its schema has accepted
   */
  update(id: string, body: BodyOf<E>, options: UpdateOptions): Awaitable<EntityRecord<BodyOf<E>>> {
    return this.replace(id, body, options.version === undefined ? {} : { version: options.version });
  }

  /** Removes an entity. */
  remove(id: string, options: WriteOptions = {}): Awaitable<void> {
    return this.collection.remove(id, options);
  }
}
