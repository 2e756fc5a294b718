import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import type { SqliteConnection } from './sqlite-connection.js';
import { sqliteError } from './sqlite-errors.js';
import type { SqliteWriter } from './sqlite-writer.js';
import type { EndTurn } from './turns.js';

/** Has Kysely write in turn with everybody else. */
export function kyselyDialect(writer: SqliteWriter): Dialect {
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
  readonly end: EndTurn;
  /** The connection in whose transaction statements run, if there is one. */
  transaction: SqliteConnection | undefined;
  readonly #writer: SqliteWriter;

  constructor(writer: SqliteWriter, end: EndTurn) {
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
    return new ReservedConnection(this.#writer, await this.#writer.take());
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
