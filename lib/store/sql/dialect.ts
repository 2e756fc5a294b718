import type { Kysely, RawBuilder, SqlBool } from 'kysely';
import type { Slot, Parameter } from './queries/query.js';
import type { IdColumn, MemberColumn } from './schema/table-schema.js';
import type { SortKey } from '../position.js';
import type { MemberType } from '../store.js';
import type { ColumnClass, TableDescription } from './existing-table/table-description.js';

/** Writes the SQL in which the databases differ. Texts are SQL; members are quoted, whatever they hold. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  /** Tables that the database needs beside those of collections: the statements that make them, by their names. */
  readonly systemTables: Readonly<Record<string, string>>;
  /** The columns of existing tables. */
  readonly columns: ColumnSql;
  /** Describes an existing table, or view; undefined where there is none. */
  readonly describeTable: (kysely: Kysely<unknown>, table: string) => Promise<TableDescription | undefined>;
  /** The type of a column that ids are kept in; it orders them as stores do. */
  readonly idType: (kind: IdColumn['kind']) => string;
  readonly integerType: string;
  readonly textType: string;
  /** The type of a column that is computed from a member. */
  readonly memberType: (type: Exclude<MemberType, 'json'>) => string;
  /** How a computed column keeps its values. */
  readonly generated: 'virtual' | 'stored';
  /** Computes what of a member is compared in searches and sorted lists, or NULL: see `sortKey`. */
  readonly sortKey: (member: string, type: Exclude<MemberType, 'json'>) => string;
  /** Computes what tells a member's value from all others, or NULL where it is absent or null. */
  readonly identity: (member: string) => string;
  /** Computes the id that a member holds, or NULL. */
  readonly reference: (member: string, target: IdColumn['kind']) => string;
  /** Holds where a member is there, and not null. */
  readonly isPresent: (member: string) => string;
  /** The value in the slot, as a member is compared with it in a search. */
  readonly searched: (type: Exclude<MemberType, 'json'>, slot: Slot) => RawBuilder<unknown>;
  /** Converts a value for that slot. */
  readonly searchedValue: (value: string | number | boolean) => Parameter;
  /** Converts the key that a sorted list goes on after, for a slot. */
  readonly keyValue: (key: SortKey) => SortKey;
  /** Over how many rows the state of a collection is spread, so that its writers need not wait for each other. */
  readonly shards: number;
  /** The larger one of two numbers. */
  readonly greatest: 'max' | 'greatest';
}

/** A column of an existing table, as statements refer to it. */
export interface ColumnRef {
  readonly ref: RawBuilder<unknown>;
  readonly class: ColumnClass;
}

/** Writes the SQL for columns of existing tables. */
export interface ColumnSql {
  /** The value as it is read; see `RawValue`. */
  readonly raw: (column: ColumnRef) => RawBuilder<unknown>;
  /** The value as text that is compared by code point. */
  readonly text: (column: ColumnRef) => RawBuilder<unknown>;
  /** What sorted lists compare of a member of a type, or NULL. */
  readonly sortKey: (column: ColumnRef, type: MemberColumn['type']) => RawBuilder<unknown>;
  /** Holds where the column has the value in the slot. */
  readonly equal: (column: ColumnRef, slot: Slot) => RawBuilder<SqlBool>;
  /** The integer that a slot is given as text, of any size that a column holds. */
  readonly integer: (slot: Slot) => RawBuilder<unknown>;
  /** Holds where a column of ids has an integer. */
  readonly isInteger: (ref: RawBuilder<unknown>) => RawBuilder<SqlBool>;
  /** Converts a value that a column of the class `boolean` is compared with. */
  readonly truth: (value: boolean) => number | boolean;
  /** The value in the slot, as it is written to a column. */
  readonly written: (slot: Slot, of: ColumnClass) => RawBuilder<unknown>;
}

/** Tells whether ids are kept in a column for integers. */
export function isInteger(kind: IdColumn['kind']): boolean {
  return kind === 'integer' || kind === 'bigint';
}

/** Writes text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Writes an identifier, whatever it holds. */
export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
