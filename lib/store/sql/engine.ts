import type { Kysely } from 'kysely';
import type { AcquireLimit } from '../../keyed-mutex.js';
import { isThenable } from '../awaitable.js';
import type { Awaitable } from '../awaitable.js';
import { StoreUnavailableError } from '../store-errors.js';
import type { Dialect } from './dialect.js';
import type { Statement, Parameter, Row } from './queries/query.js';

/** Where statements are run: within a transaction, or each by itself. */
export interface Connection {
  /** The rows that a statement gives. */
  all(statement: Statement, parameters: readonly Parameter[]): Awaitable<readonly Row[]>;
  /** Runs a statement that gives no rows. @returns how many rows it changed */
  run(statement: Statement, parameters: readonly Parameter[]): Awaitable<number>;
  /**
   * Finds what the works that share this transaction write together under a name; the first one that asks makes it.
   * Absent where a work has its transaction for itself.
   */
  readonly shared?: <T extends SharedWrite>(name: string, make: () => T) => T;
}

/** Collects what several works of one transaction are to write together. */
export interface SharedWrite {
  /** Writes it once for all of them, just before the commit. */
  write(connection: Connection): Awaitable<void>;
}

/**
 * Runs statements and transactions on one database. Whatever goes wrong in the database itself is thrown as
 * {@link StoreUnavailableError}, what breaks a constraint as {@link ConstraintError}.
 */
export interface Engine {
  readonly dialect: Dialect;
  /** Builds queries, and carries out migrations; nothing that a request waits for goes through it. */
  readonly kysely: Kysely<unknown>;
  /** For statements that only read, each by itself. */
  readonly reader: Connection;
  /** The same, of a replica where one is named. */
  readonly replica: Connection | undefined;
  /** Connects. @throws {StoreUnavailableError} where the database cannot be reached or used */
  open(): Promise<void>;
  /**
   * Runs `work` in a transaction and commits it; fulfilled once that is durable. `work` runs statements on the
   * connection that it is given and waits for nothing else, and may be run more than once. Several may share
   * one commit; one that is rejected leaves the others untouched.
   *
   * `work` sees rows as they are when it asks (read committed): it has to lock or compare what it depends on.
   *
   * @param isAtomic - whether `work` changes something by one statement at most, and throws only before that or by
   *   that: then there is nothing to undo, for what a statement did the database undoes where it fails
   */
  write<T>(work: (connection: Connection) => Awaitable<T>, isAtomic?: boolean): Promise<T>;
  /**
   * Runs `work` in a serializable transaction of its own, and commits it. `work` may wait for whatever it
   * likes, and may be run more than once.
   */
  transact<T>(work: (connection: Connection) => Awaitable<T>): Promise<T>;
  /**
   * Runs `work` so that what it did is undone where it throws, while the transaction goes on.
   *
   * @param connection - one that `write` or `transact` gave
   */
  attempt<T>(connection: Connection, work: () => Awaitable<T>): Promise<T>;
  /** @throws {StoreUnavailableError} where the database does not answer */
  check(): Awaitable<void>;
  close(): Promise<void>;
}

/** Thrown for a statement that would have broken a constraint, or given a column what it cannot hold. */
export class ConstraintError extends Error {
  readonly kind: 'unique' | 'foreign-key' | 'not-null' | 'other';
  /**
   * The name of the constraint, where the database tells it. SQLite tells instead which columns have to be
   * unique (`table.column, table.column`), and nothing of foreign keys. Of `not-null` it is the column, on SQLite
   * after its table and a dot.
   */
  readonly constraint: string | undefined;

  constructor(kind: ConstraintError['kind'], constraint: string | undefined, cause: unknown) {
    super(`a constraint of the database was broken: ${kind}`, { cause });
    this.name = 'ConstraintError';
    this.kind = kind;
    this.constraint = constraint;
  }
}

/**
 * Runs `work`, and stops waiting for it at the end of a time.
 *
 * @param limit - in milliseconds
 * @throws {StoreUnavailableError} `busy` at the end of that time
 */
export async function withTimeLimit<T>(work: () => Awaitable<T>, limit: number): Promise<T> {
  const given = work();
  if (!isThenable(given)) return given;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StoreUnavailableError('busy', `a transaction took longer than ${limit} ms`));
    }, limit);
  });
  return Promise.race([given, late]).finally(() => clearTimeout(timer));
}

/** Has {@link KeyedMutex.acquire} give up waiting for other writes with `busy`. */
export function notInTime(milliseconds: number): AcquireLimit {
  return {
    milliseconds,
    error: () => new StoreUnavailableError('busy', 'other writes were not finished in time'),
  };
}
