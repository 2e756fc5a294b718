import { v7, validate } from 'uuid';
import type { IdKind } from './store.js';

/**
 * The longest id that a client may choose, in bytes of UTF-8: a row of an index in PostgreSQL holds some 2,700,
 * which leaves room for the ids of several levels, and the beginning of a member.
 */
const MAX_ID_BYTES = 255;

/** @see ISO/IEC 9075-2, BIGINT; 64 bits on every database */
const LEAST_BIGINT: bigint = -(2n ** 63n);

/** Checks, orders and makes the ids of one kind. */
export interface IdRules {
  /** Says what a valid id is, for messages to people. */
  readonly rule: string;
  /** Whether an id is valid: in one spelling only, and one that every store can keep. */
  readonly isValid: (id: string) => boolean;
  /** The order of ids, as Array.prototype.sort wants it; texts that are no ids have their place in it too. */
  readonly compare: (one: string, other: string) => number;
  /**
   * The id to give where a change names none.
   *
   * @param largest - the largest integer id ever given in the collection
   * @returns an id that is not valid where there is none to give
   */
  readonly next: (largest: number) => string;
}

/** A kind of ids as stores keep it: `bigint` are the integers of existing tables, which may be more than a number holds exactly. */
export type IdType = IdKind | 'bigint';

/** The rules of each kind. */
export const idRules: Readonly<Record<IdType, IdRules>> = {
  uuidv7: {
    rule: 'a UUID in lower case',
    isValid: (id) => validate(id) && id === id.toLowerCase(),
    compare: compareCodePoints,
    // Within one process these ascend strictly, whatever the clock does (RFC 9562, section 6.2).
    next: () => v7(),
  },
  integer: {
    rule: `a decimal integer from 0 to ${Number.MAX_SAFE_INTEGER}, without leading zeros`,
    isValid: (id) => /^(?:0|[1-9]\d*)$/.test(id) && Number.isSafeInteger(Number(id)),
    // Without leading zeros, more digits are a larger number.
    compare: (one, other) => one.length - other.length || compareCodePoints(one, other),
    next: (largest) => String(largest + 1),
  },
  bigint: {
    rule: `a decimal integer from ${LEAST_BIGINT} to ${-LEAST_BIGINT - 1n}, without leading zeros`,
    isValid: (id) => /^(?:0|-?[1-9]\d{0,18})$/.test(id) && BigInt.asIntN(64, BigInt(id)) === BigInt(id),
    compare: (one, other) => (BigInt(one) < BigInt(other) ? -1 : Number(one !== other)),
    // The database knows the largest one.
    next: () => '',
  },
  client: {
    rule: `chosen by the client, of 1 to ${MAX_ID_BYTES} bytes of UTF-8, and without U+0000 or half of a surrogate pair`,
    isValid: (id) => id !== '' && isShort(id) && !/[\0\p{Surrogate}]/u.test(id),
    compare: compareCodePoints,
    next: () => '',
  },
};

/** Counts the bytes only where there can be too many of them. */
function isShort(id: string): boolean {
  return (
    id.length <= MAX_ID_BYTES && (id.length <= MAX_ID_BYTES / 3 || Buffer.byteLength(id) <= MAX_ID_BYTES)
  );
}

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
