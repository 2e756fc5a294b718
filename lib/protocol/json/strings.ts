/** Where in a string literal something stands that no string may hold. */
export interface StringFault {
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
export function* findStringFaults(text: string, start: number, end: number): Generator<StringFault> {
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
