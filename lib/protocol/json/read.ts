import type { Json } from '../documents.js';
import { isSurelyPlain, findPolicyFaults } from './policy.js';
import type { JsonRule, RawFault } from './policy.js';
import { positionsIn } from './locate.js';
import type { Position } from './locate.js';
import { findSyntaxFault } from './syntax.js';
import type { SyntaxFault } from './syntax.js';
import { CLOSE_ARRAY, CLOSE_OBJECT, OPEN_ARRAY, OPEN_OBJECT, QUOTE, stringEnd } from './walk.js';

/** One fault of a JSON text. */
export interface JsonFault extends Position {
  readonly rule: JsonRule;
  /** RFC 6901 JSON Pointer of the value at fault; `''` where the text has no values. */
  readonly pointer: string;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}

/** What a JSON text says, and what is to be said against it. */
export interface JsonReading {
  /** Exactly what JSON.parse gives; undefined where it refuses the text. */
  readonly value: Json | undefined;
  /** In the order of the text; empty where the text is good. */
  readonly faults: readonly JsonFault[];
}

/** How strictly to read. */
export interface JsonReadOptions {
  /** How deep objects and arrays may nest; 128 by default. */
  readonly depth?: number;
  /**
   * How many faults to look for; all of them by default. With a limit, a text of more than 65,536 characters that
   * nests too deep is not parsed, and has no value.
   */
  readonly limit?: number;
}

/** How deep objects and arrays may nest where nothing else is said. */
export const DEFAULT_JSON_DEPTH = 128;

/**
 * Reads a JSON text. JSON.parse decides what is JSON and what its value is; the faults are what a
 * careful reader has against the text, so that a value without faults is what its writer meant.
 * Linear in the length of the text, at any depth of nesting.
 *
 * @example
 * ```ts
 * import { readJson } from 'koa-shoji/protocol';
 *
 * const { value, faults } = readJson('{"a": 1, "a": 2}');
 * console.log(value, faults[0]?.rule); // { a: 2 } duplicate-name
 * ```
 *
 * @param text - any text; of bytes, what {@link decodeUtf8} gives
 * @see RFC 8259; RFC 7493 (I-JSON)
 */
export function readJson(text: string, options: JsonReadOptions = {}): JsonReading {
  const { depth = DEFAULT_JSON_DEPTH, limit = Number.POSITIVE_INFINITY } = options;
  // To find the first faults, what nests without end is not parsed: that takes longer than all else that a text can hold.
  const deep = limit < Number.POSITIVE_INFINITY && text.length > SHORT ? findDeep(text, depth) : -1;
  if (deep !== -1) {
    const fault = findSyntaxFault(text);
    const faults =
      fault === undefined ? findPolicyFaults(text.slice(0, deep + 1), { depth, limit }) : [malformed(fault)];
    return { value: undefined, faults: placed(text, faults) };
  }
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { value: undefined, faults: placed(text, [refusal(text, error)]) };
  }
  if (isSurelyPlain(text, value, depth)) return { value, faults: [] };
  return { value, faults: placed(text, findPolicyFaults(text, { depth, limit })) };
}

/** Up to this length, a text takes no time worth speaking of, however deep it nests. */
const SHORT = 64 * 1024;

/** Where a text begins to nest deeper than a limit, be it JSON or not; -1 where it does nowhere. */
function findDeep(text: string, limit: number): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = stringEnd(text, at) - 1;
    else if (unit === OPEN_ARRAY || unit === OPEN_OBJECT) {
      if (depth === limit) return at;
      depth += 1;
    } else if (unit === CLOSE_ARRAY || unit === CLOSE_OBJECT) depth -= 1;
  }
  return -1;
}

function malformed({ offset, message }: SyntaxFault): RawFault {
  return { rule: 'malformed-json', pointer: '', offset, message };
}

function refusal(text: string, error: unknown): RawFault {
  const fault = findSyntaxFault(text);
  // The grammar has nothing against the text: the engine failed for a reason of its own.
  if (fault === undefined) throw error;
  const isEmpty = /^[ \t\r\n]*$/.test(text);
  if (!isEmpty) return malformed(fault);
  return { rule: 'empty', pointer: '', offset: 0, message: 'the text is empty; write a JSON value' };
}

function placed(text: string, faults: readonly RawFault[]): readonly JsonFault[] {
  const positionOf = positionsIn(text);
  return faults.map(({ rule, pointer, offset, message }) => ({
    rule,
    pointer,
    ...positionOf(offset),
    message,
  }));
}
