import type { EntityBase, LinkMap } from './classes.js';
import type { Method } from './catalog.js';
import { declaredBase } from './declared-base.js';
import type { MemberOf, Schema } from './schema.js';

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
