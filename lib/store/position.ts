import type { MemberType } from './store.js';
import { PositionError } from './store-errors.js';
import { compareCodePoints } from './ids.js';

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
