import { quote } from '../format-value.js';
import type { PointerToken } from '../json-pointer.js';
import { walkJson } from './walk.js';
import type { Container, JsonVisitor } from './walk.js';

/** Every integer of up to 15 digits fits, as does every fraction that short. */
const SURELY_EXACT = 15;

const ZERO = 0x30;

/**
 * Tells whether a double keeps the number that is written: no overflow to infinity, no integer that comes out with
 * other digits, nothing but zero becoming zero. Fractions may be rounded: nobody expects 0.1 to be exact. So what
 * JSON.stringify prints is always good. Linear in the length of the literal, whatever its exponent.
 *
 * @param literal - a number as JSON writes it
 * @returns what is wrong; undefined where nothing is
 * @see RFC 7493, section 2.2
 */
export function numberFault(literal: string): string | undefined {
  if (literal.length <= SURELY_EXACT && !/[eE]/.test(literal)) return undefined;
  const value = Number(literal);
  if (!Number.isFinite(value)) {
    return `the number ${shorten(literal)} is beyond what a double can hold; write it as a string`;
  }
  const written = decimalOf(literal);
  if (value === 0) {
    if (written.digits === '') return undefined;
    return `the number ${shorten(literal)} would be rounded to 0; write 0, or write it as a string`;
  }
  if (written.exponent < 0 || isSame(written, decimalOf(String(value)))) return undefined;
  return `the integer ${shorten(literal)} would be rounded to ${value}; write it as a string`;
}

/**
 * Whether printing the double of a number gives the same number again, be it an integer or a fraction: whether
 * somebody who reads it as a double loses nothing.
 *
 * @param literal - a number as JSON writes it
 */
export function isExactNumber(literal: string): boolean {
  if (literal.length <= SURELY_EXACT && !/[eE]/.test(literal)) return true;
  const value = Number(literal);
  return Number.isFinite(value) && isSame(decimalOf(literal), decimalOf(String(value)));
}

/** A decimal number but for its sign: an integer, by its digits, times a power of ten. */
interface Decimal {
  /** Neither begin nor end with 0; empty for zero. */
  readonly digits: string;
  readonly exponent: number;
}

/** Whatever a number is spelled like, this is the same for the same number. */
function decimalOf(literal: string): Decimal {
  const unsigned = literal.startsWith('-') ? literal.slice(1) : literal;
  const [mantissa = '', power = '0'] = unsigned.split(/[eE]/);
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  let start = 0;
  let end = all.length;
  // Regular expressions would look at each run of zeros once for each zero.
  while (start < end && all.charCodeAt(start) === ZERO) start += 1;
  while (end > start && all.charCodeAt(end - 1) === ZERO) end -= 1;
  if (start === end) return { digits: '', exponent: 0 };
  return { digits: all.slice(start, end), exponent: Number(power) - fraction.length + (all.length - end) };
}

function isSame(one: Decimal, other: Decimal): boolean {
  return one.exponent === other.exponent && one.digits === other.digits;
}

function shorten(literal: string): string {
  return quote(literal).slice(1, -1);
}

/** A number that a double does not hold as it is written, and the names and indexes that lead to it. */
export interface InexactNumber {
  readonly path: readonly PointerToken[];
  readonly literal: string;
}

/** What every such number holds, and few others: many digits, or an exponent. */
const LONG = /\d[\d.]{15}|\d[eE]/;

/**
 * The numbers of a text that JSON.parse would change: integers and fractions whose double is printed otherwise.
 *
 * @param text - a text that JSON.parse accepts
 */
export function inexactNumbers(text: string): readonly InexactNumber[] {
  if (!LONG.test(text)) return [];
  const visitor = new InexactVisitor(text);
  walkJson(text, visitor);
  return visitor.found;
}

class InexactVisitor implements JsonVisitor {
  readonly found: InexactNumber[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  name(): void {}

  string(): void {}

  open(): void {}

  number(within: Container | undefined, start: number, end: number): void {
    const literal = this.#text.slice(start, end);
    if (isExactNumber(literal)) return;
    const path: PointerToken[] = [];
    for (let at = within; at !== undefined; at = at.parent) path.push(at.token);
    this.found.push({ path: path.toReversed(), literal });
  }
}
