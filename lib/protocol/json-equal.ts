import type { Json, JsonObject } from './documents.js';

/** Whether two values are the same JSON: the order of members says nothing, that of items does. */
export function jsonEqual(one: Json, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (isArray(one)) {
    return isArray(other) && one.length === other.length && one.every((item, i) => jsonEqual(item, other[i]));
  }
  if (isArray(other)) return false;
  return Object.keys(one).length === Object.keys(other).length && hasMembers(other, Object.entries(one));
}

/** Whether the object has all of these members with these values; it may have others. */
export function hasMembers(object: JsonObject, members: readonly (readonly [string, Json])[]): boolean {
  return members.every(([name, value]) => Object.hasOwn(object, name) && jsonEqual(value, object[name]));
}

/** One text for all values that are the same JSON, by {@link jsonEqual}, and another one for each other value. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  const members = Object.entries(value).map(
    ([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`,
  );
  return `{${members.toSorted().join()}}`;
}

// Array.isArray does not tell a readonly array from an object to the compiler.
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
