import type { CatalogClass, FragmentClass, ViewClass } from './classes.js';
import type { Schema } from './schema.js';

/**
 * One kind of item: what its body holds and what it links to. Extend it and declare statics; the catalog
 * that names the class as its `entity` reads and writes the items.
 *
 * ```ts
 * class User extends Entity {
 *   static iri = '{id}/';
 *   static body = Type.Object({ first_name: Type.String(), sold_count: Type.Integer() });
 *   static fragments = { 'sold count': 'sold_count' };
 * }
 * ```
 *
 * @see Shoji draft 02, §1.1
 */
export abstract class Entity {
  /** Template with one variable, the id, relative to the catalog; ends in `/`. Default `{id}/`. */
  static iri: string = '{id}/';
  /** Shown as `title`. */
  static title?: string;
  /** Shown as `description`. */
  static description?: string;
  /** JSON Schema of the body, an object. Members marked `readOnly` are the server's to write. */
  static body: Schema;
  /** Catalogs within the entity by link name: a class, or an IRI reference or template. */
  static catalogs?: Readonly<Record<string, CatalogClass | string>>;
  /** Members of the body that are resources of their own, by link name: the member's name, or a class. */
  static fragments?: Readonly<Record<string, FragmentClass | string>>;
  /** Views of the entity by link name. */
  static views?: Readonly<Record<string, ViewClass | string>>;
  /** The methods that the entities answer, if not all that they can: `['GET']` makes them read-only. */
  static methods?: readonly string[];
  /**
   * Members whose values no two entities of one catalog share, each by itself, or several together:
   * `['email', ['country', 'number']]`. Each is a string, a number or a boolean; where one is absent or null,
   * they are shared by none. The store holds it; who breaks it gets 409.
   */
  static unique?: readonly (string | readonly string[])[];
  /**
   * Members that hold the id of an entity of a catalog: its class, or an IRI reference that leads to it. It
   * stands within no entity, or within the same ones as this. The member is a string (a number, too, where the
   * ids are integers); one that is absent or null refers to nothing. The store holds that the entity exists
   * (422), and that it is not removed meanwhile (409).
   */
  static references?: Readonly<Record<string, CatalogClass | string>>;
  /** Whether changes need `If-Match`, and get 428 without it. Default: as `shoji()` is told. */
  static requireIfMatch?: boolean;
}
