import type { Json } from '../../protocol/documents.js';
import type { PointerToken } from '../../protocol/json-pointer.js';
import { inexactNumbers, type InexactNumber } from '../../protocol/json/inexact.js';

/** JSON as a column holds it. */
export interface ColumnJson {
  /** With the digits of numbers that a double does not hold as strings. */
  readonly value: Json;
  /** The places of those. */
  readonly inexact: readonly InexactNumber[];
}

/**
 * Reads JSON text without losing digits of numbers.
 *
 * @throws {SyntaxError} where it is none
 */
export function readColumnJson(text: string): ColumnJson {
  const parsed = JSON.parse(text) as Json;
  const inexact = inexactNumbers(text);
  const root: { value: Json } = { value: parsed };
  for (const { path, literal } of inexact) {
    const last = path.at(-1) ?? 'value';
    const holder = path.length === 0 ? root : reach(parsed, path.slice(0, -1));
    // Where a name stands twice, the last member has replaced the other one.
    if (isContainer(holder) && typeof holder[last] === 'number') holder[last] = literal;
  }
  return { value: root.value, inexact };
}

/**
 * JSON text for a column in which numbers that come back as the strings of their digits are what they were. In an
 * array they may come back at other indexes.
 *
 * @param before - the text that the column holds now
 */
export function writeColumnJson(value: Json, before: string | undefined): string {
  const inexact = before === undefined ? [] : inexactNumbers(before);
  if (before === undefined || inexact.length === 0) return JSON.stringify(value);
  return textOf(value, [], { old: JSON.parse(before) as Json, digits: digitsByPlace(inexact) });
}

interface Old {
  readonly old: Json;
  readonly digits: ReadonlyMap<string, ReadonlySet<string>>;
}

function digitsByPlace(inexact: readonly InexactNumber[]): ReadonlyMap<string, ReadonlySet<string>> {
  const digits = new Map<string, Set<string>>();
  for (const { path, literal } of inexact) {
    const place = placeOf(path);
    const known = digits.get(place);
    if (known === undefined) digits.set(place, new Set([literal]));
    else known.add(literal);
  }
  return digits;
}

/** Items of one array are in one place. */
function placeOf(path: readonly PointerToken[]): string {
  return JSON.stringify(path.map((token) => (typeof token === 'number' ? 0 : token)));
}

function textOf(value: Json, path: readonly PointerToken[], old: Old): string {
  if (typeof value === 'string') {
    const isNumber = old.digits.get(placeOf(path))?.has(value) === true && reach(old.old, path) !== value;
    return isNumber ? value : JSON.stringify(value);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item, index) => textOf(item, [...path, index], old));
    return `[${items.join(',')}]`;
  }
  const members = Object.entries(value as Readonly<Record<string, Json>>).map(
    ([name, member]) => `${JSON.stringify(name)}:${textOf(member, [...path, name], old)}`,
  );
  return `{${members.join(',')}}`;
}

function reach(value: Json, path: readonly PointerToken[]): unknown {
  return path.reduce<unknown>(
    (at, token) => (isContainer(at) && Object.hasOwn(at, token) ? at[token] : undefined),
    value,
  );
}

function isContainer(value: unknown): value is Record<PointerToken, unknown> {
  return typeof value === 'object' && value !== null;
}
