import type { Awaitable } from '../awaitable.js';
import { Clock } from '../clock.js';
import type {
  CollectionPlan,
  Change,
  Page,
  PageRequest,
  CollectionKey,
  CollectionState,
  Reader,
  Selection,
  Store,
  StoredEntity,
  Transaction,
  ChangeResult,
} from '../store.js';
import type { Tables } from './queries/query.js';
import type { Connection, Engine } from './engine.js';
import { BatchedReads } from './queries/batched-reads.js';
import { mapExistingTables } from './existing-table/table-mapping.js';
import { migrate, warnOfUnusedCollections } from './schema/migrate.js';
import { SqlRecords } from './writer/sql-records.js';
import { createTableSchemas } from './schema/table-schema.js';
import { SqlReader } from './queries/sql-reader.js';
import { SqlTables } from './sql-tables.js';
import { SqlWriter } from './writer/sql-writer.js';
import { KeyedMutex } from '../../keyed-mutex.js';

export interface SqlStoreOptions {
  /** The clock that times are read from; the system's by default. */
  readonly now?: () => Date;
}

/**
 * Keeps entities in a database: each collection in a table, the body as JSON, and declared members in columns
 * that the database computes from it. Nothing is kept in memory, so that several
 * processes may use one database.
 */
export class SqlStore implements Store {
  readonly replica?: Reader;
  readonly #engine: Engine;
  readonly #now: () => Date;
  readonly #clock: Clock;
  readonly #tables: SqlTables;
  readonly #reader: SqlReader;
  readonly #writer: SqlWriter;
  readonly #records: SqlRecords;
  #status: 'new' | 'open' | 'closed' = 'new';

  constructor(engine: Engine, options: SqlStoreOptions = {}) {
    const { dialect } = engine;
    const builder = engine.kysely.withTables<Tables>();
    this.#engine = engine;
    this.#now = options.now ?? (() => new Date());
    this.#clock = new Clock(this.#now);
    this.#tables = new SqlTables(builder, dialect);
    this.#reader = createReader(this.#tables, engine.reader);
    this.#writer = new SqlWriter(this.#tables, this.#clock);
    this.#records = new SqlRecords(builder, dialect);
    if (engine.replica !== undefined) this.replica = createReader(this.#tables, engine.replica);
  }

  async open(plans: readonly CollectionPlan[]): Promise<void> {
    if (this.#status !== 'new') throw new Error(`the store is ${this.#status} already; open each store once`);
    this.#status = 'open';
    try {
      const schemas = createTableSchemas(plans);
      await this.#engine.open();
      const mappings = await mapExistingTables(this.#engine, schemas);
      await migrate(this.#engine, schemas);
      await warnOfUnusedCollections(this.#engine, schemas);
      this.#tables.add(schemas, mappings);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  get(key: CollectionKey, id: string): Awaitable<StoredEntity | undefined> {
    return this.#reader.get(key, id);
  }

  page(key: CollectionKey, request: PageRequest): Awaitable<Page> {
    return this.#reader.page(key, request);
  }

  iterate(key: CollectionKey, selection?: Selection): AsyncIterable<StoredEntity> {
    return this.#reader.iterate(key, selection);
  }

  ids(key: CollectionKey, selection?: Selection): AsyncIterable<readonly string[]> {
    return this.#reader.ids(key, selection);
  }

  count(key: CollectionKey, selection?: Selection): Awaitable<number> {
    return this.#reader.count(key, selection);
  }

  state(key: CollectionKey): Awaitable<CollectionState> {
    return this.#reader.state(key);
  }

  async write(changes: readonly Change[]): Promise<readonly ChangeResult[]> {
    this.#tables.check();
    if (changes.length === 0) return [];
    const end = this.#clock.begin();
    try {
      return await this.#engine.write(
        (connection) => this.#writer.write(connection, changes, 'READ COMMITTED'),
        this.#writer.isAtomic(changes),
      );
    } finally {
      end();
    }
  }

  async transaction<T>(run: (transaction: Transaction) => Awaitable<T>): Promise<T> {
    this.#tables.check();
    const parts = {
      engine: this.#engine,
      tables: this.#tables,
      writer: this.#writer,
      records: this.#records,
      now: this.#now,
    };
    const end = this.#clock.begin();
    let value: T;
    try {
      value = await this.#engine.transact((connection) => run(new SqlTransaction(parts, connection)));
    } finally {
      end();
    }
    if (this.#records.isDue()) await this.#deleteExpired();
    return value;
  }

  settles(time: number): boolean {
    return this.#clock.settles(time);
  }

  check(): Awaitable<void> {
    this.#tables.check();
    return this.#engine.check();
  }

  async close(): Promise<void> {
    if (this.#status === 'closed') return;
    this.#status = 'closed';
    this.#tables.close();
    await this.#engine.close();
  }

  /** Deletes records that have expired; where that fails it is done another time. */
  async #deleteExpired(): Promise<void> {
    const now = this.#now().getTime();
    await this.#engine
      .write((connection) => this.#records.deleteExpired(connection, now))
      .catch(() => undefined);
  }
}

/** Makes a reader outside of transactions. What is in a file of this machine costs no round trip. */
function createReader(tables: SqlTables, connection: Connection): SqlReader {
  const isRemote = tables.dialect.name === 'postgres';
  return new SqlReader(tables, connection, isRemote ? new BatchedReads(connection) : undefined);
}

interface TransactionParts {
  readonly engine: Engine;
  readonly tables: SqlTables;
  readonly writer: SqlWriter;
  readonly records: SqlRecords;
  readonly now: () => Date;
}

/** Reads and writes over one connection; calls that overlap are carried out one after another. */
class SqlTransaction extends SqlReader implements Transaction {
  readonly #parts: TransactionParts;
  readonly #connection: Connection;
  readonly #mutex: KeyedMutex;

  constructor(parts: TransactionParts, connection: Connection) {
    const mutex = new KeyedMutex();
    super(parts.tables, {
      all: (statement, parameters) =>
        mutex.runExclusive('connection', () => connection.all(statement, parameters)),
      run: (statement, parameters) =>
        mutex.runExclusive('connection', () => connection.run(statement, parameters)),
    });
    this.#parts = parts;
    this.#connection = connection;
    this.#mutex = mutex;
  }

  async write(changes: readonly Change[]): Promise<readonly ChangeResult[]> {
    const { engine, writer } = this.#parts;
    // A batch that is refused is undone by itself: the transaction may go on.
    return this.#exclusively((connection) =>
      engine.attempt(connection, () => writer.write(connection, changes, 'SERIALIZABLE')),
    );
  }

  async getRecord(key: string): Promise<string | undefined> {
    const { records, now } = this.#parts;
    return this.#exclusively((connection) => records.get(connection, key, now().getTime()));
  }

  async putRecord(key: string, text: string, expires: Date): Promise<void> {
    const { records, now } = this.#parts;
    await this.#exclusively((connection) => records.put(connection, key, text, expires, now().getTime()));
  }

  #exclusively<T>(work: (connection: Connection) => Awaitable<T>): Promise<T> {
    return this.#mutex.runExclusive('connection', () => work(this.#connection));
  }
}
