import type { Awaitable } from '../store/store.js';
import type { CatalogClass, EntityClass, FragmentClass, ViewClass } from './classes.js';
import type { Collection } from './collection.js';
import type { CreateOptions, EntityRecord, EntityRef, UpdateOptions, WriteOptions } from './found.js';
import type { ResourceRequest } from './request.js';
import type { BodyOf, Schema } from './schema.js';

/** Methods that a class may restrict itself to; GET brings HEAD, and OPTIONS is always there. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * A set of related items. Extend it and declare, as statics, what it is and what it links to; override
 * methods only to draw entities from elsewhere than the store. An instance serves one request; where a class
 * leaves it to the store to read an entity, none is made for that.
 *
 * ```ts
 * class Users extends Catalog<typeof User> {
 *   static iri = 'users/';
 *   static entity = User;
 * }
 * ```
 *
 * @typeParam E - the class of its entities, which types the bodies that the methods take and give
 * @see Shoji draft 02, §1.1
 */
export abstract class Catalog<E = EntityClass> {
  /** IRI reference, relative to the catalog that links to it; ends in `/`. May end in a query template. */
  static iri: string;
  /** Shown as `title`. */
  static title?: string;
  /** Shown as `description`. */
  static description?: string;
  /**
   * The class of its entities. A template instead (`'../{id}/'`) says that it lists entities of another
   * catalog, whose IRIs they keep, out of what the store keeps for that one: where its class draws them from
   * elsewhere, this one has to override `list` too.
   */
  static entity?: EntityClass | string;
  /** JSON Schema of an object: its query variables. Those that name a member of the body search by it. */
  static query?: Schema;
  /** Related catalogs by link name: a class, or an IRI reference or template that leads to a declared one. */
  static catalogs?: Readonly<Record<string, CatalogClass | string>>;
  /** Parts of the catalog by link name. */
  static fragments?: Readonly<Record<string, FragmentClass | string>>;
  /** Views by link name. */
  static views?: Readonly<Record<string, ViewClass | string>>;
  /** Where ids of new entities come from: `'uuidv7'` (the default), `'integer'`, or `'client'`: by PUT with `If-None-Match: *`. */
  static ids?: string;
  /**
   * What the store keeps its entities under, in this API by it alone: `'books'`. Default: the path without
   * variables, `'customers/orders'`, and within a catalog that has a `collection` that one in place of its path. Write
   * the former one when the IRI of a catalog that has entities is to change. A slash at its end does not count.
   */
  static collection?: string;
  /** The methods that the catalog answers, if not all that it can: `['GET']` makes it read-only. */
  static methods?: readonly string[];
  /**
   * How many entities a page lists. With it the catalog is given out in pages, which lead to each other by the
   * links `next` and `page` that their documents have: `?after=…`, `{?after,limit}`. Without it the catalog
   * lists all. An object says how many a client may ask for, too: by default 1,000, or `size` if that is more.
   * Pages are the store's, so that `list` is not overridden.
   */
  static page?: number | { readonly size: number; readonly most: number };
  /**
   * Members of the body that clients may sort by, each a string, a number or a boolean: the query variable
   * `sort` takes their names, and with a `-` before the name the descending order. By default entities are in
   * the order of their ids. Those that lack the member, or have null there, come first. As with pages, `list`
   * is not overridden.
   */
  static sort?: readonly string[];
  /** Whether changes by `index` need to name the version that they are for. Default: as `shoji()` is told. */
  static requireIfMatch?: boolean;
  /**
   * A table of the database that its entities are rows of, as they are, after the name of its schema and a dot
   * where it has one; by default the store makes its own. Bodies then have no members that they do not name.
   */
  static table?: string;
  /** The column of that table that holds ids. Default `id`; `rowid` for a table of SQLite that has no key. */
  static key?: string;
  /**
   * The columns of that table that hold the ids of the entities above, outermost first. Outer ones may be left away
   * where the rows of the entity right above, in a table of its own, tell them: `['order_id']` for `items` of `orders`
   * of `customers`.
   */
  static within?: readonly string[];
  /** The column of that table for each member of the body; those that are not named are called as the member. */
  static columns?: Readonly<Record<string, string>>;

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
