import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Change } from '../store.js';
import type { Refusals } from './conflicts.js';
import type { Connection } from './engine.js';
import { isThere, parentValues } from './explanation.js';
import { Query, Slot, type Values } from './query.js';
import { referredId } from './referred.js';
import { isHeldByDatabase, type ReferenceKey, type Shape } from './shape.js';
import type { SqlTable, SqlTables } from './sql-tables.js';

/** A change that gives an entity a body. */
export type BodyChange = Pick<Exclude<Change, { do: 'remove' }>, 'body' | 'unseen'>;

/**
 * What stands within entities, or refers to them, where one of the two is in a table that others made: there
 * the store holds them together for whatever goes through it, and asks for no foreign keys.
 */
export class HeldRelations {
  readonly #tables: SqlTables;
  /** The statements that find what depends on an entity, by the name of its catalog. */
  readonly #dependents = new Map<string, readonly Query[]>();

  constructor(tables: SqlTables) {
    this.#tables = tables;
  }

  /** @throws {StoreConflictError} `missing` where an entity would stand within one that is not there */
  async checkParent(connection: Connection, shape: Shape, values: Values, refusals: Refusals): Promise<void> {
    const { parent } = shape;
    if (parent === undefined || isHeldByDatabase(shape, parent)) return;
    if (!(await isThere(this.#tables, connection, parent, parentValues(shape, parent, values)))) {
      throw refusals.missingParent();
    }
  }

  /** @throws {StoreConflictError} `reference` where a body refers to an entity that is not there, or counts as not there */
  async checkReferences(
    connection: Connection,
    shape: Shape,
    values: Values,
    { body, unseen = [] }: BodyChange,
    refusals: Refusals,
  ): Promise<void> {
    for (const reference of shape.references) {
      const { target } = reference;
      if (isHeldByDatabase(shape, target)) continue;
      const id = referredId(body, reference);
      if (id === null) continue;
      const isFound =
        id !== undefined &&
        !unseen.includes(reference.member) &&
        (await isThere(this.#tables, connection, target, { ...values, id }));
      if (!isFound) throw refusals.reference(reference);
    }
  }

  /**
   * Looks for what depends on an entity that has just been removed: who comes to depend on it now has to wait
   * until that is committed, and will not find it.
   *
   * @throws {StoreConflictError} `in-use` where something does
   */
  async checkUnused(connection: Connection, shape: Shape, values: Values, refusals: Refusals): Promise<void> {
    for (const query of this.#dependentsOf(shape)) {
      const rows = await connection.all(query.statement, query.bind(values));
      if (rows.length > 0) throw refusals.inUse();
    }
  }

  #dependentsOf(target: Shape): readonly Query[] {
    const { collection: catalog } = target.plan;
    let found = this.#dependents.get(catalog);
    if (found === undefined) {
      found = this.#tables.all().flatMap((table) => this.#dependentsIn(table, target));
      this.#dependents.set(catalog, found);
    }
    return found;
  }

  #dependentsIn(table: SqlTable, target: Shape): readonly Query[] {
    const { shape } = table;
    if (isHeldByDatabase(shape, target)) return [];
    const referring = shape.references.filter((reference) => reference.target === target);
    return [
      ...(shape.parent === target ? [this.#within(table, target)] : []),
      ...referring.map((reference) => this.#referring(table, reference)),
    ];
  }

  #within(table: SqlTable, target: Shape): Query {
    const slots = [...target.within, target.id].map(({ slot }) => slot);
    return this.#find(table, 'within', slots);
  }

  #referring(table: SqlTable, { name, member, target }: ReferenceKey): Query {
    const id = this.#tables.at(target.plan).reading.form.idIn(new Slot(target.id.slot));
    const refers = sql<SqlBool>`${table.reading.form.refTo(name)} = ${id}`;
    const slots = target.within.map(({ slot }) => slot);
    return this.#find(table, `referring by ${member}`, slots, refers);
  }

  /** @param slots - of the ids that those which are looked for stand within */
  #find(
    { shape, reading: { form } }: SqlTable,
    how: string,
    slots: readonly string[],
    ...conditions: readonly RawBuilder<SqlBool>[]
  ): Query {
    const place = shape.within
      .slice(0, slots.length)
      .flatMap((column, level) =>
        level < shape.untold ? [] : [form.same(column, new Slot(slots[level] ?? ''))],
      );
    const found = this.#tables.builder
      .selectFrom(form.table)
      .select(form.id)
      .where((row) => row.and([...place, ...conditions]))
      .limit(1);
    return new Query(`${form.name} ${how}`, found.compile());
  }
}
