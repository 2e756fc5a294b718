import type { Catalog, CatalogOptions } from './catalog.js';
import type { Collection } from './collection.js';
import type { Entity, EntityOptions } from './entity.js';
import type { Fragment, FragmentOptions } from './fragment.js';
import type { ResourceRequest } from './request.js';
import type { BodyOf, MemberOf, Schema } from './schema.js';
import type { View, ViewOptions } from './view.js';

/** An object type as it stands, so that options of known members are compared with it member by member. */
type Members<T> = { readonly [Name in keyof T]: T[Name] };

/** Links by their names: IRI references, or templates. */
export type LinkMap = Readonly<Record<string, string>>;

/** Links by their names of which some lead to a class; a static method gives them. */
export type ClassMap<C> = Readonly<Record<string, C | string>>;

/** How many entities a page has: where the client does not say, and how many it may ask for at most. */
export type PageOption = number | { readonly size: number; readonly most: number };

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
