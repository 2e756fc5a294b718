import type { Json } from '../documents.js';
import type { JsonRule, RawFault } from './faults.js';
import { isSurelyPlain } from './plain.js';
import { findPolicyFaults } from './policy.js';
import { positionsIn, type Position } from './position.js';
import { findSyntaxFault } from './syntax.js';

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
  /** How many faults to give at most; all of them by default. */
  readonly limit?: number;
}

/** How deep objects and arrays may nest where nothing else is said. */
export const DEFAULT_JSON_DEPTH = 128;

/**
 * Reads a JSON text. JSON.parse decides what is JSON and what its value is; the faults are what a
 * careful reader has against the text, so that a value without faults is what its writer meant.
 * Linear in the length of the text, at any depth of nesting.
 *
 * @param text - any text; of bytes, what {@link decodeUtf8} gives
 * @see RFC 8259; RFC 7493 (I-JSON)
 */
export function readJson(text: string, options: JsonReadOptions = {}): JsonReading {
  const { depth = DEFAULT_JSON_DEPTH, limit = Number.POSITIVE_INFINITY } = options;
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { value: undefined, faults: placed(text, [refusal(text, error)]) };
  }
  if (isSurelyPlain(text, value, depth)) return { value, faults: [] };
  return { value, faults: placed(text, findPolicyFaults(text, { depth, limit })) };
}

function refusal(text: string, error: unknown): RawFault {
  const fault = findSyntaxFault(text);
  // The grammar has nothing against the text: the engine failed for a reason of its own.
  if (fault === undefined) throw error;
  const isEmpty = /^[ \t\r\n]*$/.test(text);
  return {
    rule: isEmpty ? 'empty' : 'malformed-json',
    pointer: '',
    offset: isEmpty ? 0 : fault.offset,
    message: isEmpty ? 'the text is empty; write a JSON value' : fault.message,
  };
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
