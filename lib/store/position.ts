import type { MemberType } from './store.js';
import { PositionError } from './errors.js';

/**
 * Orders texts by code point, as databases do that compare UTF-8 by its bytes. JavaScript's own `<` goes by
 * code unit, which puts characters beyond U+FFFF before those from U+E000.
 */
export function compareCodePoints(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const unit = one.charCodeAt(index);
    const otherUnit = other.charCodeAt(index);
    if (unit !== otherUnit) return rank(unit) - rank(otherUnit);
  }
  return one.length - other.length;
}

/** Puts surrogates, which stand for what is beyond U+FFFF, after all other code units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** How much of a string is compared where entities are sorted by it, in characters (code points). */
export const KEY_LENGTH = 200;

/** The value that a sorted list compares: null where an entity has none of the planned type. */
export type SortKey = string | number | boolean | null;

/** Where an entity stands in a list that is sorted by a member. */
export interface Position {
  readonly key: SortKey;
  readonly id: string;
}

/** Takes of a member's value what sorted lists compare. */
export function sortKey(value: unknown, type: MemberType): SortKey {
  if (typeof value !== type) return null;
  if (typeof value !== 'string') return value as number | boolean;
  // No string has more characters than code units.
  return value.length <= KEY_LENGTH ? value : Array.from(value).slice(0, KEY_LENGTH).join('');
}

/** Orders keys of one type, ascending: null first, false before true, strings by code point. */
export function compareKeys(one: SortKey, other: SortKey): number {
  if (one === other) return 0;
  if (one === null) return -1;
  if (other === null) return 1;
  if (typeof one === 'string' && typeof other === 'string') return compareCodePoints(one, other);
  return one < other ? -1 : 1;
}

/** Writes a position as an opaque text that can stand in a query. */
export function formatPosition({ key, id }: Position): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url');
}

/**
 * Reads what {@link formatPosition} wrote.
 *
 * @param type - of the member that the list is sorted by
 * @throws {PositionError} where it is something else, or of a list sorted by a member of another type
 */
export function parsePosition(text: string, type: MemberType): Position {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw new PositionError(text);
  }
  if (Array.isArray(read) && read.length === 2 && isKey(read[0], type) && typeof read[1] === 'string') {
    const position = { key: read[0], id: read[1] };
    // Anything else that decodes to the same is no text of ours.
    if (formatPosition(position) === text) return position;
  }
  throw new PositionError(text);
}

function isKey(value: unknown, type: MemberType): value is SortKey {
  return value === null || (type !== 'json' && value === sortKey(value, type));
}
