import {
  badEscape,
  brokenNumber,
  controlCharacter,
  missingDigit,
  unexpected,
  type Wanted,
} from './syntax-messages.js';

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
