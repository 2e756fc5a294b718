import type { Json } from '../../../protocol/documents.js';
import type { PointerToken } from '../../../protocol/json-pointer.js';
import { isExactNumber, inexactNumbers } from '../../../protocol/json/numbers.js';
import type { InexactNumber } from '../../../protocol/json/numbers.js';
import type { Dialect } from '../dialect.js';
import type { Parameter } from '../queries/query.js';
import type { ColumnDescription } from './table-description.js';
import type { ExistingColumn } from './table-mapping.js';

/** The value of a column as it was read: SQLite gives numbers as numbers, PostgreSQL all as text. */
export type RawValue = string | number | null;

/** Is told of a number that is read as a string, for no double holds it: where in its member, and what it is. */
export type NoteInexact = (path: readonly PointerToken[], literal: string) => void;

/** How text begins that holds JSON, in a column that is not for JSON alone. */
const JSON_TEXT = /^["[{]/;

/** A date, or one with a time of day, without a time zone. */
const ZONELESS = /^\d{4,}-\d\d-\d\d(?<time>[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/;

/** A number as JSON writes it: no digits that say nothing in front. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Numbers that databases hold in columns, and JSON does not. */
const NOT_FINITE: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);

/**
 * Converts the value of a column to its member; undefined where the body does not have it.
 *
 * @param note - is told of each number that comes as the string of its digits
 */
export function readValue(column: ExistingColumn, raw: RawValue, note: NoteInexact): Json | undefined {
  if (raw === null) return column.isRequired ? null : undefined;
  if (isJson(column)) return anyOf(column, raw, note);
  switch (column.memberType) {
    case 'string':
      return column.class.startsWith('timestamp') ? shortTime(String(raw)) : String(raw);
    case 'number':
      return exactNumber(column, raw, note);
    case 'boolean':
      return booleanOf(raw);
    case 'json':
      return anyOf(column, raw, note);
  }
}

/**
 * Converts a member, or the lack of one, to what is written to its column.
 *
 * @param before - what it holds now
 */
export function writtenValue(
  column: ExistingColumn,
  value: Json | undefined,
  dialect: Dialect,
  before: RawValue = null,
): Parameter {
  if (value === undefined || value === null) return null;
  if (column.class === 'array' && Array.isArray(value)) return arrayLiteral(value as readonly Json[]);
  const isStructure = typeof value === 'object';
  if (column.class === 'json' || isStructure) return writeColumnJson(value, jsonIn(column, before));
  if (typeof value === 'boolean') {
    return dialect.name === 'sqlite' || isNumeric(column) ? Number(value) : value;
  }
  if (typeof value !== 'string') return value;
  if (dialect.name === 'sqlite' && isNumeric(column) && NOT_FINITE.has(value)) return Number(value);
  if (column.class.startsWith('timestamp')) return withZone(value);
  if (column.class === 'datetime') return hasSqliteDates(column) ? asSqliteDate(value) : value;
  return column.memberType === 'json' && JSON_TEXT.test(value) ? JSON.stringify(value) : value;
}

/** Tells whether a database compares the values of a column as numbers. */
export function isNumeric({ class: of }: ColumnDescription): boolean {
  return of === 'integer' || of === 'double' || of === 'number';
}

/** Whether all that a column holds is read and written as JSON. */
function isJson({ class: of }: ColumnDescription): boolean {
  return of === 'json' || of === 'array';
}

/** The JSON text that a column holds now; undefined where it holds something else. */
function jsonIn(column: ExistingColumn, raw: RawValue): string | undefined {
  if (typeof raw !== 'string' || !(isJson(column) || JSON_TEXT.test(raw))) return undefined;
  try {
    JSON.parse(raw);
    return raw;
  } catch {
    return undefined;
  }
}

/** A number, where a double holds it exactly; its digits, where none does. */
function exactNumber(
  { class: of }: ExistingColumn,
  raw: string | number,
  note: NoteInexact,
): string | number {
  if (typeof raw === 'number' && Number.isFinite(raw)) return raw;
  const text = String(raw);
  const isNumber = NUMBER.test(text);
  if (isNumber && (of === 'double' || isExactNumber(text))) return Number(text);
  if (isNumber || NOT_FINITE.has(text)) note([], text);
  return text;
}

/**
 * An array as PostgreSQL reads it.
 *
 * @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
function arrayLiteral(items: readonly Json[]): string {
  const texts = items.map((item) => {
    if (item === null) return 'NULL';
    if (Array.isArray(item)) return arrayLiteral(item as readonly Json[]);
    const text = typeof item === 'string' ? item : JSON.stringify(item);
    return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  });
  return `{${texts.join(',')}}`;
}

function booleanOf(raw: string | number): Json {
  if (raw === 1 || raw === '1' || raw === 'true') return true;
  return raw === 0 || raw === '0' || raw === 'false' ? false : raw;
}

/** Reads a member that is of no single type: its column's type decides, or its text. */
function anyOf(column: ExistingColumn, raw: string | number, note: NoteInexact): Json {
  if (column.class === 'boolean') return booleanOf(raw);
  if (isNumeric(column) || typeof raw === 'number') return exactNumber(column, raw, note);
  if (!isJson(column) && !JSON_TEXT.test(raw)) return raw;
  try {
    const { value, inexact } = readColumnJson(raw);
    for (const { path, literal } of inexact) note(path, literal);
    return value;
  } catch {
    return raw;
  }
}

/** A time as RFC 3339 writes it, without the zeros of its fraction that say nothing. */
function shortTime(text: string): string {
  return text.replace(/(?:(\.\d*[1-9])0*|\.0+)Z/, '$1Z');
}

/** Whether other programs expect dates in a column as SQLite itself writes them. */
function hasSqliteDates({ type, default: value = '' }: ColumnDescription): boolean {
  return /date|time/i.test(type) || /current_timestamp|datetime\s*\(/i.test(value);
}

/** A date-time, in UTC. */
const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)$/;

/** `2024-01-02 10:00:00`, with the fraction that was given; what is no date-time, or beyond all years, as it is. */
function asSqliteDate(text: string): string {
  const [, day, minutes, seconds, offset] = RFC_3339.exec(text) ?? [];
  if (day === undefined || offset === undefined) return text;
  if (/^[Zz]$/.test(offset)) return `${day} ${minutes}:${seconds}`;
  const utc = new Date(`${day}T${minutes}:00${offset}`);
  if (Number.isNaN(utc.getTime()) || utc.getUTCFullYear() < 0 || utc.getUTCFullYear() > 9999) return text;
  return `${utc.toISOString().slice(0, 16).replace('T', ' ')}:${seconds}`;
}

/** A time without a time zone is one of UTC, whatever the session's is. */
function withZone(text: string): string {
  const zoneless = ZONELESS.exec(text);
  if (zoneless === null) return text;
  return zoneless.groups?.['time'] === undefined ? `${text}T00:00:00Z` : `${text}Z`;
}

/** JSON as a column holds it. */
interface ColumnJson {
  /** With the digits of numbers that a double does not hold as strings. */
  readonly value: Json;
  /** Where those stand. */
  readonly inexact: readonly InexactNumber[];
}

/**
 * Reads JSON text without losing digits of numbers.
 *
 * @throws {SyntaxError} where it is none
 */
function readColumnJson(text: string): ColumnJson {
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
function writeColumnJson(value: Json, before: string | undefined): string {
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
