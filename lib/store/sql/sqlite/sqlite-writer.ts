import { setImmediate as nextTick } from 'node:timers/promises';
import type { Awaitable } from '../../awaitable.js';
import { StoreUnavailableError } from '../../store-errors.js';
import { withTimeLimit, notInTime } from '../engine.js';
import type { Connection, SharedWrite } from '../engine.js';
import type { Parameter, Row, Statement } from '../queries/query.js';
import { retryWhileBusy, timeLimit, sqliteError } from './sqlite-errors.js';
import type { SqliteConnection, SqliteFile } from './sqlite-connection.js';
import { KeyedMutex } from '../../../keyed-mutex.js';
import type { Release } from '../../../keyed-mutex.js';

/** How many works share one commit at most, and for how many milliseconds they are collected. */
const MAX_GROUP = 64;

const MAX_GROUP_MS = 20;

/** Limits in milliseconds. */
export interface WriterLimits {
  /** How long a write waits for its turn and for the lock of the database. */
  readonly wait: number;
  /** How long a transaction may take once it has begun. */
  readonly hold: number;
}

/** A work that waits to be written. */
interface PendingWrite {
  readonly work: (connection: Connection) => Awaitable<unknown>;
  /** Whether there is nothing to undo where it is rejected. */
  readonly isAtomic: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** Writes to one SQLite file for the whole process: one transaction after the other. */
export class SqliteWriter {
  readonly #file: SqliteFile;
  readonly #limits: WriterLimits;
  readonly #mutex = new KeyedMutex();
  readonly #waiting = new Set<PendingWrite>();
  #writing: Promise<void> | undefined;
  #isClosed = false;

  constructor(file: SqliteFile, limits: WriterLimits) {
    this.#file = file;
    this.#limits = limits;
  }

  /**
   * Runs `work` in a transaction that it shares with other works that wait; each of them is undone alone.
   *
   * @param isAtomic - whether there is nothing to undo where it is rejected
   */
  write<T>(work: (connection: Connection) => Awaitable<T>, isAtomic: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw closedError();
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(new StoreUnavailableError('busy', 'SQLite: the turn to write did not come in time'));
      }, this.#limits.wait);
      const waiting: PendingWrite = {
        work,
        isAtomic,
        resolve: resolve as PendingWrite['resolve'],
        reject,
        timer,
      };
      this.#waiting.add(waiting);
      this.#writing ??= this.#writeAll();
    });
  }

  /** Runs `work` in a transaction of its own. */
  async transact<T>(work: (connection: Connection) => Awaitable<T>): Promise<T> {
    const mayWait = timeLimit(this.#limits.wait);
    const release = await this.acquire(this.#limits.wait);
    try {
      const connection = await this.begin(mayWait);
      try {
        const transaction = new SqliteTransaction(connection);
        const value = await withTimeLimit(() => work(transaction), this.#limits.hold).finally(() =>
          transaction.end(),
        );
        if (transaction.failure !== undefined) throw transaction.failure;
        await this.commit(connection);
        return value;
      } catch (error) {
        throw this.rollBack(connection, error);
      }
    } finally {
      release();
    }
  }

  /** Waits until nothing else in this process writes. */
  async acquire(limit?: number): Promise<Release> {
    const release = await this.#mutex.acquire('write', limit === undefined ? undefined : notInTime(limit));
    if (!this.#isClosed) return release;
    release();
    throw closedError();
  }

  /** Begins a transaction as soon as no other process is in one. */
  async begin(mayWait: () => boolean = timeLimit(this.#limits.wait)): Promise<SqliteConnection> {
    try {
      return await retryWhileBusy(mayWait, () => {
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
   * @throws {StoreUnavailableError} also where it is in a file that its path no longer leads to
   */
  async commit(connection: SqliteConnection): Promise<void> {
    await retryWhileBusy(timeLimit(this.#limits.wait), () => connection.execOnThread('COMMIT'));
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
    if (broken) this.#file.discard();
    return error;
  }

  /** Finishes what waits, and takes nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    await this.#mutex.acquire('write');
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const release = await this.#mutex.acquire('write');
      // What the event loop has at hand now still comes along: so a commit is shared by more.
      await nextTick();
      await this.#writeGroup();
      release();
    }
    this.#writing = undefined;
  }

  /** Writes some of those that wait with one commit, and tells them once that is durable. */
  async #writeGroup(): Promise<void> {
    const group: PendingWrite[] = [];
    const tell: (() => void)[] = [];
    try {
      // Each of those that wait has a time limit of its own.
      const connection = await this.begin(() => this.#waiting.size > 0);
      try {
        const mayCollect = timeLimit(MAX_GROUP_MS);
        const groupCommit = new GroupCommit();
        for (const waiting of this.#waiting) {
          group.push(this.#next(waiting));
          const transaction = new SqliteTransaction(connection, groupCommit.share);
          tell.push(await run(waiting, transaction));
          if (group.length === MAX_GROUP || !mayCollect()) break;
        }
        await groupCommit.write(new SqliteTransaction(connection));
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

  #next(waiting: PendingWrite): PendingWrite {
    this.#waiting.delete(waiting);
    clearTimeout(waiting.timer);
    return waiting;
  }
}

/** Collects what the works that share one transaction are to write together. */
class GroupCommit {
  readonly #found = new Map<string, SharedWrite>();

  /** Finds what there is under a name, which always stands for things of one kind. */
  readonly share = <T extends SharedWrite>(name: string, make: () => T): T => {
    let found = this.#found.get(name);
    if (found === undefined) this.#found.set(name, (found = make()));
    return found as T;
  };

  async write(connection: Connection): Promise<void> {
    for (const each of this.#found.values()) await each.write(connection);
  }
}

/**
 * Lends the connection for writing for the length of one transaction. Once that is over, or has
 * failed as a whole, no statement goes through any more: it would be committed by itself.
 */
export class SqliteTransaction implements Connection {
  declare readonly shared?: NonNullable<Connection['shared']>;
  readonly #connection: SqliteConnection;
  #isOver = false;
  #failure: StoreUnavailableError | undefined;

  /** @param shared - where the transaction is shared */
  constructor(connection: SqliteConnection, shared?: NonNullable<Connection['shared']>) {
    this.#connection = connection;
    if (shared !== undefined) this.shared = shared;
  }

  /** What went wrong in the database itself, whether or not it was caught: nothing can be committed. */
  get failure(): StoreUnavailableError | undefined {
    return this.#failure;
  }

  all(statement: Statement, parameters: readonly Parameter[]): readonly Row[] {
    return this.#try(() => this.#connection.all(statement, parameters));
  }

  run(statement: Statement, parameters: readonly Parameter[]): number {
    return this.#try(() => this.#connection.run(statement, parameters));
  }

  /** Runs `work`, and undoes what it did if it throws. One at a time. */
  async attempt<T>(work: () => Awaitable<T>): Promise<T> {
    this.#exec('SAVEPOINT attempt');
    try {
      const value = await work();
      this.#exec('RELEASE attempt');
      return value;
    } catch (error) {
      if (this.#failure === undefined && !this.#isOver) this.#exec('ROLLBACK TO attempt; RELEASE attempt');
      throw error;
    }
  }

  end(): void {
    this.#isOver = true;
  }

  #exec(sql: string): void {
    this.#try(() => this.#connection.exec(sql));
  }

  #try<T>(use: () => T): T {
    if (this.#isOver) throw new Error('the transaction of this connection is over');
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return use();
    } catch (thrown) {
      const error = sqliteError(thrown);
      if (error instanceof StoreUnavailableError) this.#failure = error;
      // Some errors make SQLite roll back the whole transaction.
      else if (!this.#connection.inTransaction)
        this.#failure = new StoreUnavailableError('failed', 'SQLite gave up the transaction', {
          cause: thrown,
        });
      throw this.#failure ?? error;
    }
  }
}

/**
 * Runs a work of a group.
 *
 * @returns what tells its caller the outcome, once that of the group is known
 */
async function run(
  { work, isAtomic, resolve, reject }: PendingWrite,
  transaction: SqliteTransaction,
): Promise<() => void> {
  try {
    const value = await (isAtomic ? work(transaction) : transaction.attempt(() => work(transaction)));
    return () => resolve(value);
  } catch (error) {
    if (transaction.failure !== undefined) throw transaction.failure;
    return () => reject(error);
  } finally {
    transaction.end();
  }
}

function closedError(): StoreUnavailableError {
  return new StoreUnavailableError('failed', 'the store is closed');
}
