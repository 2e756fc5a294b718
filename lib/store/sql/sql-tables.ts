import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import { inCollection, ownRowMapping } from './queries/row-mapping.js';
import type { RowMapping } from './queries/row-mapping.js';
import { Slot, type Builder, type Values } from './queries/query.js';
import { nameParts } from './existing-table/table-description.js';
import { CollectionStateStatements } from './queries/collection-state.js';
import type { Connection } from './engine.js';
import { LockStatements, ReadStatements, WriteStatements } from './queries/statements.js';
import { existingRowMapping } from './existing-table/existing-rows.js';
import { ExistingTableStatements } from './existing-table/existing-table-statements.js';
import type { CollectionKey } from '../store.js';
import type { Dialect } from './dialect.js';
import type { ColumnMapping } from './existing-table/table-mapping.js';
import type { TableSchema } from './schema/table-schema.js';

/** The statements of a table, of the store's own or an existing one. */
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

/** An existing table, and the statements that it is read and written with. */
export interface ExistingTable extends AnyTable {
  readonly kind: 'existing';
  readonly columnMapping: ColumnMapping;
  readonly write: ExistingTableStatements;
}

/** The table of one collection. */
export type SqlTable = OwnTable | ExistingTable;

/** Finds the table of each collection that a store was opened with. */
export class SqlTables {
  readonly dialect: Dialect;
  readonly builder: Builder;
  readonly collectionState: CollectionStateStatements;
  readonly #tables = new Map<string, SqlTable>();
  #isClosed = false;

  constructor(builder: Builder, dialect: Dialect) {
    this.dialect = dialect;
    this.builder = builder;
    this.collectionState = new CollectionStateStatements(builder, dialect);
  }

  /** @param columnMappings - of those that are served from existing tables, by the names of their collections */
  add(schemas: ReadonlyMap<string, TableSchema>, columnMappings: ReadonlyMap<string, ColumnMapping>): void {
    for (const [collection, schema] of schemas) {
      const columnMapping = columnMappings.get(collection);
      this.#tables.set(
        collection,
        columnMapping === undefined ? this.#own(schema) : this.#existing(schema, columnMapping),
      );
    }
  }

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

  /** @throws {Error} where the store is closed, or was not opened with the collection */
  get({ collection }: Pick<CollectionKey, 'collection'>): SqlTable {
    this.check();
    const found = this.#tables.get(collection);
    if (found !== undefined) return found;
    const opened = Array.from(this.#tables.keys(), (name) => JSON.stringify(name)).join(', ') || 'none';
    throw new Error(`the catalog ${JSON.stringify(collection)} was not opened; opened are: ${opened}`);
  }

  /** Tells whether there is an entity with these ids; on PostgreSQL it then stays as long as the transaction lasts. */
  async hasEntity(connection: Connection, { plan }: TableSchema, values: Values): Promise<boolean> {
    const { exists } = this.get(plan).lock;
    return (await connection.all(exists.statement, exists.bind(values))).length > 0;
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

  #existing(schema: TableSchema, columnMapping: ColumnMapping): ExistingTable {
    const { builder, dialect } = this;
    const mapping = existingRowMapping(dialect, schema, columnMapping, this.#parentIsThere(schema));
    const write = new ExistingTableStatements(builder, dialect, mapping, schema, columnMapping);
    return { kind: 'existing', ...this.#common(mapping, schema), columnMapping, write };
  }

  /** Holds where the parent's row stands within the ids that a table has no columns for. */
  #parentIsThere({ parent, impliedParents, parentColumns }: TableSchema): RawBuilder<SqlBool> | undefined {
    const slot = parentColumns.at(-1)?.slot;
    if (impliedParents === 0 || parent === undefined || slot === undefined) return undefined;
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
