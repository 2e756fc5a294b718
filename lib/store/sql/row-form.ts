import { sql, type AliasedExpression, type RawBuilder, type SqlBool } from 'kysely';
import { KEY_LENGTH, sortKey } from '../position.js';
import type { Json } from '../../protocol/documents.js';
import type { StoredEntity } from '../store.js';
import type { Dialect } from './dialect.js';
import type { Parameter, Row } from './engine.js';
import { isKeptText } from './place-values.js';
import type { Slot } from './query.js';
import { storedRow } from './stored-row.js';
import type { IdColumn, MemberColumn, Shape } from './shape.js';

/** What a database is asked of a member that is searched for a value. */
export interface Comparison {
  /** Undefined where the column has to be NULL. */
  readonly value: Parameter | undefined;
  /** Whether those that it finds, and only those, have the value. */
  readonly isWhole: boolean;
}

/** How entities are the rows of a table: what tables of the store's own and those of others differ in. */
export interface RowForm {
  /** Begins the names of statements; unique within one store. */
  readonly name: string;
  readonly table: string;
  /** A column, by its name. */
  readonly refTo: (name: string) => RawBuilder<unknown>;
  /** The id of an entity, as the column `id`. */
  readonly id: AliasedExpression<unknown, 'id'>;
  /** What an entity is made of, but for its id. */
  readonly kept: readonly AliasedExpression<unknown, string>[];
  /** The id in a slot, as the column of ids is compared with it. */
  readonly idIn: (slot: Slot) => RawBuilder<unknown>;
  /** The type of ids in statements of PostgreSQL. */
  readonly idType: 'bigint' | 'text' | 'uuid';
  /** Whether entities can be written at all. */
  readonly isWritable: boolean;
  /** Holds for rows that are entities. */
  readonly served: readonly RawBuilder<SqlBool>[];
  /** Holds where a column has the id in the slot. */
  readonly same: (column: IdColumn, slot: Slot) => RawBuilder<SqlBool>;
  /** Holds for the ids that are in the list in the slot; undefined where no index would serve that. */
  readonly among: ((slot: Slot) => RawBuilder<SqlBool>) | undefined;
  /** What is compared in lists that are sorted by a member. */
  readonly sortKey: (column: MemberColumn) => RawBuilder<unknown>;
  /** Holds where a member has the value in the slot, of those that {@link compared} gives. */
  readonly equal: (column: MemberColumn, slot: Slot) => RawBuilder<SqlBool>;
  /** How a member is searched for a value; undefined where the database cannot find it. */
  readonly compared: (column: MemberColumn, value: Json) => Comparison | undefined;
  readonly entity: (id: string, row: Row) => StoredEntity;
}

/** How a store's own tables keep entities. */
export function ownForm(dialect: Dialect, { table, id }: Shape): RowForm {
  const text = dialect.name === 'sqlite' ? 'body' : 'text';
  const idType = id.kind === 'integer' ? 'bigint' : 'text';
  return {
    name: table,
    table,
    refTo: (name) => sql.id(table, name),
    id: sql.id(id.name).as('id'),
    kept: [sql.id('version').as('version'), sql.id('updated').as('updated'), sql.id(text).as('text')],
    idIn: (slot) => sql`${slot}`,
    idType,
    isWritable: true,
    served: [],
    same: ({ name }, slot) => sql<SqlBool>`${sql.id(name)} = ${slot}`,
    among:
      dialect.name === 'sqlite'
        ? undefined
        : (slot) => sql<SqlBool>`${sql.id(id.name)} = any(cast(${slot} as ${sql.raw(idType)}[]))`,
    sortKey: ({ name }) => sql.id(name),
    equal: ({ name, type }, slot) => sql<SqlBool>`${sql.id(name)} = ${dialect.searched(type, slot)}`,
    compared({ type }, value) {
      // A database takes no text that it could not keep.
      if (typeof value === 'string' && !isKeptText(value)) return undefined;
      const key = sortKey(value, type);
      if (key === null) return { value: undefined, isWhole: false };
      return { value: dialect.searchedValue(key), isWhole: isWhole(value, key) };
    },
    entity: (given, row) =>
      storedRow(given, String(row['version']), Number(row['updated']), String(row['text'])),
  };
}

/** Whether those, and only those, that have the key in their column have the value. */
function isWhole(value: Json, key: string | number | boolean): boolean {
  switch (typeof key) {
    case 'string':
      return key === value && key.length < KEY_LENGTH;
    case 'number':
      return Number.isSafeInteger(key);
    default:
      return true;
  }
}
