/** What the grammar wants next. */
export type Wanted = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/** Says what stands in a place where the grammar wants something else. */
export function unexpected(text: string, at: number, wanted: Wanted, closer: string | undefined): string {
  return `${found(text, at)} ${describeWanted(wanted, closer)}${advice(text, at, wanted)}`;
}

/** Says what is wrong with the backslash at an offset. */
export function badEscape(text: string, at: number): string {
  return (
    `the backslash begins no escape of JSON (${found(text, at + 1)} behind it); ` +
    'the escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hexadecimal digits'
  );
}

/** Says that a control character stands in a string. */
export function controlCharacter(character: string): string {
  const escape = JSON.stringify(character).slice(1, -1);
  return `a string holds the control character ${named(character)}; write it as the escape ${escape}`;
}

/** Says that a minus sign stands alone. */
export function missingDigit(text: string, at: number): string {
  return `${found(text, at)} where a digit is wanted after -`;
}

/** Says that a number goes on in a way that no number does. */
export function brokenNumber(text: string, at: number): string {
  return (
    `${found(text, at)} within a number; a number is digits without a leading zero, ` +
    'then a fraction such as .5 or an exponent such as e-7 where it has one'
  );
}

const PLACES: Readonly<Record<Exclude<Wanted, 'comma-or-end'>, string>> = {
  value: 'where a value is wanted',
  'value-or-end': 'where a value or ] is wanted',
  name: 'where a name in double quotes is wanted',
  'name-or-end': 'where a name in double quotes or } is wanted',
  colon: 'where : is wanted after a name',
  nothing: 'after the end of the value; a text holds one value, so remove what follows',
};

function describeWanted(wanted: Wanted, closer: string | undefined): string {
  return wanted === 'comma-or-end' ? `where , or ${closer} is wanted` : PLACES[wanted];
}

/** What to write instead, for the mistakes that come from other languages' habits. */
function advice(text: string, at: number, wanted: Wanted): string {
  const rest = text.slice(at, at + 12);
  if (rest.startsWith("'")) return '; write strings and names in double quotes';
  if (/^(?:\/[/*]|#)/.test(rest)) return '; JSON has no comments, so remove it';
  if (rest.startsWith('\ufeff')) return '; remove the byte order mark';
  if (/^[}\]]/.test(rest) && (wanted === 'name' || wanted === 'value')) {
    return /,\s*$/.test(text.slice(Math.max(0, at - 100), at)) ? '; remove the comma before it' : '';
  }
  if (wanted === 'nothing') return '';
  if (/^(?:true|false|null|none|nil|undefined)\b/i.test(rest))
    return '; the literals are true, false and null';
  if (/^[+-]?(?:nan|inf)/i.test(rest)) return '; JSON has no such number, so write null or a string';
  if (/^\+?\.?\d/.test(rest)) return '; a number begins with a digit or -';
  return '';
}

function found(text: string, at: number): string {
  const codePoint = text.codePointAt(at);
  return codePoint === undefined ? 'the text ends' : `found ${named(String.fromCodePoint(codePoint))}`;
}

/** A character as a message can show it: itself where it can be seen, its number where not. */
function named(character: string): string {
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) return character;
  const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${number}`;
}

/** Where a text stops being JSON, and why. */
export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
}

/**
 * Finds where a text breaks the grammar of JSON, without recursion, so that nesting costs no stack.
 *
 * @returns the first place; undefined where the text is JSON
 * @see RFC 8259, sections 2 to 7
 */
export function findSyntaxFault(text: string): SyntaxFault | undefined {
  const closers: string[] = [];
  let wanted: Wanted = 'value';
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const character = text[at] ?? '';
    // What only opens is told from the rest at once, since there may be as much of it as there is text.
    if (character === '[' && (wanted === 'value' || wanted === 'value-or-end')) {
      closers.push(']');
      wanted = 'value-or-end';
      at = skipSpace(text, at + 1);
      continue;
    }
    const closer = closers.at(-1);
    const mayEnd = wanted === 'value-or-end' || wanted === 'name-or-end' || wanted === 'comma-or-end';
    if (mayEnd && character === closer) {
      closers.pop();
      wanted = afterValue(closers);
      at += 1;
    } else if (wanted === 'comma-or-end' && character === ',') {
      wanted = closer === '}' ? 'name' : 'value';
      at += 1;
    } else if (wanted === 'colon' && character === ':') {
      wanted = 'value';
      at += 1;
    } else if ((wanted === 'name' || wanted === 'name-or-end') && character === '"') {
      const string = readString(text, at);
      if (typeof string !== 'number') return string;
      wanted = 'colon';
      at = string;
    } else if (wanted === 'value' || wanted === 'value-or-end') {
      if (character === '{' || character === '[') {
        closers.push(character === '{' ? '}' : ']');
        wanted = character === '{' ? 'name-or-end' : 'value-or-end';
        at += 1;
      } else {
        const scalar = readScalar(text, at) ?? refuse(text, at, wanted, closer);
        if (typeof scalar !== 'number') return scalar;
        wanted = afterValue(closers);
        at = scalar;
      }
    } else {
      return refuse(text, at, wanted, closer);
    }
    at = skipSpace(text, at);
  }
  return wanted === 'nothing' ? undefined : refuse(text, at, wanted, closers.at(-1));
}

function refuse(text: string, offset: number, wanted: Wanted, closer: string | undefined): SyntaxFault {
  return { offset, message: unexpected(text, offset, wanted, closer) };
}

function afterValue(closers: readonly string[]): Wanted {
  return closers.length === 0 ? 'nothing' : 'comma-or-end';
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function isSpace(unit: number): boolean {
  return unit <= 0x20 && (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09);
}

/** Reads a string, number or literal: gives the offset behind it, its fault, or undefined where none begins. */
function readScalar(text: string, at: number): number | SyntaxFault | undefined {
  const character = text[at] ?? '';
  if (character === '"') return readString(text, at);
  if (character === '-' || isDigit(character)) return readNumber(text, at);
  for (const literal of ['true', 'false', 'null']) {
    if (text.startsWith(literal, at)) return at + literal.length;
  }
  return undefined;
}

function readString(text: string, start: number): number | SyntaxFault {
  let at = start + 1;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '"') return at + 1;
    if (character === '\\') {
      const length = escapeLength(text, at);
      if (length === 0) return { offset: at, message: badEscape(text, at) };
      at += length;
    } else if (character < ' ') {
      return { offset: at, message: controlCharacter(character) };
    } else {
      at += 1;
    }
  }
  return { offset: at, message: 'the text ends within a string; close it with "' };
}

function escapeLength(text: string, at: number): number {
  if (/^\\u[0-9a-fA-F]{4}/.test(text.slice(at, at + 6))) return 6;
  return /["\\/bfnrt]/.test(text[at + 1] ?? '') ? 2 : 0;
}

function readNumber(text: string, start: number): number | SyntaxFault {
  const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  number.lastIndex = start;
  if (!number.test(text)) return { offset: start + 1, message: missingDigit(text, start + 1) };
  const end = number.lastIndex;
  return /[\d.eE+-]/.test(text[end] ?? '') ? { offset: end, message: brokenNumber(text, end) } : end;
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}
