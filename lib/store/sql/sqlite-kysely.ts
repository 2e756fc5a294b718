import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { untilFree, within } from './sqlite-busy.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { sqliteError } from './sqlite-errors.js';
import type { SqliteFile } from './sqlite-file.js';
import type { SqliteWriter } from './sqlite-writer.js';
import type { EndTurn } from './turns.js';

/** Has Kysely write in turn with everybody else. */
export function kyselyDialect(file: SqliteFile, writer: SqliteWriter, wait: number): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => new SqliteDriver(file, writer, wait),
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
  readonly #file: SqliteFile;
  readonly #wait: number;

  constructor(file: SqliteFile, wait: number, end: EndTurn) {
    this.#file = file;
    this.#wait = wait;
    this.end = end;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const { rows, changes } = await untilFree(within(this.#wait), () =>
        (this.transaction ?? this.#file.connection()).query(sql, parameters),
      );
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    } catch (error) {
      throw sqliteError(error);
    }
  }

  // oxlint-disable-next-line require-yield -- nothing here streams
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('streams of rows are not to be had from here; read them in portions');
  }
}

class SqliteDriver implements Driver {
  readonly #file: SqliteFile;
  readonly #writer: SqliteWriter;
  readonly #wait: number;

  constructor(file: SqliteFile, writer: SqliteWriter, wait: number) {
    this.#file = file;
    this.#writer = writer;
    this.#wait = wait;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<ReservedConnection> {
    return new ReservedConnection(this.#file, this.#wait, await this.#writer.take());
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
