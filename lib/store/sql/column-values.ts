import type { Json } from '../../protocol/documents.js';
import type { PointerToken } from '../../protocol/json-pointer.js';
import { isExactNumber } from '../../protocol/json/numbers.js';
import type { Dialect } from './dialect.js';
import type { Parameter } from './engine.js';
import type { FoundColumn } from './found-table.js';
import { readColumnJson, writeColumnJson } from './column-json.js';
import type { MappedColumn } from './mapping.js';

/** A value as a column was read: SQLite gives numbers as numbers, PostgreSQL all as text. */
export type Raw = string | number | null;

/** How text begins that holds JSON, in a column that is not for JSON alone. */
const JSON_TEXT = /^["[{]/;

/** A date, or one with a time of day, without a time zone. */
const ZONELESS = /^\d{4,}-\d\d-\d\d(?<time>[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/;

/** A number as JSON writes it: no digits that say nothing in front. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What databases hold in columns for numbers, and JSON does not. */
const NOT_FINITE: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);

/** Takes note of a number that is read as a string, for no double holds it: where in its member, and what it is. */
export type NoteInexact = (path: readonly PointerToken[], literal: string) => void;

/**
 * The member that a value of its column stands for; undefined where the body does not have it.
 *
 * @param note - is told of each number that comes as the string of its digits
 */
export function readValue(column: MappedColumn, raw: Raw, note: NoteInexact): Json | undefined {
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
 * What is written to a column for a member, or for none.
 *
 * @param before - what it holds now
 */
export function writtenValue(
  column: MappedColumn,
  value: Json | undefined,
  dialect: Dialect,
  before: Raw = null,
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

/** Whether a database compares the values of a column as numbers. */
export function isNumeric({ class: of }: FoundColumn): boolean {
  return of === 'integer' || of === 'double' || of === 'number';
}

/** Whether all that a column holds is read and written as JSON. */
function isJson({ class: of }: FoundColumn): boolean {
  return of === 'json' || of === 'array';
}

/** The JSON text that a column holds now; undefined where it holds something else. */
function jsonIn(column: MappedColumn, raw: Raw): string | undefined {
  if (typeof raw !== 'string' || !(isJson(column) || JSON_TEXT.test(raw))) return undefined;
  try {
    JSON.parse(raw);
    return raw;
  } catch {
    return undefined;
  }
}

/** A number, where a double holds it exactly; its digits, where none does. */
function exactNumber({ class: of }: MappedColumn, raw: string | number, note: NoteInexact): string | number {
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

/** A value of a member that is no single type of scalar: what its column is for, or what its text says. */
function anyOf(column: MappedColumn, raw: string | number, note: NoteInexact): Json {
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
function hasSqliteDates({ type, default: value = '' }: FoundColumn): boolean {
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
