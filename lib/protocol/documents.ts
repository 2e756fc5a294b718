/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * Named links: from a name, which clients bind to, to an IRI reference or an RFC 6570 template.
 *
 * @see Shoji draft 02, §1.1
 */
export type IriMap = Readonly<Record<string, string>>;

/** Members that catalogs and entities share. */
export interface Linked {
  /** IRI reference of the document itself; `''` is the IRI that it was fetched from. */
  readonly self: string;
  readonly title?: string;
  readonly description?: string;
  /** When the resource last changed: an RFC 3339 date-time between two `#`. */
  readonly updated?: string;
  readonly catalogs?: IriMap;
  readonly fragments?: IriMap;
  readonly views?: IriMap;
}

/** A set of related items, and what is known of the set. Members that no draft names are kept. */
export interface CatalogDocument extends Linked {
  readonly element: 'shoji:catalog';
  /** IRI references of the items. */
  readonly entities?: readonly string[];
  readonly [extension: string]: unknown;
}

/** One item; its values are the members of `body`. Members that no draft names are kept. */
export interface EntityDocument<Body extends object = JsonObject> extends Linked {
  readonly element: 'shoji:entity';
  readonly body: Body;
  readonly [extension: string]: unknown;
}

/** One value of an entity, or what a view gives: bare JSON. */
export type ValueDocument = Json;

/** The media type that Shoji catalogs and entities are served as. */
export const SHOJI_MEDIA_TYPE = 'application/shoji+json';

/** Every media type that the same bytes may go under, the preferred one first. */
export const SHOJI_MEDIA_TYPES: readonly string[] = [
  SHOJI_MEDIA_TYPE,
  'application/shoji',
  'application/json',
];

/** The media type of value documents. */
export const VALUE_MEDIA_TYPE = 'application/json';
