import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../../protocol/documents.js';
import { idRules } from '../../ids.js';
import { isNumeric, readValue } from './column-values.js';
import type { RawValue } from './column-values.js';
import type { ColumnRef, ColumnSql, Dialect } from '../dialect.js';
import { nameParts } from './table-description.js';
import type { ColumnDescription } from './table-description.js';
import type { ExistingColumn, ColumnMapping } from './table-mapping.js';
import { isStorableText } from '../../storable-text.js';
import type { Comparison, RowMapping } from '../queries/row-mapping.js';
import { ownParentColumns } from '../schema/table-schema.js';
import type { IdColumn, MemberColumn, TableSchema } from '../schema/table-schema.js';
import type { Slot, Row } from '../queries/query.js';
import { formatPointer } from '../../../protocol/json-pointer.js';
import type { StoredEntity, TablePlan } from '../../store.js';
import { UnreadableValueError } from '../../store-errors.js';

/** Integers up to this one are exact in every type of floating numbers. */
const MAX_FLOAT_INTEGER = 2 ** 24;

/**
 * Maps the rows of an existing table.
 *
 * @param parentIsThere - holds where the parent stands within the entities that the key says; wanted where the table
 *   has no columns for all of them
 */
export function existingRowMapping(
  dialect: Dialect,
  schema: TableSchema,
  columnMapping: ColumnMapping,
  parentIsThere?: RawBuilder<SqlBool>,
): RowMapping {
  const { plan, table, id } = schema;
  const { columns, key, parentColumns } = columnMapping;
  const columnSql = dialect.columns;
  // After its table, so that it is not taken for a column of the result.
  const refTo = (name: string): RawBuilder<unknown> => sql.id(...nameParts(table), name);
  const refOf = (column: ColumnDescription): ColumnRef => ({ ref: refTo(column.name), class: column.class });
  const columnOf = ({ member }: MemberColumn): ExistingColumn => {
    const column = columns.find((each) => each.member === member);
    if (column === undefined) throw new TypeError(`no column holds the member ${JSON.stringify(member)}`);
    return column;
  };
  const idColumn = refOf(key);
  return {
    name: `existing ${plan.collection}`,
    table,
    refTo,
    // As text, which holds integers of any size.
    id: columnSql.text(idColumn).as('id'),
    // A row without members is one all the same.
    columns:
      columns.length === 0
        ? [sql.lit(1).as(columnAlias(0))]
        : columns.map((column, index) => columnSql.raw(refOf(column)).as(columnAlias(index))),
    idIn: (slot) => idIn(columnSql, id.kind, slot),
    idType: idTypeOf(key, id.kind),
    isWritable: columnMapping.description.isWritable,
    conditions: [isId(columnSql, idColumn, id.kind), ...(parentIsThere === undefined ? [] : [parentIsThere])],
    equalsId: ({ name, kind }, slot) => {
      const level = ownParentColumns(schema).findIndex((each) => each.name === name);
      return sameId(columnSql, refOf(parentColumns[level] ?? key), kind, slot);
    },
    isAmongIds: amongIds(dialect, idColumn, idTypeOf(key, id.kind)),
    sortKey: (column) => columnSql.sortKey(refOf(columnOf(column)), column.type),
    equal: (column, slot) => columnSql.equal(refOf(columnOf(column)), slot),
    comparison: (column, value) => comparisonOf(columnSql, columnOf(column), value),
    entity: (given, row) =>
      existingRowEntity(given, row, {
        table,
        columns,
        ...(plan.table?.errors && { errors: plan.table.errors }),
      }),
  };
}

function idTypeOf({ class: of }: ColumnDescription, kind: IdColumn['kind']): RowMapping['idType'] {
  if (kind === 'bigint') return 'bigint';
  return of === 'uuid' ? 'uuid' : 'text';
}

/** Holds for the ids that an entity can have: no IRI leads to another. */
function isId(columnSql: ColumnSql, column: ColumnRef, kind: IdColumn['kind']): RawBuilder<SqlBool> {
  const { ref, class: of } = column;
  if (kind === 'bigint') return columnSql.isInteger(ref);
  return of === 'uuid' ? sql<SqlBool>`${ref} is not null` : sql<SqlBool>`${ref} <> ''`;
}

/** One spelling of an id is one id, whatever the collation of its column takes for the same. */
function sameId(
  columnSql: ColumnSql,
  column: ColumnRef,
  kind: IdColumn['kind'],
  slot: Slot,
): RawBuilder<SqlBool> {
  if (column.class === 'text') return columnSql.equal(column, slot);
  // An id of what is not kept here can be any text, and no value of the column's type.
  return kind === undefined
    ? sql<SqlBool>`${columnSql.text(column)} = ${slot}`
    : sql<SqlBool>`${column.ref} = ${idIn(columnSql, kind, slot)}`;
}

/** Ids that are integers are given as text. */
function idIn(columnSql: ColumnSql, kind: IdColumn['kind'], slot: Slot): RawBuilder<unknown> {
  return kind === 'bigint' ? columnSql.integer(slot) : sql`${slot}`;
}

/** The types of text have collations, and indexes of their own. */
function amongIds(
  { name }: Dialect,
  { ref }: ColumnRef,
  type: RowMapping['idType'],
): RowMapping['isAmongIds'] {
  if (name === 'sqlite' || type === 'text') return undefined;
  return (slot) => sql<SqlBool>`${ref} = any(cast(${slot} as ${sql.raw(type)}[]))`;
}

/** Compares what the database can find by itself; all else is compared as bodies hold it. */
function comparisonOf(columnSql: ColumnSql, column: ExistingColumn, value: Json): Comparison | undefined {
  if (value === null) return column.class === 'json' ? undefined : { value: undefined, isWhole: false };
  if (typeof value !== column.memberType) return undefined;
  switch (typeof value) {
    case 'string':
      return isComparableText(column, value) ? { value, isWhole: true } : undefined;
    case 'number':
      return isComparableNumber(column, value) ? { value, isWhole: true } : undefined;
    case 'boolean':
      if (column.class === 'boolean') return { value: columnSql.truth(value), isWhole: true };
      return isNumeric(column) ? { value: Number(value), isWhole: true } : undefined;
    default:
      return undefined;
  }
}

function isComparableText({ class: of }: ExistingColumn, value: string): boolean {
  if (of === 'integer') return idRules.bigint.isValid(value);
  return of === 'uuid'
    ? idRules.uuidv7.isValid(value)
    : (of === 'text' || of === 'datetime') && isStorableText(value);
}

function isComparableNumber(column: ExistingColumn, value: number): boolean {
  if (!isNumeric(column) || !Number.isSafeInteger(value)) return false;
  return column.class !== 'double' || Math.abs(value) < MAX_FLOAT_INTEGER;
}

/** Reads the rows of a table. */
interface RowReader extends Pick<TablePlan, 'table' | 'errors'> {
  readonly columns: readonly ExistingColumn[];
}

/**
 * Makes the entity that a row of an existing table holds. Its version is a digest of what its columns hold. When other
 * programs write to the table is not known, so that it has no `updated`.
 */
function existingRowEntity(id: string, row: Row, reader: RowReader): StoredEntity {
  return new ExistingRowEntity(id, row, reader);
}

/** Its body is made when it is first asked for: lists show ids of rows that cannot be read, too. */
class ExistingRowEntity implements StoredEntity {
  readonly id: string;
  readonly version: string;
  declare readonly body: JsonObject;
  readonly #row: Row;
  readonly #reader: RowReader;
  #body: JsonObject | undefined;

  /** Copies have it too, which they would not have from a getter of the class. */
  static readonly #BODY = {
    enumerable: true,
    get(this: ExistingRowEntity): JsonObject {
      return (this.#body ??= bodyOf(this.id, this.#row, this.#reader));
    },
  };

  constructor(id: string, row: Row, reader: RowReader) {
    this.id = id;
    this.version = digest(reader.columns.map((_, index) => rawValueAt(row, index)));
    this.#row = row;
    this.#reader = reader;
    Object.defineProperty(this, 'body', ExistingRowEntity.#BODY);
  }

  /** A copy with another body, `{ ...entity, body }`, must not bring the text of this one along. */
  get text(): string {
    return JSON.stringify(this.body);
  }
}

/** Names a column in the rows that are read. */
function columnAlias(index: number): string {
  return `c${index}`;
}

/** Takes the value of a column out of a row. */
export function rawValueAt(row: Row, index: number): RawValue {
  return (row[columnAlias(index)] ?? null) as RawValue;
}

/** A number that stands in a body as the string of its digits. */
interface Digits {
  readonly column: ExistingColumn;
  readonly pointer: string;
  readonly literal: string;
}

/** @throws {UnreadableValueError} where a column holds a number that no double holds, and the schema wants one */
function bodyOf(id: string, row: Row, { table, columns, errors }: RowReader): JsonObject {
  const digits: Digits[] = [];
  const members = columns.flatMap((column, index): [string, Json][] => {
    const value = readValue(column, rawValueAt(row, index), (path, literal) => {
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

function digest(raws: readonly RawValue[]): string {
  // JSON would write infinity as it writes NULL.
  const values = raws.map((raw) => (typeof raw === 'number' && !Number.isFinite(raw) ? String(raw) : raw));
  return createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 22);
}
