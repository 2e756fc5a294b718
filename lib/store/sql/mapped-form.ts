import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Json } from '../../protocol/documents.js';
import { idRules } from '../ids.js';
import { isNumeric } from './column-values.js';
import { postgresTexts } from './column-texts-postgres.js';
import { sqliteTexts } from './column-texts-sqlite.js';
import type { ColumnText, ColumnTexts } from './column-texts.js';
import type { Dialect } from './dialect.js';
import { nameParts, type FoundColumn } from './found-table.js';
import { alias, mappedRow } from './mapped-row.js';
import type { MappedColumn, Mapping } from './mapping.js';
import { isKeptText } from './place-values.js';
import type { Comparison, RowForm } from './row-form.js';
import { toldWithin, type IdColumn, type MemberColumn, type Shape } from './shape.js';
import type { Slot } from './query.js';

/** Integers below hold for every type of floating numbers. */
const ANY_DOUBLE = 2 ** 24;

/** What a dialect says of the columns of others. */
export function textsOf({ name }: Dialect): ColumnTexts {
  return name === 'sqlite' ? sqliteTexts : postgresTexts;
}

/**
 * How tables that others made hold entities.
 *
 * @param parentIsThere - holds where the entity that a place is in stands where the path says; wanted where the
 *   table has no columns for all ids above
 */
export function mappedForm(
  dialect: Dialect,
  shape: Shape,
  mapping: Mapping,
  parentIsThere?: RawBuilder<SqlBool>,
): RowForm {
  const { plan, table, id } = shape;
  const { columns, key, within } = mapping;
  const texts = textsOf(dialect);
  // After its table, so that it is not taken for a column of the result.
  const refTo = (name: string): RawBuilder<unknown> => sql.id(...nameParts(table), name);
  const textOf = (column: FoundColumn): ColumnText => ({ ref: refTo(column.name), class: column.class });
  const columnOf = ({ member }: MemberColumn): MappedColumn => {
    const column = columns.find((each) => each.member === member);
    if (column === undefined) throw new TypeError(`no column holds the member ${JSON.stringify(member)}`);
    return column;
  };
  const idColumn = textOf(key);
  return {
    name: `mapped ${plan.collection}`,
    table,
    refTo,
    // As text, which holds integers of any size.
    id: texts.text(idColumn).as('id'),
    // A row without members is one all the same.
    kept:
      columns.length === 0
        ? [sql.lit(1).as(alias(0))]
        : columns.map((column, index) => texts.raw(textOf(column)).as(alias(index))),
    idIn: (slot) => idIn(texts, id.kind, slot),
    idType: idTypeOf(key, id.kind),
    isWritable: mapping.found.isWritable,
    served: [isId(texts, idColumn, id.kind), ...(parentIsThere === undefined ? [] : [parentIsThere])],
    same: ({ name, kind }, slot) => {
      const level = toldWithin(shape).findIndex((each) => each.name === name);
      return sameId(texts, textOf(within[level] ?? key), kind, slot);
    },
    among: amongIds(dialect, idColumn, idTypeOf(key, id.kind)),
    sortKey: (column) => texts.sortKey(textOf(columnOf(column)), column.type),
    equal: (column, slot) => texts.equal(textOf(columnOf(column)), slot),
    compared: (column, value) => compared(texts, columnOf(column), value),
    entity: (given, row) =>
      mappedRow(given, row, { table, columns, ...(plan.table?.errors && { errors: plan.table.errors }) }),
  };
}

function idTypeOf({ class: of }: FoundColumn, kind: IdColumn['kind']): RowForm['idType'] {
  if (kind === 'bigint') return 'bigint';
  return of === 'uuid' ? 'uuid' : 'text';
}

/** Holds for the ids that an entity can have: no IRI leads to others. */
function isId(texts: ColumnTexts, column: ColumnText, kind: IdColumn['kind']): RawBuilder<SqlBool> {
  const { ref, class: of } = column;
  if (kind === 'bigint') return texts.isInteger(ref);
  return of === 'uuid' ? sql<SqlBool>`${ref} is not null` : sql<SqlBool>`${ref} <> ''`;
}

/** One spelling of an id is one id, whatever the collation of its column takes for the same. */
function sameId(
  texts: ColumnTexts,
  column: ColumnText,
  kind: IdColumn['kind'],
  slot: Slot,
): RawBuilder<SqlBool> {
  if (column.class === 'text') return texts.equal(column, slot);
  // An id of what is not kept here can be any text, and no value of the column's type.
  return kind === undefined
    ? sql<SqlBool>`${texts.text(column)} = ${slot}`
    : sql<SqlBool>`${column.ref} = ${idIn(texts, kind, slot)}`;
}

/** Ids that are integers are given as text. */
function idIn(texts: ColumnTexts, kind: IdColumn['kind'], slot: Slot): RawBuilder<unknown> {
  return kind === 'bigint' ? texts.integer(slot) : sql`${slot}`;
}

/** The types of text have collations, and indexes of their own. */
function amongIds({ name }: Dialect, { ref }: ColumnText, type: RowForm['idType']): RowForm['among'] {
  if (name === 'sqlite' || type === 'text') return undefined;
  return (slot) => sql<SqlBool>`${ref} = any(cast(${slot} as ${sql.raw(type)}[]))`;
}

/** What the database can find of itself; all else is compared as bodies hold it. */
function compared(texts: ColumnTexts, column: MappedColumn, value: Json): Comparison | undefined {
  if (value === null) return column.class === 'json' ? undefined : { value: undefined, isWhole: false };
  if (typeof value !== column.memberType) return undefined;
  switch (typeof value) {
    case 'string':
      return isComparableText(column, value) ? { value, isWhole: true } : undefined;
    case 'number':
      return isComparableNumber(column, value) ? { value, isWhole: true } : undefined;
    case 'boolean':
      if (column.class === 'boolean') return { value: texts.truth(value), isWhole: true };
      return isNumeric(column) ? { value: Number(value), isWhole: true } : undefined;
    default:
      return undefined;
  }
}

function isComparableText({ class: of }: MappedColumn, value: string): boolean {
  if (of === 'integer') return idRules.bigint.isValid(value);
  return of === 'uuid'
    ? idRules.uuidv7.isValid(value)
    : (of === 'text' || of === 'datetime') && isKeptText(value);
}

function isComparableNumber(column: MappedColumn, value: number): boolean {
  if (!isNumeric(column) || !Number.isSafeInteger(value)) return false;
  return column.class !== 'double' || Math.abs(value) < ANY_DOUBLE;
}
