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
  if (SUSPICIOUS_STRING.test(text) || hasSuspiciousNumber(text)) return false;
  return countNames(text) === countMembers(value, depth);
}

/** Half a surrogate pair, U+0000, a name that reaches a prototype, or an escape that may spell one of them. */
const SUSPICIOUS_STRING = /[\ud800-\udfff]|\\u(?:00(?:00|5[fF]|[67])|[dD][89a-fA-F])|__proto__|"prototype"/;

/** The second expression is exact, the first one quick: it is content with strings, too. */
function hasSuspiciousNumber(text: string): boolean {
  return LONG_DIGITS_OR_EXPONENT.test(text) && SUSPICIOUS_NUMBER.test(text);
}

const LONG_DIGITS_OR_EXPONENT = /\d(?:[eE]|\d{15})/;
/** An exponent, an integer of sixteen digits, or a fraction that may be next to nothing. */
const SUSPICIOUS_NUMBER = /(?:^|[[:,\s])-?(?:\d+(?:\.\d+)?[eE]|\d{16}|\d+\.0{99})/;

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

const QUOTE = 0x22;
const SPACE = 0x20;

/**
 * How many members the objects of a value have: fewer than its text has names, where a name stands
 * twice, for the last member of a name replaces the others.
 *
 * @returns NaN where objects and arrays nest deeper than allowed
 */
function countMembers(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === 0) return Number.NaN;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) members += countMembers(item, depth - 1);
    return members;
  }
  for (const member of Object.values(value)) members += 1 + countMembers(member, depth - 1);
  return members;
}
