import { setImmediate as loopTurn } from 'node:timers/promises';
import type { Awaitable } from '../awaitable.js';
import { StoreUnavailableError } from '../unavailable.js';
import type { Connection } from './engine.js';
import { Gathering } from './gathering.js';
import { inTime } from './in-time.js';
import { untilFree, within } from './sqlite-busy.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { sqliteError } from './sqlite-errors.js';
import type { SqliteFile } from './sqlite-file.js';
import { SqliteTurn } from './sqlite-turn.js';
import { Turns } from './turns.js';
import type { EndTurn } from './turns.js';

/** How many works share one commit at most, and for how many milliseconds they are collected. */
const GROUP_SIZE = 64;
const GROUP_TIME = 20;

/** Limits in milliseconds. */
export interface WriterLimits {
  /** How long a write waits for its turn and for the lock of the database. */
  readonly wait: number;
  /** How long a transaction may take once it has begun. */
  readonly hold: number;
}

/** A work that waits to be written. */
interface Waiting {
  readonly work: (connection: Connection) => Awaitable<unknown>;
  /** Whether there is nothing to undo where it is rejected. */
  readonly isAtomic: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** All that this process writes to one SQLite file: one transaction after the other. */
export class SqliteWriter {
  readonly #file: SqliteFile;
  readonly #limits: WriterLimits;
  readonly #turns = new Turns();
  readonly #waiting = new Set<Waiting>();
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(file: SqliteFile, limits: WriterLimits) {
    this.#file = file;
    this.#limits = limits;
  }

  /**
   * Runs `work` in a transaction that it shares with others that wait; each of them is undone alone.
   *
   * @param isAtomic - whether there is nothing to undo where it is rejected
   */
  write<T>(work: (connection: Connection) => Awaitable<T>, isAtomic: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw closedError();
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(new StoreUnavailableError('busy', 'SQLite: the turn to write did not come in time'));
      }, this.#limits.wait);
      const waiting: Waiting = { work, isAtomic, resolve: resolve as Waiting['resolve'], reject, timer };
      this.#waiting.add(waiting);
      this.#writing ??= this.#writeAll();
    });
  }

  /** Runs `work` in a transaction of its own. */
  async transact<T>(work: (connection: Connection) => Awaitable<T>): Promise<T> {
    const mayWait = within(this.#limits.wait);
    const end = await this.take(this.#limits.wait);
    try {
      const connection = await this.begin(mayWait);
      try {
        const turn = new SqliteTurn(connection);
        const value = await inTime(() => work(turn), this.#limits.hold).finally(() => turn.end());
        if (turn.failure !== undefined) throw turn.failure;
        await this.commit(connection);
        return value;
      } catch (error) {
        throw this.rollBack(connection, error);
      }
    } finally {
      end();
    }
  }

  /** Waits for the turn to write. */
  async take(limit?: number): Promise<EndTurn> {
    const end = await this.#turns.take(limit);
    if (!this.#closed) return end;
    end();
    throw closedError();
  }

  /** Begins a transaction as soon as no other process is in one. */
  async begin(mayWait: () => boolean = within(this.#limits.wait)): Promise<SqliteConnection> {
    try {
      return await untilFree(mayWait, () => {
        const connection = this.#file.connection();
        this.#file.check();
        connection.exec('BEGIN IMMEDIATE');
        return connection;
      });
    } catch (error) {
      throw sqliteError(error);
    }
  }

  /**
   * Makes a transaction durable.
   *
   * @throws {StoreUnavailableError} also where it is in a file that nobody finds any more
   */
  async commit(connection: SqliteConnection): Promise<void> {
    await untilFree(within(this.#limits.wait), () => connection.execAside('COMMIT'));
    this.#file.check();
  }

  /** Ends a transaction that failed, if it is still there. @returns what its failure means */
  rollBack(connection: SqliteConnection, failure: unknown): unknown {
    const error = sqliteError(failure);
    let broken = error instanceof StoreUnavailableError && error.reason === 'failed';
    try {
      if (connection.inTransaction) connection.exec('ROLLBACK');
    } catch {
      broken = true;
    }
    if (broken) this.#file.giveUp();
    return error;
  }

  /** Finishes what waits, and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await this.#turns.take();
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const end = await this.#turns.take();
      // What the event loop has at hand now still comes along: so a commit is shared by more.
      await loopTurn();
      await this.#writeGroup();
      end();
    }
    this.#writing = undefined;
  }

  /** Writes some of those that wait with one commit, and tells them once that is durable. */
  async #writeGroup(): Promise<void> {
    const group: Waiting[] = [];
    const tell: (() => void)[] = [];
    try {
      // Each of those that wait has a time limit of its own.
      const connection = await this.begin(() => this.#waiting.size > 0);
      try {
        const mayCollect = within(GROUP_TIME);
        const gathering = new Gathering();
        for (const waiting of this.#waiting) {
          group.push(this.#next(waiting));
          const turn = new SqliteTurn(connection, gathering.at);
          tell.push(await run(waiting, turn));
          if (group.length === GROUP_SIZE || !mayCollect()) break;
        }
        await gathering.write(new SqliteTurn(connection));
        await this.commit(connection);
      } catch (error) {
        throw this.rollBack(connection, error);
      }
    } catch (error) {
      const failed = group.length > 0 ? group : Array.from(this.#waiting, (each) => this.#next(each));
      for (const { reject } of failed) reject(sqliteError(error));
      return;
    }
    for (const each of tell) each();
  }

  #next(waiting: Waiting): Waiting {
    this.#waiting.delete(waiting);
    clearTimeout(waiting.timer);
    return waiting;
  }
}

/** @returns how to tell what became of a work, which rests on what the others of its group did */
async function run({ work, isAtomic, resolve, reject }: Waiting, turn: SqliteTurn): Promise<() => void> {
  try {
    const value = await (isAtomic ? work(turn) : turn.attempt(() => work(turn)));
    return () => resolve(value);
  } catch (error) {
    if (turn.failure !== undefined) throw turn.failure;
    return () => reject(error);
  } finally {
    turn.end();
  }
}

function closedError(): StoreUnavailableError {
  return new StoreUnavailableError('failed', 'the store is closed');
}
