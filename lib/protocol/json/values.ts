import type { Json, JsonObject } from '../documents.js';
import { formatPointer, type PointerToken } from '../json-pointer.js';

/** Whether a value is a JSON object: neither an array nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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

/** A value that is being looked through, and what it is in. */
interface Level {
  readonly value: unknown;
  readonly depth: number;
  readonly outer: Level | undefined;
  readonly token: PointerToken;
}

/**
 * Finds an object or array that nests deeper than a limit, without recursion. Cycles are that, too.
 *
 * @param limit - how deep objects and arrays may nest
 * @returns JSON Pointer of the first one that was met; undefined where none is too deep
 */
export function findTooDeep(document: unknown, limit: number): string | undefined {
  const left: Level[] = [{ value: document, depth: 1, outer: undefined, token: '' }];
  for (let level = left.pop(); level !== undefined; level = left.pop()) {
    const { value, depth } = level;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > limit) return pointerOf(level);
    for (const [token, inner] of Object.entries(value)) {
      left.push({ value: inner, depth: depth + 1, outer: level, token });
    }
  }
  return undefined;
}

function pointerOf(level: Level): string {
  const tokens: PointerToken[] = [];
  for (let at = level; at.outer !== undefined; at = at.outer) tokens.push(at.token);
  return formatPointer(tokens.toReversed());
}
