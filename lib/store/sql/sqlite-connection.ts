import { createRequire } from 'node:module';
import Database from 'libsql';
import { StoreUnavailableError } from '../unavailable.js';
import type { Parameter, Row, Statement } from './engine.js';

type Prepared = Database.Statement<[readonly unknown[]]>;

/** A statement that gives rows, each as an array: libsql takes long to give them names. */
interface Reading {
  readonly prepared: Prepared;
  readonly columns: readonly string[];
}

/** What every connection is set to, and what reading the setting back has to give. */
const SETTINGS: readonly (readonly [name: string, value: string, readBack: string | number])[] = [
  // Who waits for a lock waits in JavaScript, where others can go on.
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
    const { prepared, columns } = this.#reading(statement);
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
  execAside(sql: string): Promise<void> {
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

  #reading(statement: Statement): Reading {
    let reading = this.#readings.get(statement);
    if (reading === undefined) {
      const prepared: Prepared = this.#database.prepare(statement.sql);
      // A statement that gives nothing may be asked for it all the same.
      if (prepared.reader) prepared.raw();
      reading = { prepared, columns: prepared.columns().map(({ name }) => name) };
      this.#readings.set(statement, reading);
    }
    return reading;
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
