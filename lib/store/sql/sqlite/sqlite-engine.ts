import { resolve } from 'node:path';
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type {
  CompiledQuery,
  DatabaseConnection,
  Dialect as KyselyDialect,
  Driver,
  QueryResult,
} from 'kysely';
import { andThen } from '../../awaitable.js';
import type { Awaitable } from '../../awaitable.js';
import type { Dialect } from '../dialect.js';
import { StoreUnavailableError } from '../../store-errors.js';
import type { Connection, Engine } from '../engine.js';
import type { Parameter, Row, Statement } from '../queries/query.js';
import { checkFilePath } from './sqlite-options.js';
import type { SqliteOptions } from './sqlite-options.js';
import { retryWhileBusy, timeLimit, isBusy, sqliteError } from './sqlite-errors.js';
import { SqliteFile } from './sqlite-connection.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { SqliteTransaction, SqliteWriter } from './sqlite-writer.js';
import type { Release } from '../../../keyed-mutex.js';
import { sqliteDialect } from './sqlite-dialect.js';

/**
 * Opens a SQLite file. Readers never wait for writers; writes that come together share one commit, and are
 * fulfilled once it is on the disk (WAL mode with `synchronous=FULL`).
 *
 * @param path - the file; made where there is none, in a directory that exists
 * @throws {TypeError} where the path names no file
 */
export function sqliteEngine(path: string, options: SqliteOptions = {}): Engine {
  checkFilePath(path);
  return new SqliteEngine(resolve(path), options);
}

const CHECK: Statement = Object.freeze({ name: 'check', sql: 'SELECT count(*) FROM sqlite_schema' });

class SqliteEngine implements Engine {
  readonly dialect: Dialect = sqliteDialect;
  readonly kysely: Kysely<unknown>;
  readonly reader: Connection;
  readonly replica = undefined;
  readonly #read: SqliteFile;
  readonly #write: SqliteFile;
  readonly #writer: SqliteWriter;
  readonly #wait: number;

  constructor(path: string, { busyTimeout = 2000, transactionTimeout = 30_000 }: SqliteOptions) {
    this.#wait = busyTimeout;
    this.#read = new SqliteFile(path, 'read');
    this.reader = new SqliteReader(this.#read, busyTimeout);
    this.#write = new SqliteFile(path, 'write');
    this.#writer = new SqliteWriter(this.#write, { wait: busyTimeout, hold: transactionTimeout });
    this.kysely = new Kysely({ dialect: kyselyDialect(this.#writer) });
  }

  async open(): Promise<void> {
    const end = await this.#writer.acquire(this.#wait);
    try {
      // The one that writes comes first: it makes the file, and sets how its journal is kept.
      await retryWhileBusy(timeLimit(this.#wait), () => this.#write.connection());
      await retryWhileBusy(timeLimit(this.#wait), () => this.#read.connection());
    } catch (error) {
      throw sqliteError(error);
    } finally {
      end();
    }
  }

  write<T>(work: (connection: Connection) => Awaitable<T>, isAtomic = false): Promise<T> {
    return this.#writer.write(work, isAtomic);
  }

  transact<T>(work: (connection: Connection) => Awaitable<T>): Promise<T> {
    return this.#writer.transact(work);
  }

  attempt<T>(connection: Connection, work: () => Awaitable<T>): Promise<T> {
    if (connection instanceof SqliteTransaction) return connection.attempt(work);
    throw new TypeError('attempt() needs the connection that write() or transact() gave');
  }

  check(): Awaitable<void> {
    this.#read.check();
    this.#write.check();
    return andThen(this.reader.all(CHECK, []), () => undefined);
  }

  async close(): Promise<void> {
    await this.#writer.close();
    this.#read.discard();
    await this.kysely.destroy();
  }
}

/** The connection for reading: answers at once, except where the database is locked as a whole. */
class SqliteReader implements Connection {
  readonly #file: SqliteFile;
  readonly #wait: number;

  constructor(file: SqliteFile, wait: number) {
    this.#file = file;
    this.#wait = wait;
  }

  all(statement: Statement, parameters: readonly Parameter[]): Awaitable<readonly Row[]> {
    return this.#use((connection) => connection.all(statement, parameters));
  }

  run(statement: Statement, parameters: readonly Parameter[]): Awaitable<number> {
    return this.#use((connection) => connection.run(statement, parameters));
  }

  #use<T>(use: (connection: SqliteConnection) => T): Awaitable<T> {
    const attempt = () => use(this.#file.connection());
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw this.#failure(error);
      return retryWhileBusy(timeLimit(this.#wait), attempt).catch((thrown: unknown) => {
        throw this.#failure(thrown);
      });
    }
  }

  #failure(thrown: unknown): unknown {
    const error = sqliteError(thrown);
    if (error instanceof StoreUnavailableError && error.reason === 'failed') this.#file.discard();
    return error;
  }
}

/** Has Kysely write when nothing else in this process does. */
export function kyselyDialect(writer: SqliteWriter): KyselyDialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => new SqliteDriver(writer),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** SQLite does roll back changes of the schema, so that a migration happens wholly or not at all. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** The one connection for writing, as long as Kysely holds it. */
class ReservedConnection implements DatabaseConnection {
  readonly end: Release;
  /** The connection in whose transaction statements run, if there is one. */
  transaction: SqliteConnection | undefined;
  readonly #writer: SqliteWriter;

  constructor(writer: SqliteWriter, end: Release) {
    this.#writer = writer;
    this.end = end;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const { rows, changes } =
        this.transaction === undefined
          ? await this.#alone((connection) => connection.query(sql, parameters))
          : this.transaction.query(sql, parameters);
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    } catch (error) {
      throw sqliteError(error);
    }
  }

  /** In a transaction, for libsql leaves a write that met a lock in the middle, which hinders later commits. */
  async #alone<T>(work: (connection: SqliteConnection) => T): Promise<T> {
    const connection = await this.#writer.begin();
    try {
      const result = work(connection);
      await this.#writer.commit(connection);
      return result;
    } catch (error) {
      throw this.#writer.rollBack(connection, error);
    }
  }

  // oxlint-disable-next-line require-yield -- nothing here streams
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('streams of rows are not to be had from here; read them in portions');
  }
}

class SqliteDriver implements Driver {
  readonly #writer: SqliteWriter;

  constructor(writer: SqliteWriter) {
    this.#writer = writer;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ReservedConnection> {
    return new ReservedConnection(this.#writer, await this.#writer.acquire());
  }

  async beginTransaction(connection: ReservedConnection): Promise<void> {
    try {
      connection.transaction = await this.#writer.begin();
    } catch (error) {
      throw sqliteError(error);
    }
  }

  async commitTransaction(connection: ReservedConnection): Promise<void> {
    if (connection.transaction === undefined) return;
    try {
      await this.#writer.commit(connection.transaction);
      connection.transaction = undefined;
    } catch (error) {
      throw sqliteError(error);
    }
  }

  async rollbackTransaction(connection: ReservedConnection): Promise<void> {
    if (connection.transaction !== undefined) this.#writer.rollBack(connection.transaction, undefined);
    connection.transaction = undefined;
  }

  async releaseConnection(connection: ReservedConnection): Promise<void> {
    connection.end();
  }

  async destroy(): Promise<void> {}
}
