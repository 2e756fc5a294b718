import { escapePointerToken } from '../json-pointer.js';
import type { PointerToken } from '../json-pointer.js';

/** An object or array that a walk is inside of. */
export interface Container {
  readonly parent: Container | undefined;
  readonly isObject: boolean;
  /** 1 for the outermost container. */
  readonly depth: number;
  /** JSON Pointer of the container. */
  readonly pointer: string;
  /** Name or index of the member or item that is being read. */
  token: PointerToken;
}

/** What is told of a walk, in the order of the text. `within` is undefined for the outermost value. */
export interface JsonVisitor {
  /** A member's name, decoded, and where it stands from quote to quote. */
  name(within: Container, name: string, start: number, end: number, plain: boolean): void;
  /** A string, from quote to quote. `plain` means without escapes and without surrogates. */
  string(within: Container | undefined, start: number, end: number, plain: boolean): void;
  /** A number. */
  number(within: Container | undefined, start: number, end: number): void;
  /** `true`, `false` or `null`. */
  literal?(within: Container | undefined, start: number): void;
  /** An object or array begins at `start`; what it holds follows. */
  open(container: Container, start: number): void;
  /** Whether nothing more needs to be told; by default the walk goes on to the end. */
  readonly isDone?: boolean;
}

export const QUOTE = 0x22;
const COMMA = 0x2c;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
export const OPEN_ARRAY = 0x5b;
const UPPER_E = 0x45;
const BACKSLASH = 0x5c;
export const CLOSE_ARRAY = 0x5d;
const LOWER_E = 0x65;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

/**
 * Walks over a JSON text from its start to its end, at any depth of nesting, in linear time.
 *
 * @param text - a text that JSON.parse accepts: the walk leans on that and checks no syntax
 */
export function walkJson(text: string, visitor: JsonVisitor): void {
  let within: Container | undefined;
  let nameIsNext = false;
  let at = 0;
  while (at < text.length && visitor.isDone !== true) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      const plainEnd = plainStringEnd(text, at);
      const plain = plainEnd !== undefined;
      const end = plainEnd ?? stringEnd(text, at);
      if (within !== undefined && nameIsNext) {
        const name: string = plain ? text.slice(at + 1, end - 1) : JSON.parse(text.slice(at, end));
        within.token = name;
        nameIsNext = false;
        visitor.name(within, name, at, end, plain);
      } else {
        visitor.string(within, at, end, plain);
      }
      at = end;
    } else if (unit === MINUS || (unit >= ZERO && unit <= NINE)) {
      const end = numberEnd(text, at);
      visitor.number(within, at, end);
      at = end;
    } else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) {
      within = enter(within, unit === OPEN_OBJECT);
      nameIsNext = within.isObject;
      visitor.open(within, at);
      at += 1;
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) {
      if (within === undefined) return;
      within = within.parent;
      nameIsNext = false;
      at += 1;
    } else if (unit === COMMA && within !== undefined) {
      if (typeof within.token === 'number') within.token += 1;
      nameIsNext = within.isObject;
      at += 1;
    } else {
      const length = literalLength(unit);
      if (length > 1) visitor.literal?.(within, at);
      at += length;
    }
  }
}

/** JSON Pointer of the value that is being read within a container. */
export function pointerWithin(within: Container | undefined): string {
  return within === undefined ? '' : `${within.pointer}/${escapePointerToken(within.token)}`;
}

function enter(parent: Container | undefined, isObject: boolean): Container {
  const depth = parent === undefined ? 1 : parent.depth + 1;
  return { parent, isObject, depth, pointer: pointerWithin(parent), token: isObject ? '' : 0 };
}

/** Where a string without escapes and surrogates ends; undefined where it holds one of them. */
function plainStringEnd(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at + 1;
    if (unit === BACKSLASH || (unit >= 0xd800 && unit <= 0xdfff)) return undefined;
  }
  return text.length;
}

/** Where a string ends, behind its quote; `start` is where it begins. */
export function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) {
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  }
  return at + 1;
}

function numberEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && isNumberPart(text.charCodeAt(at))) at += 1;
  return at;
}

function isNumberPart(unit: number): boolean {
  return (
    (unit >= ZERO && unit <= NINE) ||
    unit === MINUS ||
    unit === PLUS ||
    unit === POINT ||
    unit === UPPER_E ||
    unit === LOWER_E
  );
}

/** How long the literal is that begins with this unit; 1 where none does. */
function literalLength(unit: number): number {
  if (unit === LOWER_T || unit === LOWER_N) return 4;
  return unit === LOWER_F ? 5 : 1;
}
