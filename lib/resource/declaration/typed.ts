import type { Catalog } from '../catalog.js';
import type { Entity } from '../entity.js';
import type { Fragment } from '../fragment.js';
import type { CatalogClass, ViewClass } from '../classes.js';
import type { Collection } from '../collection.js';
import type { BodyOf } from '../schema.js';
import type { View } from '../view.js';

/** Statics of a class that are neither options of its base class nor functions. */
type Strangers<C, Base> = {
  [Name in Exclude<keyof C, keyof Base>]: C[Name] extends (...args: never) => unknown
    ? never
    : C[Name] extends abstract new (...args: never) => unknown
      ? never
      : Name;
}[Exclude<keyof C, keyof Base>];

/** Says at compile time what the declaration checks would say at run time. */
interface Unfit<Name> {
  readonly 'this static is no option of the class, or does not fit what it extends': Name;
}

/** The static `entity`, where its bodies are none that a catalog of this type holds: `Catalog<typeof User>`. */
type OtherEntity<C> = C extends { readonly entity: infer E }
  ? E extends { readonly body: unknown }
    ? C extends abstract new (...args: never) => { readonly collection: Collection<infer Body> }
      ? // Where either says no more than that bodies are objects, nothing can be told.
        object extends Body | BodyOf<E>
        ? never
        : [BodyOf<E>] extends [Body]
          ? never
          : 'entity'
      : never
    : never
  : never;

type Depth = readonly unknown[];
type Deeper<D extends Depth> = D extends readonly [unknown, ...infer Rest] ? Rest : [];

/** How far maps are followed; cycles of classes would otherwise have no end. */
type Start = [1, 2, 3, 4, 5, 6];

/** Tells the base classes apart by an option that only one of them has: their instances look too much alike. */
type Kind<C> = C extends abstract new (...args: never) => unknown
  ? 'ids' extends keyof C
    ? 'catalog'
    : 'body' extends keyof C
      ? 'entity'
      : 'member' extends keyof C
        ? 'fragment'
        : 'query' extends keyof C
          ? 'view'
          : never
  : never;

/** The faulty statics of a class and of those that it leads to; `never` where there are none. */
type Faulty<C, D extends Depth> = D extends readonly []
  ? never
  : {
      catalog:
        | Strangers<C, typeof Catalog>
        | OtherEntity<C>
        | InMaps<C, Deeper<D>>
        | (C extends { readonly entity: infer E } ? Faulty<E, Deeper<D>> : never);
      entity: Strangers<C, typeof Entity> | InMaps<C, Deeper<D>>;
      fragment: Strangers<C, typeof Fragment>;
      view: Strangers<C, typeof View>;
    }[Kind<C>];

type InMaps<C, D extends Depth> =
  | (C extends { readonly catalogs: infer M } ? FaultyIn<M, D> : never)
  | (C extends { readonly views: infer M } ? FaultyIn<M, D> : never)
  | (C extends { readonly fragments: infer M } ? FaultyIn<M, D> : never);

type FaultyIn<M, D extends Depth> = { [Name in keyof M]: Faulty<M[Name], D> }[keyof M];

type Fits<C> = C extends CatalogClass | ViewClass
  ? [Faulty<C, Start>] extends [never]
    ? C
    : Unfit<Faulty<C, Start>>
  : CatalogClass | ViewClass;

/** What `shoji()` takes, checked as far as types reach. */
export type Checked<R> = R extends readonly unknown[] ? { readonly [I in keyof R]: Fits<R[I]> } : Fits<R>;
