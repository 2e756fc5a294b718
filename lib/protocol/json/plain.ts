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

const QUOTE = 0x22;
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
