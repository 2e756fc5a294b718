import type { DialectDefinition } from './dialects/dialects.js';
import type { Json, JsonObject } from './documents.js';
import { nearness } from './edit-distance.js';
import { isObject } from './json/values.js';

/** The `element` of a document, Shoji's or not; undefined where it is no string. */
export function elementOf({ element }: JsonObject): string | undefined {
  return typeof element === 'string' ? element : undefined;
}

const STRINGS: ReadonlySet<string> = new Set(['self', 'title', 'description', 'updated', 'specification']);
const OBJECTS: ReadonlySet<string> = new Set(['body', 'index']);
const ARRAYS: ReadonlySet<string> = new Set(['entities', 'graph']);

/** Whether a value is of the kind that a member of this name holds; no value is, where it may hold any. */
export function isKindOf(member: string, value: Json | undefined, dialect: DialectDefinition): boolean {
  if (STRINGS.has(member)) return typeof value === 'string';
  if (member === 'size') return Number.isInteger(value);
  return holdsContainer(member, value, dialect);
}

/** Whether a value is the object or array that a member of this name holds. */
export function holdsContainer(member: string, value: Json | undefined, dialect: DialectDefinition): boolean {
  if (dialect.linkMembers.includes(member)) {
    return dialect.links === 'named' ? isObject(value) : Array.isArray(value);
  }
  return (OBJECTS.has(member) && isObject(value)) || (ARRAYS.has(member) && Array.isArray(value));
}

/** A member without meaning, and the absent one that it was probably meant to be. */
export interface Misspelling {
  readonly written: string;
  readonly meant: string;
}

/**
 * Finds the members of a document that were probably meant to be other ones. One that differs by more than
 * its spelling has to hold what the other would: `"catalog": "c/"` is somebody's own member, and
 * `"catalog": {"c": "c/"}` is not.
 */
export function findMisspellings(document: JsonObject, dialect: DialectDefinition): readonly Misspelling[] {
  const known = dialect.members.get(elementOf(document) ?? '') ?? [];
  const unknown = Object.keys(document).filter((name) => !dialect.names.has(name));
  if (unknown.length === 0) return [];
  const absent = known.filter((name) => document[name] === undefined);
  return unknown.flatMap((written) => {
    const meant = absent.find((name) => {
      const near = nearness(written, name);
      return near === 'spelling' || (near === 'letters' && isKindOf(name, document[written], dialect));
    });
    return meant === undefined ? [] : [{ written, meant }];
  });
}
