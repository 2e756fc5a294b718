import { setImmediate as loopTurn } from 'node:timers/promises';
import type { Awaitable } from '../../awaitable.js';
import { StoreUnavailableError } from '../../errors.js';
import { withTimeLimit, notInTime } from '../engine.js';
import type { Connection, SharedWrite } from '../engine.js';
import type { Parameter, Row, Statement } from '../queries/query.js';
import { retryWhileBusy, timeLimit, sqliteError } from './sqlite-errors.js';
import type { SqliteConnection, SqliteFile } from './sqlite-connection.js';
import { KeyedMutex } from '../../../keyed-mutex.js';
import type { Release } from '../../../keyed-mutex.js';

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
interface PendingWrite {
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
  readonly #mutex = new KeyedMutex();
  readonly #waiting = new Set<PendingWrite>();
  #write: Promise<void> | undefined;
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
      const waiting: PendingWrite = {
        work,
        isAtomic,
        resolve: resolve as PendingWrite['resolve'],
        reject,
        timer,
      };
      this.#waiting.add(waiting);
      this.#write ??= this.#writeAll();
    });
  }

  /** Runs `work` in a transaction of its own. */
  async transact<T>(work: (connection: Connection) => Awaitable<T>): Promise<T> {
    const mayWait = timeLimit(this.#limits.wait);
    const end = await this.acquire(this.#limits.wait);
    try {
      const connection = await this.begin(mayWait);
      try {
        const turn = new SqliteTransaction(connection);
        const value = await withTimeLimit(() => work(turn), this.#limits.hold).finally(() => turn.end());
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
  async acquire(limit?: number): Promise<Release> {
    const end = await this.#mutex.acquire('write', limit === undefined ? undefined : notInTime(limit));
    if (!this.#closed) return end;
    end();
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
   * @throws {StoreUnavailableError} also where it is in a file that nobody finds any more
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
    this.#closed = true;
    await this.#write;
    await this.#mutex.acquire('write');
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const end = await this.#mutex.acquire('write');
      // What the event loop has at hand now still comes along: so a commit is shared by more.
      await loopTurn();
      await this.#writeGroup();
      end();
    }
    this.#write = undefined;
  }

  /** Writes some of those that wait with one commit, and tells them once that is durable. */
  async #writeGroup(): Promise<void> {
    const group: PendingWrite[] = [];
    const tell: (() => void)[] = [];
    try {
      // Each of those that wait has a time limit of its own.
      const connection = await this.begin(() => this.#waiting.size > 0);
      try {
        const mayCollect = timeLimit(GROUP_TIME);
        const gathering = new GroupCommit();
        for (const waiting of this.#waiting) {
          group.push(this.#next(waiting));
          const turn = new SqliteTransaction(connection, gathering.at);
          tell.push(await run(waiting, turn));
          if (group.length === GROUP_SIZE || !mayCollect()) break;
        }
        await gathering.write(new SqliteTransaction(connection));
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

/** What the works that share one transaction have in common. */
export class GroupCommit {
  readonly #found = new Map<string, SharedWrite>();

  /** What there is under a name, which always stands for things of one kind. */
  readonly at = <T extends SharedWrite>(name: string, make: () => T): T => {
    let found = this.#found.get(name);
    if (found === undefined) this.#found.set(name, (found = make()));
    return found as T;
  };

  async write(connection: Connection): Promise<void> {
    for (const each of this.#found.values()) await each.write(connection);
  }
}

/**
 * The connection for writing as it is lent for the length of one transaction. Once that is over, or has
 * failed as a whole, no statement goes through any more: it would be committed by itself.
 */
export class SqliteTransaction implements Connection {
  declare readonly shared?: NonNullable<Connection['shared']>;
  readonly #connection: SqliteConnection;
  #over = false;
  #failure: StoreUnavailableError | undefined;

  /** @param gathered - where the transaction is shared */
  constructor(connection: SqliteConnection, gathered?: NonNullable<Connection['shared']>) {
    this.#connection = connection;
    if (gathered !== undefined) this.shared = gathered;
  }

  /** What went wrong in the database itself, whether or not anybody caught it: nothing can be committed. */
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
      if (this.#failure === undefined && !this.#over) this.#exec('ROLLBACK TO attempt; RELEASE attempt');
      throw error;
    }
  }

  end(): void {
    this.#over = true;
  }

  #exec(sql: string): void {
    this.#try(() => this.#connection.exec(sql));
  }

  #try<T>(use: () => T): T {
    if (this.#over) throw new Error('the transaction of this connection is over');
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

/** @returns how to tell what became of a work, which rests on what the others of its group did */
async function run(
  { work, isAtomic, resolve, reject }: PendingWrite,
  turn: SqliteTransaction,
): Promise<() => void> {
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
