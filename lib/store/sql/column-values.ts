import type { Json } from '../../protocol/documents.js';
import type { Dialect } from './dialect.js';
import type { Parameter } from './engine.js';
import type { FoundColumn } from './found-table.js';
import type { MappedColumn } from './mapping.js';

/** A value as a column was read: SQLite gives numbers as numbers, PostgreSQL all as text. */
export type Raw = string | number | null;

/** How text begins that holds JSON, in a column that is not for JSON alone. */
const JSON_TEXT = /^["[{]/;

/** A date, or one with a time of day, without a time zone. */
const ZONELESS = /^\d{4,}-\d\d-\d\d(?<time>[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/;

/** The member that a value of its column stands for; undefined where the body does not have it. */
export function readValue(column: MappedColumn, raw: Raw): Json | undefined {
  if (raw === null) return column.isRequired ? null : undefined;
  switch (column.memberType) {
    case 'string':
      return column.class.startsWith('timestamp') ? shortTime(String(raw)) : String(raw);
    case 'number':
      return exactNumber(column, raw);
    case 'boolean':
      return booleanOf(raw);
    case 'json':
      return anyOf(column, raw);
  }
}

/** What is written to a column for a member, or for none. */
export function writtenValue(column: MappedColumn, value: Json | undefined, dialect: Dialect): Parameter {
  if (value === undefined || value === null) return null;
  const isStructure = typeof value === 'object';
  if (column.class === 'json' || isStructure) return JSON.stringify(value);
  if (typeof value === 'boolean') {
    return dialect.name === 'sqlite' || isNumeric(column) ? Number(value) : value;
  }
  if (typeof value !== 'string') return value;
  if (column.class.startsWith('timestamp')) return withZone(value);
  return column.memberType === 'json' && JSON_TEXT.test(value) ? JSON.stringify(value) : value;
}

/** Whether a database compares the values of a column as numbers. */
export function isNumeric({ class: of }: FoundColumn): boolean {
  return of === 'integer' || of === 'double' || of === 'number';
}

/** A number, where JavaScript holds it exactly; its digits, where it does not. */
function exactNumber({ class: of }: MappedColumn, raw: string | number): string | number {
  if (typeof raw === 'number') return raw;
  const number = Number(raw);
  const isExact = of === 'double' ? Number.isFinite(number) : String(number) === plainDigits(raw);
  return isExact ? number : raw;
}

/** A decimal number without the zeros that say nothing. */
function plainDigits(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function booleanOf(raw: string | number): Json {
  if (raw === 1 || raw === '1' || raw === 'true') return true;
  return raw === 0 || raw === '0' || raw === 'false' ? false : raw;
}

/** A value of a member that is no single type of scalar: what its column is for, or what its text says. */
function anyOf(column: MappedColumn, raw: string | number): Json {
  if (column.class === 'boolean') return booleanOf(raw);
  if (isNumeric(column)) return exactNumber(column, raw);
  if (typeof raw === 'number') return raw;
  if (column.class !== 'json' && !JSON_TEXT.test(raw)) return raw;
  try {
    return JSON.parse(raw) as Json;
  } catch {
    return raw;
  }
}

/** A time as RFC 3339 writes it, without the zeros of its fraction that say nothing. */
function shortTime(text: string): string {
  return text.replace(/(?:(\.\d*[1-9])0*|\.0+)Z$/, '$1Z');
}

/** A time without a time zone is one of UTC, whatever the session's is. */
function withZone(text: string): string {
  const zoneless = ZONELESS.exec(text);
  if (zoneless === null) return text;
  return zoneless.groups?.['time'] === undefined ? `${text}T00:00:00Z` : `${text}Z`;
}
