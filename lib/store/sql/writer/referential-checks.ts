import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import type { Change } from '../../store.js';
import type { Conflicts } from './conflicts.js';
import { parentEntityValues, referencedId } from '../queries/key-values.js';
import type { Connection } from '../engine.js';
import { Query, Slot } from '../queries/query.js';
import type { Values } from '../queries/query.js';
import { hasForeignKey } from '../schema/table-schema.js';
import type { ReferenceKey, TableSchema } from '../schema/table-schema.js';
import type { SqlTable, SqlTables } from '../sql-tables.js';

/** A change that gives an entity a body. */
export type BodyChange = Pick<Exclude<Change, { do: 'remove' }>, 'body' | 'unseen'>;

/**
 * Checks parents and references where one of the two entities is in an existing table. It does for all writes of the
 * store what foreign keys do between the store's own tables, and asks existing tables for none.
 */
export class ReferentialChecks {
  readonly #tables: SqlTables;
  /** The statements that find what depends on an entity, by the name of its collection. */
  readonly #dependents = new Map<string, readonly Query[]>();

  constructor(tables: SqlTables) {
    this.#tables = tables;
  }

  /** @throws {StoreConflictError} `missing` where an entity would stand within one that is not there */
  async checkParent(
    connection: Connection,
    schema: TableSchema,
    values: Values,
    conflicts: Conflicts,
  ): Promise<void> {
    const { parent } = schema;
    if (parent === undefined || hasForeignKey(schema, parent)) return;
    if (!(await this.#tables.hasEntity(connection, parent, parentEntityValues(schema, parent, values)))) {
      throw conflicts.missingParent();
    }
  }

  /** @throws {StoreConflictError} `reference` where a body refers to an entity that is not there, or counts as not there */
  async checkReferences(
    connection: Connection,
    schema: TableSchema,
    values: Values,
    { body, unseen = [] }: BodyChange,
    conflicts: Conflicts,
  ): Promise<void> {
    for (const reference of schema.references) {
      const { target } = reference;
      if (hasForeignKey(schema, target)) continue;
      const id = referencedId(body, reference);
      if (id === null) continue;
      const isFound =
        id !== undefined &&
        !unseen.includes(reference.member) &&
        (await this.#tables.hasEntity(connection, target, { ...values, id }));
      if (!isFound) throw conflicts.reference(reference);
    }
  }

  /**
   * Looks for what depends on an entity that has just been removed: what comes to depend on it now has to wait
   * until that is committed, and will not find it.
   *
   * @throws {StoreConflictError} `in-use` where something does
   */
  async checkUnused(
    connection: Connection,
    schema: TableSchema,
    values: Values,
    conflicts: Conflicts,
  ): Promise<void> {
    for (const query of this.#dependentsOf(schema)) {
      const rows = await connection.all(query.statement, query.bind(values));
      if (rows.length > 0) throw conflicts.inUse();
    }
  }

  #dependentsOf(target: TableSchema): readonly Query[] {
    const { collection } = target.plan;
    let found = this.#dependents.get(collection);
    if (found === undefined) {
      found = this.#tables.all().flatMap((table) => this.#dependentsIn(table, target));
      this.#dependents.set(collection, found);
    }
    return found;
  }

  #dependentsIn(table: SqlTable, target: TableSchema): readonly Query[] {
    const { schema } = table;
    if (hasForeignKey(schema, target)) return [];
    const referring = schema.references.filter((reference) => reference.target === target);
    return [
      ...(schema.parent === target ? [this.#findChild(table, target)] : []),
      ...referring.map((reference) => this.#findReferring(table, reference)),
    ];
  }

  #findChild(table: SqlTable, target: TableSchema): Query {
    const slots = [...target.parentColumns, target.id].map(({ slot }) => slot);
    return this.#find(table, 'within', slots);
  }

  #findReferring(table: SqlTable, { name, member, target }: ReferenceKey): Query {
    const id = this.#tables.get(target.plan).read.mapping.idIn(new Slot(target.id.slot));
    const refers = sql<SqlBool>`${table.read.mapping.refTo(name)} = ${id}`;
    const slots = target.parentColumns.map(({ slot }) => slot);
    return this.#find(table, `referring by ${member}`, slots, refers);
  }

  /** @param slots - of the ids that those which are looked for stand within */
  #find(
    { schema, read: { mapping } }: SqlTable,
    how: string,
    slots: readonly string[],
    ...conditions: readonly RawBuilder<SqlBool>[]
  ): Query {
    const isWithin = schema.parentColumns
      .slice(0, slots.length)
      .flatMap((column, level) =>
        level < schema.impliedParents ? [] : [mapping.equalsId(column, new Slot(slots[level] ?? ''))],
      );
    const found = this.#tables.builder
      .selectFrom(mapping.table)
      .select(mapping.id)
      .where((row) => row.and([...isWithin, ...conditions]))
      .limit(1);
    return new Query(`${mapping.name} ${how}`, found.compile());
  }
}
