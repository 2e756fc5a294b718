import { sql, type RawBuilder } from 'kysely';
import { sameEntity, type Builder } from './builder.js';
import type { ColumnTexts } from './column-texts.js';
import { nameParts } from './found-table.js';
import { textsOf } from './mapped-form.js';
import type { MappedColumn, Mapping } from './mapping.js';
import { Query, Slot } from './query.js';
import type { Dialect } from './dialect.js';
import type { RowForm } from './row-form.js';
import { toldWithin, type Shape } from './shape.js';

/** The slots of a column: its value, and whether it is to be written at all. */
export function valueSlot(index: number): string {
  return `value${index}`;
}
export function givenSlot(index: number): string {
  return `given${index}`;
}

/** The statements that write a table that others made. What is not given stays as it is. */
export class MappedWriting {
  /**
   * Has those wait who would number a new row at the same time, until the transaction ends; undefined where the
   * database numbers rows, or has one writer at a time.
   */
  readonly number: Query | undefined;
  /** Gives the id of the new row, which the database makes. */
  readonly create: Query;
  /** The same for an id that is in the slot `id`. */
  readonly createWithId: Query;
  /** Undefined where there is nothing that could be written. */
  readonly replace: Query | undefined;
  readonly remove: Query;
  /** The entity with an id as it is now, which nobody else changes until the transaction ends. */
  readonly lock: { readonly change: Query; readonly remove: Query };

  constructor(builder: Builder, dialect: Dialect, form: RowForm, shape: Shape, mapping: Mapping) {
    const texts = textsOf(dialect);
    const table = sql.id(...nameParts(form.table));
    const isEntity = sql.join(sameEntity(form, shape), sql` and `);
    const query = (what: string, statement: RawBuilder<unknown>): Query =>
      new Query(`${form.name} ${what}`, statement.compile(builder));

    const written = mapping.columns.flatMap((column, index) =>
      column.isWritable ? [{ column, index }] : [],
    );
    const told = toldWithin(shape);
    const within = told.map(({ name, slot }) => ({ name, value: sql`${new Slot(slot)}` }));
    const members = written.map(({ column, index }) => ({
      name: column.name,
      value: created(texts, column, index),
    }));
    const key = { name: shape.id.name, value: sql`${new Slot('id')}` };
    const insert = (columns: readonly { readonly name: string; readonly value: RawBuilder<unknown> }[]) =>
      columns.length === 0
        ? sql`insert into ${table} default values returning ${form.id}`
        : sql`insert into ${table} (${sql.join(columns.map(({ name }) => sql.id(name)))})
            values (${sql.join(columns.map(({ value }) => value))}) returning ${form.id}`;
    const isNumbered = shape.id.kind !== 'bigint' || mapping.key.isNumbered;
    const next = { name: shape.id.name, value: sql`(${nextNumber(form, shape)})` };
    this.create = query('create', insert([...within, ...(isNumbered ? [] : [next]), ...members]));
    this.number =
      isNumbered || dialect.name === 'sqlite'
        ? undefined
        : query('number', sql`select pg_advisory_xact_lock(hashtextextended(${new Slot('numbered')}, 0))`);
    this.createWithId = query('create with id', insert([...within, key, ...members]));

    const assignments = written.map(({ column, index }) => {
      const name = sql.id(column.name);
      const value = texts.written(new Slot(valueSlot(index)), column.class);
      return sql`${name} = case when ${new Slot(givenSlot(index))} then ${value} else ${form.refTo(column.name)} end`;
    });
    this.replace =
      assignments.length === 0
        ? undefined
        : query('replace', sql`update ${table} set ${sql.join(assignments)} where ${isEntity}`);
    this.remove = query('remove', sql`delete from ${table} where ${isEntity}`);

    const read = builder
      .selectFrom(form.table)
      .select([form.id, ...form.kept])
      .where((row) => row.and(sameEntity(form, shape)));
    const canLock = dialect.name === 'postgres' && form.isWritable;
    this.lock = {
      change: new Query(`${form.name} read to change`, (canLock ? read.forNoKeyUpdate() : read).compile()),
      remove: new Query(`${form.name} read to remove`, (canLock ? read.forUpdate() : read).compile()),
    };
  }
}

/** The number after the largest one of a place, by the index of the key. */
function nextNumber(form: RowForm, shape: Shape): RawBuilder<unknown> {
  const key = form.refTo(shape.id.name);
  const place = toldWithin(shape).map((column) => form.same(column, new Slot(column.slot)));
  return sql`select coalesce(max(${key}), 0) + 1 from ${sql.id(...nameParts(form.table))}
    where ${sql.join([...place, sql`${key} > 0`], sql` and `)}`;
}

/** A new row has the database's own default where a body lacks the member. */
function created(texts: ColumnTexts, column: MappedColumn, index: number): RawBuilder<unknown> {
  const value = texts.written(new Slot(valueSlot(index)), column.class);
  if (column.default === undefined) return value;
  return sql`case when ${new Slot(givenSlot(index))} then ${value} else (${sql.raw(column.default)}) end`;
}
