import type { Json } from '../documents.js';
import { positionsIn } from './locate.js';
import type { Position } from './locate.js';
import { findSyntaxFault } from './syntax-fault.js';
import type { SyntaxFault } from './syntax-fault.js';
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  stringEnd,
  pointerWithin,
  walkJson,
} from './walk.js';
import type { Container, JsonVisitor } from './walk.js';
import { numberFault } from './numbers.js';
import { quote } from '../format-value.js';

/**
 * What a JSON text can have against it:
 * - `empty`: there is no value;
 * - `malformed-json`: it breaks the grammar of JSON;
 * - `duplicate-name`: an object has one name twice, of which JSON.parse silently keeps the last;
 * - `forbidden-name`: `__proto__`, or `constructor` with `prototype` inside, which can reach
 *   JavaScript's prototypes where somebody merges the value into another;
 * - `too-deep`: it nests deeper than the reader allows;
 * - `number-range`: JSON.parse silently gives another number than the one that is written (see `numberFault`);
 * - `lone-surrogate`: a string or name holds half of a surrogate pair, which UTF-8 cannot carry;
 * - `null-character`: a string or name holds U+0000, which databases cannot keep.
 *
 * @see RFC 8259, sections 2 and 9; RFC 7493, section 2
 */
export type JsonRule =
  | 'empty'
  | 'malformed-json'
  | 'duplicate-name'
  | 'forbidden-name'
  | 'too-deep'
  | 'number-range'
  | 'lone-surrogate'
  | 'null-character';

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

// ---- Faults that JSON.parse does not tell of

/** A fault, by its offset in UTF-16 code units from 0. */
interface RawFault {
  readonly rule: JsonRule;
  /** JSON Pointer of the value at fault; `''` where the text has no values. */
  readonly pointer: string;
  readonly offset: number;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}

/** Where in a string literal something stands that no string may hold. */
interface StringFault {
  readonly rule: 'lone-surrogate' | 'null-character';
  readonly offset: number;
  readonly message: string;
}

/**
 * Looks through one string literal of a JSON text, escapes included.
 *
 * @param start - offset of the opening quote
 * @param end - offset behind the closing quote
 * @see RFC 7493, section 2.1
 */
function* findStringFaults(text: string, start: number, end: number): Generator<StringFault> {
  const last = end - 1;
  let at = start + 1;
  while (at < last) {
    const length = unitLength(text, at);
    const unit = unitAt(text, at);
    const next = at + length;
    if (unit === 0) {
      yield { rule: 'null-character', offset: at, message: NULL_CHARACTER };
    } else if (isHigh(unit) && next < last && isLow(unitAt(text, next))) {
      at = next + unitLength(text, next);
      continue;
    } else if (isHigh(unit) || isLow(unit)) {
      yield { rule: 'lone-surrogate', offset: at, message: loneSurrogate(unit) };
    }
    at = next;
  }
}

/** How many units of the text spell one unit of the string: 6 for `\u0041`, 2 for `\n`, else 1. */
export function unitLength(text: string, at: number): number {
  if (text[at] !== '\\') return 1;
  return text[at + 1] === 'u' ? 6 : 2;
}

/** The unit that is spelled here; the backslash for short escapes, none of which is looked for. */
function unitAt(text: string, at: number): number {
  return unitLength(text, at) === 6 ? Number.parseInt(text.slice(at + 2, at + 6), 16) : text.charCodeAt(at);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function loneSurrogate(unit: number): string {
  const half = isHigh(unit) ? 'first' : 'second';
  const other = isHigh(unit) ? 'second' : 'first';
  return (
    `U+${unit.toString(16).toUpperCase()} is the ${half} half of a surrogate pair without its ${other} half, ` +
    'which is no character; write the whole pair, or leave it out'
  );
}

const NULL_CHARACTER =
  'the string holds the null character U+0000, which not every store can keep; leave it out';

/** What the policy depends on. */
interface Policy {
  /** How deep objects and arrays may nest. */
  readonly depth: number;
  /** How many faults to give at most. */
  readonly limit: number;
}

/**
 * Finds what JSON.parse accepts in silence and a careful reader does not.
 *
 * @param text - a text that JSON.parse accepts
 * @returns the faults, in the order of the text
 */
export function findPolicyFaults(text: string, policy: Policy): readonly RawFault[] {
  const visitor = new PolicyVisitor(text, policy);
  walkJson(text, visitor);
  return visitor.faults;
}

class PolicyVisitor implements JsonVisitor {
  readonly faults: RawFault[] = [];
  readonly #text: string;
  readonly #policy: Policy;
  /** Names read so far in each object that is open, by its depth. */
  readonly #names: (Set<string> | undefined)[] = [];

  constructor(text: string, policy: Policy) {
    this.#text = text;
    this.#policy = policy;
  }

  name(within: Container, name: string, start: number, end: number, plain: boolean): void {
    const names = this.#names[within.depth];
    if (names === undefined) this.#names[within.depth] = new Set([name]);
    else if (names.has(name)) this.#report('duplicate-name', within, start, duplicateName(name));
    else names.add(name);

    if (name === '__proto__') this.#report('forbidden-name', within, start, FORBIDDEN_PROTO);
    else if (name === 'prototype' && within.parent?.token === 'constructor') {
      this.#report('forbidden-name', within, start, FORBIDDEN_CONSTRUCTOR);
    }
    if (!plain) this.string(within, start, end, plain);
  }

  get isDone(): boolean {
    return this.faults.length >= this.#policy.limit;
  }

  string(within: Container | undefined, start: number, end: number, plain: boolean): void {
    if (plain) return;
    for (const { rule, offset, message } of findStringFaults(this.#text, start, end)) {
      this.#report(rule, within, offset, message);
      if (this.isDone) return;
    }
  }

  number(within: Container | undefined, start: number, end: number): void {
    const message = numberFault(this.#text.slice(start, end));
    if (message !== undefined) this.#report('number-range', within, start, message);
  }

  open(container: Container, start: number): void {
    this.#names[container.depth] = undefined;
    if (container.depth === this.#policy.depth + 1) {
      this.#report('too-deep', container.parent, start, explainDepth(this.#policy.depth));
    }
  }

  #report(rule: JsonRule, within: Container | undefined, offset: number, message: string): void {
    if (this.isDone) return;
    // Pointers into what is too deep would be as long as it is deep.
    if (within !== undefined && within.depth > this.#policy.depth) return;
    this.faults.push({ rule, pointer: pointerWithin(within), offset, message });
  }
}

function duplicateName(name: string): string {
  return `the name ${quote(name)} stands twice in one object, and readers differ on which value counts; keep one of the two`;
}

/** What is wrong with nesting deeper than a number of levels. */
export function explainDepth(depth: number): string {
  return `objects and arrays nest deeper than ${depth} levels here; write the value flatter`;
}

const FORBIDDEN_PROTO =
  'the name "__proto__" can change the prototype of JavaScript objects, and is not accepted; choose another name';

const FORBIDDEN_CONSTRUCTOR =
  'the name "prototype" within "constructor" can change the prototype of JavaScript objects, and is not accepted; choose other names';

/**
 * Tells quickly that a careful reader can have nothing against a text: what the tests here look for
 * comes before every fault, and in good texts seldom.
 *
 * @param text - a text that JSON.parse accepts
 * @param value - what JSON.parse makes of it
 * @param depth - how deep objects and arrays may nest
 * @returns false where the text has to be read with care, which does not mean that it has faults
 */
export function isSurelyPlain(text: string, value: unknown, depth: number): boolean {
  if (SURROGATE.test(text) || (text.includes('\\') && SUSPICIOUS_ESCAPE.test(text))) return false;
  const content = { members: 0, hasZero: false };
  if (!look(value, depth, content)) return false;
  // A number that is next to nothing has become 0.
  if (content.hasZero && NEXT_TO_NOTHING.test(text)) return false;
  // Where a name stands twice, the last member has replaced the other one.
  return content.members === countNames(text);
}

const SURROGATE = /[\ud800-\udfff]/;
/** U+0000, or half a surrogate pair. */
const SUSPICIOUS_ESCAPE = /\\u(?:0000|[dD][89a-fA-F])/;
/** A fraction with many zeros, or a negative exponent; it is content with strings, too. */
const NEXT_TO_NOTHING = /\.0{99}|\d[eE]-/;

/**
 * How many names a text has, or more, where strings hold `":` or begin with a colon: each name is
 * followed by a colon.
 *
 * @returns infinity where a colon stands behind white space, of which it is not known what is before it
 */
function countNames(text: string): number {
  let names = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === QUOTE) names += 1;
    else if (before <= SPACE) return Number.POSITIVE_INFINITY;
  }
  return names;
}

const SPACE = 0x20;

/** What a value holds, as far as it was looked at. */
interface Content {
  /** How many members its objects have. */
  members: number;
  hasZero: boolean;
}

/**
 * Looks through a value.
 *
 * @returns false where it nests deeper than allowed, or has a number that may have been rounded or a name
 *   that may reach a prototype
 */
function look(value: unknown, depth: number, content: Content): boolean {
  if (typeof value === 'number') {
    if (value === 0) content.hasZero = true;
    return value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER;
  }
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) if (!look(item, depth - 1, content)) return false;
    return true;
  }
  for (const name in value) {
    if (name === '__proto__' || name === 'prototype') return false;
    content.members += 1;
    if (!look((value as Record<string, unknown>)[name], depth - 1, content)) return false;
  }
  return true;
}

// ---- UTF-8

/**
 * Decodes UTF-8 strictly. One byte order mark at the start is left out.
 *
 * @returns the text; undefined where the bytes are not UTF-8 (see {@link findInvalidUtf8})
 * @see RFC 8259, section 8.1
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The first place where bytes are not UTF-8. */
export interface InvalidUtf8 {
  /** Index of the first byte that no UTF-8 sequence can hold there. */
  readonly byte: number;
  /** The text in front of it. */
  readonly before: string;
}

/**
 * Finds where bytes stop being UTF-8.
 *
 * @returns the first invalid place; undefined where all bytes are UTF-8
 */
export function findInvalidUtf8(bytes: Uint8Array): InvalidUtf8 | undefined {
  // A lenient decoder writes U+FFFD for what it cannot read: the first U+FFFD that is not
  // spelled out in the bytes marks the place.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let byte = 0;
  let unit = 0;
  for (const character of text) {
    if (character === '\ufffd' && !isReplacementCharacter(bytes, byte)) {
      return { byte, before: text.slice(0, unit) };
    }
    byte += utf8Length(character.codePointAt(0) ?? 0);
    unit += character.length;
  }
  return undefined;
}

function isReplacementCharacter(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
