import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../protocol/documents.js';
import { formatPointer } from '../../protocol/json-pointer.js';
import type { StoredEntity, TablePlan } from '../store.js';
import { UnreadableValueError } from '../unreadable.js';
import { readValue, type Raw } from './column-values.js';
import type { Row } from './engine.js';
import type { MappedColumn } from './mapping.js';

/** What the rows of a table are read by. */
export interface RowReading extends Pick<TablePlan, 'table' | 'errors'> {
  readonly columns: readonly MappedColumn[];
}

/** What a column is called in the rows that are read. */
export function alias(index: number): string {
  return `c${index}`;
}

/** What a row has in a column. */
export function rawOf(row: Row, index: number): Raw {
  return (row[alias(index)] ?? null) as Raw;
}

/**
 * An entity as a row of others holds it. Its version is a digest of what its columns hold; whoever writes to
 * the table tells nobody when, so that it has no `updated`.
 */
export function mappedRow(id: string, row: Row, reading: RowReading): StoredEntity {
  return new MappedRow(id, row, reading);
}

/** Its body is made when it is first asked for: lists show ids of rows that cannot be read, too. */
class MappedRow implements StoredEntity {
  readonly id: string;
  readonly version: string;
  declare readonly body: JsonObject;
  readonly #row: Row;
  readonly #reading: RowReading;
  #body: JsonObject | undefined;

  /** Copies have it too, which they would not have from a getter of the class. */
  static readonly #BODY = {
    enumerable: true,
    get(this: MappedRow): JsonObject {
      return (this.#body ??= bodyOf(this.id, this.#row, this.#reading));
    },
  };

  constructor(id: string, row: Row, reading: RowReading) {
    this.id = id;
    this.version = digest(reading.columns.map((_, index) => rawOf(row, index)));
    this.#row = row;
    this.#reading = reading;
    Object.defineProperty(this, 'body', MappedRow.#BODY);
  }

  /** A copy with another body, `{ ...entity, body }`, must not bring the text of this one along. */
  get text(): string {
    return JSON.stringify(this.body);
  }
}

/** A number that stands in a body as the string of its digits. */
interface Digits {
  readonly column: MappedColumn;
  readonly pointer: string;
  readonly literal: string;
}

/** @throws {UnreadableValueError} where a column holds a number that no double holds, and the schema wants one */
function bodyOf(id: string, row: Row, { table, columns, errors }: RowReading): JsonObject {
  const digits: Digits[] = [];
  const members = columns.flatMap((column, index): [string, Json][] => {
    const value = readValue(column, rawOf(row, index), (path, literal) => {
      digits.push({ column, pointer: formatPointer([column.member, ...path]), literal });
    });
    return value === undefined ? [] : [[column.member, value]];
  });
  const body: JsonObject = Object.fromEntries(members);
  const refused = errors === undefined || digits.length === 0 ? undefined : refusedOf(body, digits, errors);
  if (refused === undefined) return body;
  const { column, pointer, literal } = refused;
  throw new UnreadableValueError(
    column.name,
    column.member,
    `the column ${JSON.stringify(column.name)} of the table ${JSON.stringify(table)} holds the number ` +
      `${literal.length > 60 ? `${literal.slice(0, 60)}…` : literal} in the row of the id ${JSON.stringify(id)}, ` +
      `which no double holds, and the schema allows no string of its digits at ${JSON.stringify(pointer)}; allow ` +
      'one there, as by Type.Union([Type.Number(), Type.String()])',
  );
}

/** The first of them that the schema would take as a number, and not as a string. */
function refusedOf(
  body: JsonObject,
  digits: readonly Digits[],
  errors: NonNullable<TablePlan['errors']>,
): Digits | undefined {
  const found = errors(body);
  if (found.length === 0) return undefined;
  // What else a row holds that the schema does not take is not for this to find.
  const rounded = JSON.parse(
    JSON.stringify(body, (_, value: unknown) =>
      typeof value === 'string' && digits.some(({ literal }) => literal === value) ? rounding(value) : value,
    ),
  ) as JsonObject;
  const others = new Set(errors(rounded).map(({ pointer, rule }) => `${rule} ${pointer}`));
  const own = found.filter(({ pointer, rule }) => !others.has(`${rule} ${pointer}`));
  return digits.find(({ pointer }) =>
    own.some((error) => pointer === error.pointer || pointer.startsWith(`${error.pointer}/`)),
  );
}

function rounding(literal: string): number {
  const number = Number(literal);
  return Number.isFinite(number) ? number : 0;
}

function digest(raws: readonly Raw[]): string {
  // JSON would write infinity as it writes NULL.
  const texts = raws.map((raw) => (typeof raw === 'number' && !Number.isFinite(raw) ? String(raw) : raw));
  return createHash('sha256').update(JSON.stringify(texts)).digest('base64url').slice(0, 22);
}
