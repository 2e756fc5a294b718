import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely } from 'kysely';
import type { PoolClient, QueryResult } from 'pg';
import type { Awaitable } from '../../awaitable.js';
import { StoreUnavailableError } from '../../errors.js';
import { withTimeLimit, notInTime } from '../engine.js';
import type { Connection, Engine } from '../engine.js';
import type { Statement, Parameter, Row } from '../queries/query.js';
import { answerTime, limitsOf, sessionConfig, transactionSettings } from './postgres-options.js';
import type { PostgresOptions, PostgresLimits } from './postgres-options.js';
import {
  commitError,
  ConnectionLostError,
  isLockTimeout,
  isSerializationFailure,
} from './postgres-errors.js';
import { kyselyDialect, PostgresPool, query } from './postgres-pool.js';
import { PostgresReplica } from './postgres-replica.js';
import { KeyedMutex } from '../../../keyed-mutex.js';
import type { Release } from '../../../keyed-mutex.js';

/**
 * A table without columns. Nothing is ever in it: those that lost against other transactions wait for its lock,
 * so that they do not meet again. An advisory lock would not do: the snapshot of a transaction is taken
 * before it asks for one, and would be as old as the waiting was long.
 *
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
 */
const QUEUE = 'shoji_queue';

export const CREATE_QUEUE: string = `CREATE TABLE ${QUEUE} ()`;

/**
 * How each attempt of a transaction locks the queue. The first one waits only for those that insist on being
 * alone; the next one goes on beside first ones, and one at a time; those that lost twice are alone.
 */
const MODES = ['ROW SHARE', 'SHARE UPDATE EXCLUSIVE', 'EXCLUSIVE', 'EXCLUSIVE'] as const;

/** How often a transaction is begun anew because others came in between. */
export const RETRIES: number = MODES.length - 1;

/**
 * How long a first attempt waits for a row, in milliseconds. Who has changed it and commits makes the attempt
 * fail; who waits in turn for what the attempt holds would be found out by the server only after a second.
 */
const FIRST_LOCK_TIMEOUT_MS = 200;

/**
 * The statements that an attempt begins with.
 *
 * @param attempt - from 0 to {@link RETRIES}
 * @param limit - how long it may wait for any lock, in milliseconds
 */
export function lockQueue(attempt: number, limit: number): readonly string[] {
  const lock = `LOCK TABLE ${QUEUE} IN ${MODES[attempt] ?? 'EXCLUSIVE'} MODE`;
  return attempt === 0
    ? [lock, `SET LOCAL lock_timeout = ${Math.min(FIRST_LOCK_TIMEOUT_MS, limit)}`]
    : [lock];
}

/** A connection as it is lent for the length of one transaction, after which no statement goes through. */
export class PostgresTransaction implements Connection {
  readonly #pool: PostgresPool;
  readonly #client: PoolClient;
  #over = false;
  #failure: StoreUnavailableError | undefined;

  /** @param client - one that `pool` lent */
  constructor(pool: PostgresPool, client: PoolClient) {
    this.#pool = pool;
    this.#client = client;
  }

  /** What went wrong in the database itself, whether or not anybody caught it: nothing can be committed. */
  get failure(): StoreUnavailableError | undefined {
    return this.#failure;
  }

  async all(statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    return (await this.#try(() => this.#pool.runOn(this.#client, statement, parameters))).rows;
  }

  async run(statement: Statement, parameters: readonly Parameter[]): Promise<number> {
    return (await this.#try(() => this.#pool.runOn(this.#client, statement, parameters))).rowCount ?? 0;
  }

  /** Runs `work`, and undoes what it did if it throws. One at a time. */
  async attempt<T>(work: () => Awaitable<T>): Promise<T> {
    await this.#exec('SAVEPOINT attempt');
    try {
      const value = await work();
      await this.#exec('RELEASE attempt');
      return value;
    } catch (error) {
      if (this.#failure === undefined && !this.#over)
        await this.#exec('ROLLBACK TO attempt; RELEASE attempt');
      throw error;
    }
  }

  end(): void {
    this.#over = true;
  }

  async #exec(sql: string): Promise<void> {
    await this.#try(() => query(this.#client, sql));
  }

  async #try(use: () => Promise<QueryResult<Row>>): Promise<QueryResult<Row>> {
    if (this.#over) throw new Error('the transaction of this connection is over');
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return await use();
    } catch (error) {
      if (error instanceof StoreUnavailableError) this.#failure ??= error;
      throw error;
    }
  }
}

const ENCODING: Statement = Object.freeze({
  name: 'encoding',
  sql: `SELECT current_setting('server_encoding') AS encoding`,
});

type Work<T> = (connection: Connection) => Awaitable<T>;

/** How a transaction is begun anew where others came in between. */
interface Repetition {
  /** The statements that it begins with. @param attempt - from 0 to {@link RETRIES} */
  readonly begin: (attempt: number) => string;
  /** Waits for the turn of an attempt that is not the first one. */
  readonly wait: (attempt: number) => Promise<Release>;
}

/**
 * A PostgreSQL database.
 *
 * @param url - `postgres://user:password@host:port/database`, with whatever parameters pg takes
 */
export function postgresEngine(url: string, options: PostgresOptions = {}): Engine {
  return new PostgresEngine(url, options);
}

class PostgresEngine implements Engine {
  readonly dialect = 'postgres';
  readonly kysely: Kysely<unknown>;
  readonly #primary: PostgresPool;
  readonly replica: PostgresReplica | undefined;
  readonly #limits: PostgresLimits;
  readonly #isPooled: boolean;
  /** Those that lost against others wait here first, where they keep no connection from anybody. */
  readonly #losers = new KeyedMutex();

  constructor(url: string, options: PostgresOptions) {
    const { replica, pool = 10, transactionPooling = false } = options;
    this.#limits = limitsOf(options);
    this.#isPooled = transactionPooling;
    const connectionTimeoutMillis = this.#limits.connect;
    const config = {
      connectionTimeoutMillis,
      query_timeout: answerTime(this.#limits),
      ...(!transactionPooling && sessionConfig(this.#limits)),
    };
    const connect = (address: string) => new PostgresPool(address, pool, !transactionPooling, config);
    this.#primary = connect(url);
    if (replica !== undefined) this.replica = new PostgresReplica(connect(replica), this.#primary);
    this.kysely = new Kysely({ dialect: kyselyDialect(url, { connectionTimeoutMillis }) });
  }

  get reader(): Connection {
    return this.#primary;
  }

  async open(): Promise<void> {
    const [row] = await this.#primary.all(ENCODING, []);
    const encoding = String(row?.['encoding']);
    if (encoding !== 'UTF8')
      throw new StoreUnavailableError(
        'failed',
        `the database's encoding is ${encoding}, which does not hold all text; create it with ENCODING 'UTF8'`,
      );
  }

  write<T>(work: Work<T>): Promise<T> {
    return this.#repeat(work, {
      begin: () => this.#begin('READ COMMITTED', []),
      // Those who got in each other's way shall not meet again.
      async wait(attempt) {
        await sleep(Math.random() * 5 * 2 ** attempt);
        return () => undefined;
      },
    });
  }

  transact<T>(work: Work<T>): Promise<T> {
    return this.#repeat(work, {
      begin: (attempt) => this.#begin('SERIALIZABLE', lockQueue(attempt, this.#limits.lock)),
      wait: () => this.#losers.acquire('retry', notInTime(this.#limits.lock)),
    });
  }

  attempt<T>(connection: Connection, work: () => Awaitable<T>): Promise<T> {
    if (connection instanceof PostgresTransaction) return connection.attempt(work);
    throw new TypeError('attempt() needs the connection that write() or transact() gave');
  }

  async check(): Promise<void> {
    await this.#primary.check();
  }

  async close(): Promise<void> {
    await Promise.all([this.kysely.destroy(), this.#primary.close(), this.replica?.close()]);
  }

  async #repeat<T>(work: Work<T>, { begin, wait }: Repetition): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const end = attempt === 0 ? undefined : await wait(attempt);
      try {
        return await this.#primary.withClient((client) => this.#once(client, begin(attempt), work));
      } catch (error) {
        const mayBeAgain = isSerializationFailure(error) || (attempt === 0 && isLockTimeout(error));
        if (attempt === RETRIES || !mayBeAgain) throw error;
      } finally {
        end?.();
      }
    }
  }

  async #once<T>(client: PoolClient, begin: string, work: Work<T>): Promise<T> {
    const turn = new PostgresTransaction(this.#primary, client);
    let value: T;
    try {
      await query(client, begin);
      value = await withTimeLimit(() => work(turn), this.#limits.transaction).finally(() => turn.end());
      if (turn.failure !== undefined) throw turn.failure;
    } catch (error) {
      const failure = turn.failure ?? error;
      // If this fails the connection is dropped, and the transaction with it.
      if (!(failure instanceof ConnectionLostError)) await query(client, 'ROLLBACK');
      throw failure;
    }
    await commit(client);
    return value;
  }

  /** @param lock - comes before anything that takes a snapshot */
  #begin(isolation: 'READ COMMITTED' | 'SERIALIZABLE', lock: readonly string[]): string {
    const settings = this.#isPooled ? transactionSettings(this.#limits, lock) : lock;
    return [`BEGIN ISOLATION LEVEL ${isolation}`, ...settings].join('; ');
  }
}

async function commit(client: PoolClient): Promise<void> {
  let command: string;
  try {
    ({ command } = await client.query('COMMIT'));
  } catch (error) {
    throw commitError(error);
  }
  // That is how the server answers where a statement failed before.
  if (command !== 'COMMIT')
    throw new Error('a statement failed, and its error was caught outside of attempt()');
}
