import { LONE_SURROGATE } from '../iri/characters.js';

/** A value that expands to one string. */
export type TemplateScalar = string | number | boolean;

/**
 * What a variable may be given: a scalar, a list, or a map (an associative array). Undefined and
 * null are no value, as members too; so are lists and maps without any defined member.
 *
 * @see RFC 6570, section 2.3
 */
export type TemplateValue =
  | TemplateScalar
  | readonly (TemplateScalar | null | undefined)[]
  | { readonly [name: string]: TemplateScalar | null | undefined }
  | null
  | undefined;

/** The values of a template's variables by their names. Only own properties count. */
export type TemplateValues = Readonly<Record<string, TemplateValue>>;

/**
 * The text of a scalar.
 *
 * @throws {TypeError} for anything but strings of well-formed Unicode, finite numbers and booleans
 */
export function scalarText(value: unknown): string {
  if (typeof value === 'string') return checkWellFormed(value);
  if (typeof value === 'boolean' || Number.isFinite(value)) return String(value);
  throw new TypeError(`found ${kindOf(value)}; give a string, a finite number or a boolean`);
}

/**
 * The pairs of a map.
 *
 * @throws {TypeError} for an object of any other kind, which would expand to nothing or to its insides
 */
export function mapEntries(value: object): [name: string, value: unknown][] {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Object.prototype of another realm has no prototype either.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new TypeError(
      `found ${kindOf(value)}; give a string, a number, a boolean, an array or a plain object`,
    );
  }
  return Object.entries(value);
}

/** @throws {TypeError} where a surrogate stands alone */
export function checkWellFormed(text: string): string {
  const lone = LONE_SURROGATE.exec(text);
  if (lone === null) return text;
  throw new TypeError(
    `found half of a surrogate pair at offset ${lone.index} of the text; give whole characters, which UTF-8 can encode`,
  );
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'an array within a list or map';
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  const { constructor } = value;
  return typeof constructor === 'function' ? `an object of class ${constructor.name}` : 'an object';
}
