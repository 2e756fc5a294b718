import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { isEntity } from '../queries/row-mapping.js';
import type { RowMapping } from '../queries/row-mapping.js';
import { Query, Slot } from '../queries/query.js';
import type { Builder } from '../queries/query.js';
import type { ColumnSql, Dialect } from '../dialect.js';
import { nameParts } from './table-description.js';
import type { ExistingColumn, ColumnMapping } from './table-mapping.js';
import { ownParentColumns } from '../schema/table-schema.js';
import type { TableSchema } from '../schema/table-schema.js';

/** Names the slot for the value of a column. */
export function valueSlot(index: number): string {
  return `value${index}`;
}

/** Names the slot that tells whether a column is to be written at all. */
export function givenSlot(index: number): string {
  return `given${index}`;
}

/** Compiles the statements that write an existing table. What is not given stays as it is. */
export class ExistingTableStatements {
  /**
   * Has other transactions that number a new row wait until this one ends; undefined where the database numbers rows,
   * or has one writer at a time.
   */
  readonly lockNumbers: Query | undefined;
  /** Gives the id of the new row, which the database makes. */
  readonly create: Query;
  /** The same for an id that is in the slot `id`. */
  readonly createWithId: Query;
  /** Undefined where there is nothing that could be written. */
  readonly replace: Query | undefined;
  readonly remove: Query;
  /** The entity with an id as it is now, which nothing else changes until the transaction ends. */
  readonly lock: { readonly change: Query; readonly remove: Query };

  constructor(
    builder: Builder,
    dialect: Dialect,
    mapping: RowMapping,
    schema: TableSchema,
    columnMapping: ColumnMapping,
  ) {
    const columnSql = dialect.columns;
    const table = sql.id(...nameParts(mapping.table));
    const isRow = sql.join(isEntity(mapping, schema), sql` and `);
    const query = (what: string, statement: RawBuilder<unknown>): Query =>
      new Query(`${mapping.name} ${what}`, statement.compile(builder));

    const written = columnMapping.columns.flatMap((column, index) =>
      column.isWritable ? [{ column, index }] : [],
    );
    const parents = ownParentColumns(schema).map(({ name, slot }) => ({
      name,
      value: sql`${new Slot(slot)}`,
    }));
    const members = written.map(({ column, index }) => ({
      name: column.name,
      value: created(columnSql, column, index),
    }));
    const key = { name: schema.id.name, value: sql`${new Slot('id')}` };
    const insert = (columns: readonly { readonly name: string; readonly value: RawBuilder<unknown> }[]) =>
      columns.length === 0
        ? sql`insert into ${table} default values returning ${mapping.id}`
        : sql`insert into ${table} (${sql.join(columns.map(({ name }) => sql.id(name)))})
            values (${sql.join(columns.map(({ value }) => value))}) returning ${mapping.id}`;
    const isNumbered = schema.id.kind !== 'bigint' || columnMapping.key.isNumbered;
    const next = { name: schema.id.name, value: sql`(${nextNumber(mapping, schema)})` };
    this.create = query('create', insert([...parents, ...(isNumbered ? [] : [next]), ...members]));
    this.lockNumbers =
      isNumbered || dialect.name === 'sqlite'
        ? undefined
        : query('number', sql`select pg_advisory_xact_lock(hashtextextended(${new Slot('numbered')}, 0))`);
    this.createWithId = query('create with id', insert([...parents, key, ...members]));

    const assignments = written.map(({ column, index }) => {
      const name = sql.id(column.name);
      const value = columnSql.written(new Slot(valueSlot(index)), column.class);
      return sql`${name} = case when ${new Slot(givenSlot(index))} then ${value} else ${mapping.refTo(column.name)} end`;
    });
    this.replace =
      assignments.length === 0
        ? undefined
        : query('replace', sql`update ${table} set ${sql.join(assignments)} where ${isRow}`);
    this.remove = query('remove', sql`delete from ${table} where ${isRow}`);

    const read = builder
      .selectFrom(mapping.table)
      .select([mapping.id, ...mapping.columns])
      .where((row) => row.and(isEntity(mapping, schema)));
    const canLock = dialect.name === 'postgres' && mapping.isWritable;
    this.lock = {
      change: new Query(`${mapping.name} read to change`, (canLock ? read.forNoKeyUpdate() : read).compile()),
      remove: new Query(`${mapping.name} read to remove`, (canLock ? read.forUpdate() : read).compile()),
    };
  }
}

/** Computes the number after the largest one of a collection, by the index of the key. */
function nextNumber(mapping: RowMapping, schema: TableSchema): RawBuilder<unknown> {
  const key = mapping.refTo(schema.id.name);
  const isInCollection = ownParentColumns(schema).map((column) =>
    mapping.equalsId(column, new Slot(column.slot)),
  );
  return sql`select coalesce(max(${key}), 0) + 1 from ${sql.id(...nameParts(mapping.table))}
    where ${sql.join([...isInCollection, sql`${key} > 0`], sql` and `)}`;
}

/** A new row has the database's own default where a body lacks the member. */
function created(columnSql: ColumnSql, column: ExistingColumn, index: number): RawBuilder<unknown> {
  const value = columnSql.written(new Slot(valueSlot(index)), column.class);
  if (column.default === undefined) return value;
  return sql`case when ${new Slot(givenSlot(index))} then ${value} else (${sql.raw(column.default)}) end`;
}
