import type { Awaitable } from '../store/awaitable.js';
import type { IdKind } from '../store/store.js';
import type { Collection } from './collection.js';
import type { CreateOptions, EntityRecord, EntityRef, UpdateOptions, WriteOptions } from './entity-record.js';
import type { BodyOf, MemberOf, Schema, QueryOf } from './schema.js';
import type { TemplateValues } from '../protocol/uri-template/uri-template.js';

type Class = abstract new (...args: never) => object;

/** The classes that `of` made; what extends one of them is an author's. */
const made = new WeakSet<object>();

/**
 * A class to extend, which holds what it was declared with. Nothing is checked here: `shoji()` finds all that is
 * wrong at once, and knows the names of the classes.
 *
 * @param statics - `options`, and what else the class is declared with
 */
export function declaredBase(base: Class, statics: Readonly<Record<string, unknown>>): Class {
  abstract class Declared extends base {}
  Object.defineProperty(Declared, 'name', { value: `${base.name}.of()` });
  for (const [name, value] of Object.entries(statics)) Object.defineProperty(Declared, name, { value });
  made.add(Declared);
  return Declared;
}

/** Whether a class is one that `of` made, and no author's. */
export function isDeclaredBase(declared: object): boolean {
  return made.has(declared);
}

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

/**
 * What an entity is declared with, given to {@link Entity.of}. What names another resource class is no option, but a
 * static method of the class: there TypeScript lets classes lead to each other in a circle.
 *
 * @typeParam S - the schema of its body
 */
export interface EntityOptions<S extends Schema = Schema, C = LinkMap, F = LinkMap, V = LinkMap> {
  /** JSON Schema of the body, an object. Members marked `readOnly` are the server's to write. */
  readonly body: S;
  /** Template with one variable, the id, relative to the catalog; ends in `/`. Default `{id}/`. */
  readonly iri?: string;
  /** Shown as `title`. */
  readonly title?: string;
  /** Shown as `description`. */
  readonly description?: string;
  /** Catalogs within the entity by link name: IRI references, or templates. Where one of them is a class, `static catalogs()` gives them all. */
  readonly catalogs?: C;
  /** Members of the body that are resources of their own, by link name. Where one of them is a class, `static fragments()` gives them all. */
  readonly fragments?: F;
  /** Views of the entity by link name: IRI references, or templates. Where one of them is a class, `static views()` gives them all. */
  readonly views?: V;
  /** The methods that the entities answer, if not all that they can: `['GET']` makes them read-only. */
  readonly methods?: readonly Method[];
  /**
   * Members whose values no two entities of one catalog share, each by itself, or several together:
   * `['email', ['country', 'number']]`. Each is a string, a number or a boolean; where one is absent or null,
   * they are shared by none. The store holds it; a change that breaks it gets 409.
   */
  readonly unique?: readonly (MemberOf<S> | readonly MemberOf<S>[])[];
  /**
   * Members that hold the id of an entity of a catalog: an IRI reference that leads to it. Where one is given by its
   * class, `static references()` gives them all. The catalog stands within no entity, or within the same ones as this.
   * The member is a string (a number, too, where the ids are integers); one that is absent or null refers to nothing.
   * The store holds that the entity exists (422), and that it is not removed meanwhile (409).
   */
  readonly references?: { readonly [M in MemberOf<S>]?: string };
  /** Whether changes need `If-Match`, and get 428 without it. Default: as `shoji()` is told. */
  readonly requireIfMatch?: boolean;
}

/**
 * One kind of item: what its body holds and what it links to. Extend what {@link Entity.of} gives; the catalog that is
 * made of the class reads and writes the items.
 *
 * ```ts
 * import { Catalog, Entity } from 'koa-shoji';
 * import { Type } from 'koa-shoji/typebox';
 *
 * class Book extends Entity.of({
 *   body: Type.Object({ title: Type.String(), author: Type.String() }),
 *   fragments: { 'title of the book': 'title' },
 * }) {
 *   static references() {
 *     return { author: Authors };
 *   }
 * }
 * class Author extends Entity.of({ body: Type.Object({ name: Type.String() }) }) {}
 * class Authors extends Catalog.of(Author, { iri: 'authors/' }) {}
 * ```
 *
 * @see Shoji draft 02, §1.1
 */
export abstract class Entity {
  /** The class to extend. */
  static of<
    const S extends Schema,
    const C extends LinkMap = {},
    const F extends Readonly<Record<string, MemberOf<S>>> = {},
    const V extends LinkMap = {},
  >(options: EntityOptions<S, C, F, V>): EntityBase<S, C, F, V>;
  static of(options: unknown): unknown {
    return declaredBase(this, { options });
  }
}

/** What a fragment is declared with, given to {@link Fragment.of}. */
export interface FragmentOptions {
  /** IRI reference, relative to the resource that it is part of; does not end in `/`. Default: `member`. */
  readonly iri?: string;
  /**
   * The member of the body that it is, or is made from: it is linked to where the body has the member. Without
   * one, `value` must be overridden, and the link is always there.
   */
  readonly member?: string;
  /** JSON Schema of what PUT takes, for a fragment that is no member of the body. */
  readonly schema?: Schema;
  /** The methods that it answers, if not all that it can: `['GET']` makes it read-only. */
  readonly methods?: readonly Method[];
  /** Whether changes need `If-Match`, and get 428 without it. Default: as its entity. */
  readonly requireIfMatch?: boolean;
}

/**
 * A part of a resource that can be fetched and changed on its own: under an entity, one of its values.
 * A string among the `fragments` of an entity declares the usual kind. Extend what {@link Fragment.of} gives for
 * another IRI, to restrict the methods, or for a part that is no member of the body.
 *
 * ```ts
 * import { Entity, Fragment } from 'koa-shoji';
 * import { Type } from 'koa-shoji/typebox';
 *
 * class Name extends Fragment.of({ iri: 'name', member: 'first_name', methods: ['GET'] }) {}
 *
 * class User extends Entity.of({ body: Type.Object({ first_name: Type.String() }) }) {
 *   static fragments() {
 *     return { name: Name };
 *   }
 * }
 * ```
 *
 * @see Shoji draft 02, announcement
 */
export abstract class Fragment {
  /** The class to extend. */
  static of(options: FragmentOptions): FragmentBase;
  static of(options: unknown): unknown {
    return declaredBase(this, { options });
  }

  /**
   * The value. By default the member of the entity's body. Undefined is served as null, for the link that leads
   * here is there; and as 404 where the body lacks the member.
   */
  value(request: FragmentRequest): Awaitable<unknown> {
    const { member } = (this.constructor as FragmentBase).options;
    const body = request.entity?.body as Readonly<Record<string, unknown>> | undefined;
    return member !== undefined && body !== undefined && Object.hasOwn(body, member)
      ? body[member]
      : undefined;
  }

  /**
   * Takes a new value, for a fragment that is no member of the body. Overriding it (together with
   * `schema`) is what makes such a fragment writable.
   *
   * @returns the value as it is now
   */
  replace?(value: unknown, request: FragmentRequest): Awaitable<unknown>;
}

/** What a view is declared with, given to {@link View.of}. */
export interface ViewOptions<Q extends Schema = Schema> {
  /** IRI reference or template, relative to the resource that links to it; its path does not end in `/`. */
  readonly iri: string;
  /** JSON Schema of an object: its query variables. */
  readonly query?: Q;
  /** JSON Schema of what PUT takes; with `replace` it makes the view writable. */
  readonly schema?: Schema;
  /** Whether changes need `If-Match`, and get 428 without it. Default: as `shoji()` is told. */
  readonly requireIfMatch?: boolean;
}

/**
 * An arrangement of data across entities, served as bare JSON. Extend what {@link View.of} gives.
 *
 * ```ts
 * import { View } from 'koa-shoji';
 * import type { ViewRequest } from 'koa-shoji';
 * import { Type } from 'koa-shoji/typebox';
 *
 * class Primes extends View.of({
 *   iri: 'primes{?below}',
 *   query: Type.Object({ below: Type.Optional(Type.Integer({ maximum: 100 })) }),
 * }) {
 *   value({ query: { below = 10 } }: ViewRequest<typeof Primes>) {
 *     return [2, 3, 5, 7, 11, 13].filter((prime) => prime < below);
 *   }
 * }
 * ```
 *
 * @see Shoji draft 02, §1.1
 */
export abstract class View {
  /** The class to extend. */
  static of<const Q extends Schema = Schema>(options: ViewOptions<Q>): ViewBase<Q>;
  static of(options: unknown): unknown {
    return declaredBase(this, { options });
  }

  /** What the view gives: anything that JSON can hold. */
  abstract value(request: ViewRequest): Awaitable<unknown>;

  /**
   * Takes a new value that `schema` has accepted. Declaring it is what makes the view answer PUT.
   *
   * @returns what the view gives now; undefined to have `value` asked
   */
  replace?(value: unknown, request: ViewRequest): Awaitable<unknown>;
}

/** An object type as it stands, so that options of known members are compared with it member by member. */
type Members<T> = { readonly [Name in keyof T]: T[Name] };

/** Links by their names: IRI references, or templates. */
export type LinkMap = Readonly<Record<string, string>>;

/** Links by their names of which some lead to a class; a static method gives them. */
export type ClassMap<C> = Readonly<Record<string, C | string>>;

/** How many entities a page has: where the client does not say, and how many it may ask for at most. */
export type PageOption = number | { readonly size: number; readonly max: number };

/** Links of a catalog or entity that lead to classes. */
interface LinkMethods {
  /** Catalogs by link name, where any is a class: `static catalogs() { return { bills: Bills }; }`. */
  catalogs?(): ClassMap<CatalogClass>;
  /** Fragments by link name, where any is a class. */
  fragments?(): ClassMap<FragmentClass>;
  /** Views by link name, where any is a class. */
  views?(): ClassMap<ViewClass>;
}

/** The class that {@link Catalog.of} gives, to be extended. */
export type CatalogBase<E, Q extends Schema, C, F, V, P> = LinkMethods & {
  /** The class of its entities; undefined where it has none. */
  readonly entity: E;
  readonly options: CatalogOptions<E, Q, C, F, V, P>;
  of: typeof Catalog.of;
} & (new (request: ResourceRequest, collection: Collection<BodyOf<E>>) => Catalog<E>);

/** The class that {@link Entity.of} gives, to be extended. */
export type EntityBase<S extends Schema, C, F, V> = LinkMethods & {
  readonly options: EntityOptions<S, C, F, V>;
  /** The catalogs of what members refer to, by member, where any is a class: `static references() { return { user: Users }; }`. */
  references?(): { readonly [M in MemberOf<S>]?: CatalogClass | string };
  of: typeof Entity.of;
} & (new () => Entity);

/** The class that {@link Fragment.of} gives, to be extended. */
export type FragmentBase = {
  readonly options: FragmentOptions;
  of: typeof Fragment.of;
} & (abstract new () => Fragment);

/** The class that {@link View.of} gives, to be extended. */
export type ViewBase<Q extends Schema> = {
  readonly options: ViewOptions<Q>;
  of: typeof View.of;
} & (abstract new () => View);

/**
 * As much of an entity class as its catalog looks at: what its static methods give may lead back to the catalog.
 */
export type EntityDeclaration = { readonly options: { readonly body: Schema } } & (abstract new () => Entity);

/** Any class that extends {@link Catalog}. */
export type CatalogClass = LinkMethods & {
  readonly entity: unknown;
  readonly options: Members<CatalogOptions>;
} & (abstract new (request: ResourceRequest, collection: never) => Catalog);
/** Any class that extends {@link Entity}. */
export type EntityClass = LinkMethods & {
  readonly options: Members<EntityOptions>;
  references?(): ClassMap<CatalogClass>;
} & (abstract new () => Entity);
/** Any class that extends {@link Fragment}. */
export type FragmentClass = {
  readonly options: FragmentOptions;
} & (abstract new () => Fragment);
/** Any class that extends {@link View}. */
export type ViewClass = {
  readonly options: Members<ViewOptions>;
} & (abstract new () => View);
/** Any resource class. */
export type ResourceClass = CatalogClass | EntityClass | FragmentClass | ViewClass;

type NamesIn<Map> = keyof Map & string;

type Maps = 'catalogs' | 'fragments' | 'views';

/**
 * The names of a class's links, in its catalogs, fragments and views, and `page` where it has pages:
 * `LinkName<typeof Users>`. Of a class that is not known until run time, any string.
 */
export type LinkName<C> = CatalogClass extends C
  ? string
  : EntityClass extends C
    ? string
    : | {
          [M in Maps]:
            | (C extends { readonly options: { readonly [N in M]?: infer Map } }
                ? NamesIn<NonNullable<Map>>
                : never)
            | (C extends { readonly [N in M]: () => infer Map } ? NamesIn<Map> : never);
        }[Maps]
      | (C extends { readonly options: { readonly page?: infer P } }
          ? [NonNullable<P>] extends [never]
            ? never
            : 'page'
          : never);

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
