import { resolve } from 'node:path';
import { Kysely } from 'kysely';
import type { Awaitable } from '../awaitable.js';
import { andThen } from '../awaitable.js';
import { StoreUnavailableError } from '../unavailable.js';
import type { Connection, Engine, Parameter, Row, Statement } from './engine.js';
import { checkFilePath } from './file-path.js';
import type { SqliteOptions } from './options.js';
import { untilFree, within } from './sqlite-busy.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { isBusy, sqliteError } from './sqlite-errors.js';
import { SqliteFile } from './sqlite-file.js';
import { kyselyDialect } from './sqlite-kysely.js';
import { SqliteTurn } from './sqlite-turn.js';
import { SqliteWriter } from './sqlite-writer.js';

/**
 * A SQLite file. Readers never wait for writers; writes that come together share one commit, and are
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
  readonly dialect = 'sqlite';
  readonly kysely: Kysely<unknown>;
  readonly reader: Connection;
  readonly replica = undefined;
  readonly #reading: SqliteFile;
  readonly #writing: SqliteFile;
  readonly #writer: SqliteWriter;
  readonly #wait: number;

  constructor(path: string, { busyTimeout = 2000, transactionTimeout = 30_000 }: SqliteOptions) {
    this.#wait = busyTimeout;
    this.#reading = new SqliteFile(path, 'read');
    this.reader = new SqliteReader(this.#reading, busyTimeout);
    this.#writing = new SqliteFile(path, 'write');
    this.#writer = new SqliteWriter(this.#writing, { wait: busyTimeout, hold: transactionTimeout });
    this.kysely = new Kysely({ dialect: kyselyDialect(this.#writer) });
  }

  async open(): Promise<void> {
    const end = await this.#writer.take(this.#wait);
    try {
      // The one that writes comes first: it makes the file, and sets how its journal is kept.
      await untilFree(within(this.#wait), () => this.#writing.connection());
      await untilFree(within(this.#wait), () => this.#reading.connection());
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
    if (connection instanceof SqliteTurn) return connection.attempt(work);
    throw new TypeError('attempt() needs the connection that write() or transact() gave');
  }

  check(): Awaitable<void> {
    this.#reading.check();
    this.#writing.check();
    return andThen(this.reader.all(CHECK, []), () => undefined);
  }

  async close(): Promise<void> {
    await this.#writer.close();
    this.#reading.giveUp();
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
      return untilFree(within(this.#wait), attempt).catch((thrown: unknown) => {
        throw this.#failure(thrown);
      });
    }
  }

  #failure(thrown: unknown): unknown {
    const error = sqliteError(thrown);
    if (error instanceof StoreUnavailableError && error.reason === 'failed') this.#file.giveUp();
    return error;
  }
}
