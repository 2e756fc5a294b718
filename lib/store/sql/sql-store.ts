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
import { SqlRecords } from './writer/expiring-records.js';
import { createTableSchemas } from './schema/table-schema.js';
import { SqlReader } from './queries/sql-reader.js';
import { SqlTables } from './sql-tables.js';
import { SqlWriter } from './writer/sql-writer.js';
import { KeyedMutex } from '../../keyed-mutex.js';

/** What a transaction is carried out with. */
export interface TransactionParts {
  readonly engine: Engine;
  readonly tables: SqlTables;
  readonly writer: SqlWriter;
  readonly remembered: SqlRecords;
  readonly now: () => Date;
}

/** Several reads and writes over one connection; what is asked for at the same time is done one by one. */
export class SqlTransaction extends SqlReader implements Transaction {
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
    const { remembered, now } = this.#parts;
    return this.#exclusively((connection) => remembered.get(connection, key, now().getTime()));
  }

  async putRecord(key: string, text: string, until: Date): Promise<void> {
    const { remembered, now } = this.#parts;
    await this.#exclusively((connection) => remembered.put(connection, key, text, until, now().getTime()));
  }

  #exclusively<T>(work: (connection: Connection) => Awaitable<T>): Promise<T> {
    return this.#mutex.runExclusive('connection', () => work(this.#connection));
  }
}

export interface SqlStoreOptions {
  /** The clock that `updated` is read from; the system's by default. */
  readonly now?: () => Date;
}

/**
 * Keeps entities in a database: each collection in a table, the body as JSON, and declared members in columns
 * that the database computes from it. Nothing is kept in memory, so that several processes may use one.
 */
export class SqlStore implements Store {
  readonly replica?: Reader;
  readonly #engine: Engine;
  readonly #now: () => Date;
  readonly #clock: Clock;
  readonly #tables: SqlTables;
  readonly #reader: SqlReader;
  readonly #writer: SqlWriter;
  readonly #remembered: SqlRecords;
  #state: 'new' | 'open' | 'closed' = 'new';

  constructor(engine: Engine, options: SqlStoreOptions = {}) {
    const { dialect } = engine;
    const builder = engine.kysely.withTables<Tables>();
    this.#engine = engine;
    this.#now = options.now ?? (() => new Date());
    this.#clock = new Clock(this.#now);
    this.#tables = new SqlTables(builder, dialect);
    this.#reader = readerOn(this.#tables, engine.reader);
    this.#writer = new SqlWriter(this.#tables, this.#clock);
    this.#remembered = new SqlRecords(builder, dialect);
    if (engine.replica !== undefined) this.replica = readerOn(this.#tables, engine.replica);
  }

  async open(plans: readonly CollectionPlan[]): Promise<void> {
    if (this.#state !== 'new') throw new Error(`the store is ${this.#state} already; open each store once`);
    this.#state = 'open';
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

  get(place: CollectionKey, id: string): Awaitable<StoredEntity | undefined> {
    return this.#reader.get(place, id);
  }

  page(place: CollectionKey, request: PageRequest): Awaitable<Page> {
    return this.#reader.page(place, request);
  }

  iterate(place: CollectionKey, selection?: Selection): AsyncIterable<StoredEntity> {
    return this.#reader.iterate(place, selection);
  }

  ids(place: CollectionKey, selection?: Selection): AsyncIterable<readonly string[]> {
    return this.#reader.ids(place, selection);
  }

  count(place: CollectionKey, selection?: Selection): Awaitable<number> {
    return this.#reader.count(place, selection);
  }

  state(place: CollectionKey): Awaitable<CollectionState> {
    return this.#reader.state(place);
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
      remembered: this.#remembered,
      now: this.#now,
    };
    const end = this.#clock.begin();
    let value: T;
    try {
      value = await this.#engine.transact((connection) => run(new SqlTransaction(parts, connection)));
    } finally {
      end();
    }
    if (this.#remembered.isDue()) await this.#forget();
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
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#tables.close();
    await this.#engine.close();
  }

  /** Forgets what was remembered until now; where that fails it is done another time. */
  async #forget(): Promise<void> {
    const now = this.#now().getTime();
    await this.#engine
      .write((connection) => this.#remembered.deleteExpired(connection, now))
      .catch(() => undefined);
  }
}

/** A reader outside of transactions. What is in a file of this machine costs no round trip. */
function readerOn(tables: SqlTables, connection: Connection): SqlReader {
  const isRemote = tables.dialect.name === 'postgres';
  return new SqlReader(tables, connection, isRemote ? new BatchedReads(connection) : undefined);
}
