import { createRequire } from 'node:module';
import Database from 'libsql';
import { realpathSync, statSync } from 'node:fs';
import { StoreUnavailableError } from '../../store-errors.js';
import type { Parameter, Row, Statement } from '../queries/query.js';

type Prepared = Database.Statement<[readonly unknown[]]>;

/** A statement that gives rows, each as an array: libsql takes long to give them names. */
interface Reading {
  readonly prepared: Prepared;
  readonly columns: readonly string[];
}

/** The settings of every connection, and what reading each one back has to give. */
const SETTINGS: readonly (readonly [name: string, value: string, readBack: string | number])[] = [
  // Waiting for a lock is done in JavaScript, where other work can go on.
  ['busy_timeout', '0', 0],
  ['journal_mode', 'WAL', 'wal'],
  // With NORMAL, a commit in WAL mode is lost with the power.
  ['synchronous', 'FULL', 2],
  // Elsewhere than on macOS it does nothing; there, fsync alone leaves the data in the drive's cache.
  ['fullfsync', 'ON', 1],
  ['foreign_keys', 'ON', 1],
];

/**
 * libsql's asynchronous face, whose `exec` works on the connection of the synchronous one just as well.
 * It is required, not imported, because its declarations do not compile.
 */
const { prototype: asyncFace } = createRequire(import.meta.url)('libsql/promise') as AsyncFace;

interface AsyncFace {
  readonly prototype: { exec(this: Database.Database, sql: string): Promise<void> };
}

/**
 * One connection to a SQLite file. Whatever fails is thrown as libsql gives it.
 *
 * Statements run at once, on the thread that asks. `get` of libsql is not to be used: it leaves its
 * statement in the middle, which holds the snapshot that was read, and hinders commits.
 */
export class SqliteConnection {
  readonly #database: Database.Database;
  readonly #prepared = new Map<Statement, Prepared>();
  readonly #readings = new Map<Statement, Reading>();

  /** @param access - whether the connection may write */
  constructor(path: string, access: 'read' | 'write') {
    this.#database = new Database(path);
    for (const [name, value, readBack] of SETTINGS) this.#set(name, value, readBack);
    if (access === 'read') this.#set('query_only', 'ON', 1);
    // Its journal is opened by the first statement that reads, and is to be there from the beginning.
    this.query('SELECT 1 FROM sqlite_schema LIMIT 1', []);
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  all(statement: Statement, parameters: readonly Parameter[]): readonly Row[] {
    const { prepared, columns } = this.#read(statement);
    const rows = prepared.all(bound(parameters)) as unknown[][];
    return rows.map((values) => named(columns, values));
  }

  run(statement: Statement, parameters: readonly Parameter[]): number {
    return this.#prepare(statement).run(bound(parameters)).changes;
  }

  /** Runs a text that is not worth keeping prepared. */
  query(sql: string, parameters: readonly unknown[]): { rows: readonly Row[]; changes: number } {
    const prepared: Prepared = this.#database.prepare(sql);
    const values = bound(parameters);
    return prepared.reader
      ? { rows: prepared.all(values) as Row[], changes: 0 }
      : { rows: [], changes: prepared.run(values).changes };
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** The same on another thread: what waits for the disk. Nothing else may use the connection meanwhile. */
  execOnThread(sql: string): Promise<void> {
    return asyncFace.exec.call(this.#database, sql);
  }

  /** The file is let go once the prepared statements are collected, too. */
  close(): void {
    this.#prepared.clear();
    this.#readings.clear();
    this.#database.close();
  }

  #prepare(statement: Statement): Prepared {
    let prepared = this.#prepared.get(statement);
    if (prepared === undefined) {
      prepared = this.#database.prepare(statement.sql);
      this.#prepared.set(statement, prepared);
    }
    return prepared;
  }

  #read(statement: Statement): Reading {
    let read = this.#readings.get(statement);
    if (read === undefined) {
      const prepared: Prepared = this.#database.prepare(statement.sql);
      // A statement that gives nothing may be asked for it all the same.
      if (prepared.reader) prepared.raw();
      read = { prepared, columns: prepared.columns().map(({ name }) => name) };
      this.#readings.set(statement, read);
    }
    return read;
  }

  #set(name: string, value: string, readBack: string | number): void {
    this.query(`PRAGMA ${name} = ${value}`, []);
    const found = Object.values(this.query(`PRAGMA ${name}`, []).rows[0] ?? {})[0];
    if (found === readBack) return;
    throw new StoreUnavailableError('failed', `SQLite does not take ${name} = ${value} for its file`, {
      cause: new Error(`PRAGMA ${name} gives ${String(found)} instead of ${String(readBack)}`),
    });
  }
}

function named(columns: readonly string[], values: readonly unknown[]): Row {
  const row: Record<string, unknown> = {};
  for (const [index, name] of columns.entries()) row[name] = values[index];
  return row;
}

/** libsql binds every number as a floating one, and ends the process when it is given a boolean. */
function bound(parameters: readonly unknown[]): unknown[] {
  return parameters.map((value) => {
    if (typeof value === 'boolean') return value ? 1n : 0n;
    return Number.isSafeInteger(value) ? BigInt(value as number) : value;
  });
}

/**
 * Connections that are kept for as long as the process lives. The last one that closes a database removes the
 * journal that stands at its path, and there it would be that of another one.
 */
const abandoned: SqliteConnection[] = [];

/**
 * A connection to a SQLite file that is opened anew after it was given up, when it is next asked for: so
 * a store is back as soon as its disk is. It is never opened on another file than at first: what was acknowledged is
 * not there, and its tables may be different ones.
 */
export class SqliteFile {
  readonly #path: string;
  readonly #access: 'read' | 'write';
  #connection: SqliteConnection | undefined;
  /** The journal, and what all processes share that have the file open: beside the file that a link leads to. */
  #beside: readonly string[] = [];
  /** Which files are open, that of the path first; once there was a connection that one stays the same. */
  #open: readonly (string | undefined)[] = [];

  constructor(path: string, access: 'read' | 'write') {
    this.#path = path;
    this.#access = access;
  }

  /** The connection; an error is thrown as SQLite gives it. */
  connection(): SqliteConnection {
    return (this.#connection ??= this.#connect());
  }

  /** Closes the connection, so that the next call of `connection` opens the file anew. */
  discard(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    if (this.#isTaken()) {
      abandoned.push(connection);
      return;
    }
    try {
      connection.close();
    } catch {
      // It is given up because it fails.
    }
  }

  /** Lets the file go, with nothing left in its journal. */
  async close(): Promise<void> {
    try {
      if (!this.#isTaken()) await this.#connection?.execOnThread('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Whoever opens the file next does it.
    }
    this.discard();
  }

  /**
   * Makes sure that what is written by this connection is found by opening the path now.
   *
   * @throws {StoreUnavailableError} where the path leads no longer to the files that are open
   */
  check(): void {
    if (this.#connection === undefined) return;
    const isInPlace = this.#paths().every((path, index) => identityOf(path) === this.#open[index]);
    if (!isInPlace) throw replaced();
  }

  #connect(): SqliteConnection {
    const before = identityOf(this.#path);
    const [first] = this.#open;
    // An empty file in place of one that vanished would be taken for the database.
    if (first !== undefined && before !== first) throw replaced();
    const connection = new SqliteConnection(this.#path, this.#access);
    const real = realpathSync(this.#path);
    this.#beside = [`${real}-wal`, `${real}-shm`];
    const open = this.#paths().map(identityOf);
    if (before !== undefined && before !== open[0]) {
      abandoned.push(connection);
      throw replaced();
    }
    this.#open = open;
    return connection;
  }

  /** Whether the path leads to files of another database. */
  #isTaken(): boolean {
    return this.#paths().some((path, index) => {
      const found = identityOf(path);
      return found !== undefined && found !== this.#open[index];
    });
  }

  #paths(): readonly string[] {
    return [this.#path, ...this.#beside];
  }
}

/** Tells a file from all others that there are; undefined where there is none. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}

function replaced(): StoreUnavailableError {
  return new StoreUnavailableError(
    'failed',
    'SQLite: the file, or its journal, was removed or replaced while it was open; put it back, or start the process anew',
  );
}
