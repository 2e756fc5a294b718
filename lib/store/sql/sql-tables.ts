import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import { inCollection, ownRowMapping } from './queries/row-mapping.js';
import type { RowMapping } from './queries/row-mapping.js';
import { Query, Slot } from './queries/query.js';
import type { Builder } from './queries/query.js';
import { nameParts } from './existing-table/table-description.js';
import { COLLECTIONS_TABLE } from './schema/migrations.js';
import { LockStatements, ReadStatements, WriteStatements } from './queries/statements.js';
import { existingRowMapping } from './existing-table/existing-rows.js';
import { ExistingTableStatements } from './existing-table/existing-table-statements.js';
import type { CollectionKey } from '../store.js';
import type { Dialect } from './dialect.js';
import type { ColumnMapping } from './existing-table/table-mapping.js';
import type { TableSchema } from './schema/table-schema.js';

/** What tables of the store's own and those that others made have in common. */
interface AnyTable {
  readonly schema: TableSchema;
  readonly read: ReadStatements;
  readonly lock: LockStatements;
}

/** A table that the store made, and the statements that it is read and written with. */
export interface OwnTable extends AnyTable {
  readonly kind: 'own';
  readonly write: WriteStatements;
}

/** A table that others made, and the statements that it is read and written with. */
export interface ExistingTable extends AnyTable {
  readonly kind: 'mapped';
  readonly columnMapping: ColumnMapping;
  readonly write: ExistingTableStatements;
}

/** The table of one catalog. */
export type SqlTable = OwnTable | ExistingTable;

/** The tables of a store, by their catalogs. */
export class SqlTables {
  readonly dialect: Dialect;
  readonly builder: Builder;
  /** What is known of a place as a whole. */
  readonly state: Query;
  readonly #tables = new Map<string, SqlTable>();
  #isClosed = false;

  constructor(builder: Builder, dialect: Dialect) {
    this.dialect = dialect;
    this.builder = builder;
    this.state = new Query(
      'place state',
      builder
        .selectFrom(COLLECTIONS_TABLE)
        .select(['version', 'updated'])
        .where('catalog', '=', new Slot('collection'))
        .where('within', '=', new Slot('parentIds'))
        .orderBy('shard')
        .compile(),
    );
  }

  /** @param columnMappings - of those whose tables others made, by the names of their catalogs */
  add(schemas: ReadonlyMap<string, TableSchema>, columnMappings: ReadonlyMap<string, ColumnMapping>): void {
    for (const [catalog, schema] of schemas) {
      const columnMapping = columnMappings.get(catalog);
      this.#tables.set(
        catalog,
        columnMapping === undefined ? this.#own(schema) : this.#mapped(schema, columnMapping),
      );
    }
  }

  /** All of them. */
  all(): readonly SqlTable[] {
    return Array.from(this.#tables.values());
  }

  close(): void {
    this.#isClosed = true;
  }

  /** @throws {Error} where the store is closed */
  check(): void {
    if (this.#isClosed) throw new Error('the store is closed');
  }

  /** @throws {Error} where the store is closed, or was not opened with the catalog */
  get({ collection: catalog }: Pick<CollectionKey, 'collection'>): SqlTable {
    this.check();
    const found = this.#tables.get(catalog);
    if (found !== undefined) return found;
    const opened = Array.from(this.#tables.keys(), (name) => JSON.stringify(name)).join(', ') || 'none';
    throw new Error(`the catalog ${JSON.stringify(catalog)} was not opened; opened are: ${opened}`);
  }

  #own(schema: TableSchema): OwnTable {
    const { builder, dialect } = this;
    const mapping = ownRowMapping(dialect, schema);
    return {
      kind: 'own',
      ...this.#common(mapping, schema),
      write: new WriteStatements(builder, dialect, mapping, schema),
    };
  }

  #mapped(schema: TableSchema, columnMapping: ColumnMapping): ExistingTable {
    const { builder, dialect } = this;
    const mapping = existingRowMapping(dialect, schema, columnMapping, this.#parentIsThere(schema));
    const write = new ExistingTableStatements(builder, dialect, mapping, schema, columnMapping);
    return { kind: 'mapped', ...this.#common(mapping, schema), columnMapping, write };
  }

  /** Whether the row of the entity above stands within the ids that a table has no columns for. */
  #parentIsThere({
    parent,
    impliedParents: untold,
    parentColumns: within,
  }: TableSchema): RawBuilder<SqlBool> | undefined {
    const slot = within.at(-1)?.slot;
    if (untold === 0 || parent === undefined || slot === undefined) return undefined;
    const { mapping } = this.get(parent.plan).read;
    const row = sql.join(
      [...inCollection(mapping, parent), mapping.equalsId(parent.id, new Slot(slot))],
      sql` and `,
    );
    return sql<SqlBool>`exists (select 1 from ${sql.id(...nameParts(mapping.table))} where ${row})`;
  }

  #common(mapping: RowMapping, schema: TableSchema): AnyTable {
    return {
      schema,
      read: new ReadStatements(this.builder, mapping, schema),
      lock: new LockStatements(this.builder, this.dialect, mapping, schema),
    };
  }
}
