import { quote } from './quote.js';

/** Every integer of up to 15 digits fits, as does every fraction that short. */
const SURELY_EXACT = 15;

/**
 * Tells whether a double keeps the number that is written: no overflow to infinity, no integer
 * rounded, nothing but zero becoming zero. Fractions may be rounded: nobody expects 0.1 to be exact.
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
  if (/^-?\d+$/.test(literal) && BigInt(literal) !== BigInt(value)) {
    return `the integer ${shorten(literal)} would be rounded to ${BigInt(value)}; write it as a string`;
  }
  if (value === 0 && /[1-9]/.test(literal.replace(/e.*$/i, ''))) {
    return `the number ${shorten(literal)} would be rounded to 0; write 0, or write it as a string`;
  }
  return undefined;
}

function shorten(literal: string): string {
  return quote(literal).slice(1, -1);
}
