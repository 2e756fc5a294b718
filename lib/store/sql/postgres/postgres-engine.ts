import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely } from 'kysely';
import type { PoolClient, QueryResult } from 'pg';
import type { Awaitable } from '../../awaitable.js';
import { StoreUnavailableError } from '../../store-errors.js';
import { withTimeLimit, notInTime } from '../engine.js';
import type { Connection, Engine } from '../engine.js';
import type { Statement, Parameter, Row } from '../queries/query.js';
import { answerTime, limitsOf, sessionConfig, transactionSettings } from './postgres-limits.js';
import type { PostgresLimits } from './postgres-limits.js';
import type { PostgresOptions } from './postgres-options.js';
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
import { postgresDialect, QUEUE_TABLE } from './postgres-dialect.js';
import type { Dialect } from '../dialect.js';

const ENCODING: Statement = Object.freeze({
  name: 'encoding',
  sql: `SELECT current_setting('server_encoding') AS encoding`,
});

type Work<T> = (connection: Connection) => Awaitable<T>;

/** How a transaction is begun anew where others came in between. */
interface RetryPlan {
  /** The statements that it begins with. @param attempt - from 0 to {@link MAX_RETRIES} */
  readonly begin: (attempt: number) => string;
  /** Waits before an attempt that is not the first one. */
  readonly wait: (attempt: number) => Promise<Release>;
}

/**
 * Connects to a PostgreSQL database.
 *
 * @param url - `postgres://user:password@host:port/database`, with whatever parameters pg takes
 */
export function postgresEngine(url: string, options: PostgresOptions = {}): Engine {
  return new PostgresEngine(url, options);
}

class PostgresEngine implements Engine {
  readonly dialect: Dialect = postgresDialect;
  readonly kysely: Kysely<unknown>;
  readonly #primary: PostgresPool;
  readonly replica: PostgresReplica | undefined;
  readonly #limits: PostgresLimits;
  readonly #isPooled: boolean;
  /** Transactions that lost against others wait here first, where they hold no connection. */
  readonly #retries = new KeyedMutex();

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
    return this.#retry(work, {
      begin: () => this.#begin('READ COMMITTED', []),
      // Writes that got in each other's way shall not meet again.
      async wait(attempt) {
        await sleep(Math.random() * 5 * 2 ** attempt);
        return () => undefined;
      },
    });
  }

  transact<T>(work: Work<T>): Promise<T> {
    return this.#retry(work, {
      begin: (attempt) => this.#begin('SERIALIZABLE', lockQueue(attempt, this.#limits.lock)),
      wait: () => this.#retries.acquire('retry', notInTime(this.#limits.lock)),
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

  async #retry<T>(work: Work<T>, { begin, wait }: RetryPlan): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const end = attempt === 0 ? undefined : await wait(attempt);
      try {
        return await this.#primary.withClient((client) => this.#runOnce(client, begin(attempt), work));
      } catch (error) {
        const mayRetry = isSerializationFailure(error) || (attempt === 0 && isLockTimeout(error));
        if (attempt === MAX_RETRIES || !mayRetry) throw error;
      } finally {
        end?.();
      }
    }
  }

  async #runOnce<T>(client: PoolClient, begin: string, work: Work<T>): Promise<T> {
    const transaction = new PostgresTransaction(this.#primary, client);
    let value: T;
    try {
      await query(client, begin);
      value = await withTimeLimit(() => work(transaction), this.#limits.transaction).finally(() =>
        transaction.end(),
      );
      if (transaction.failure !== undefined) throw transaction.failure;
    } catch (error) {
      const failure = transaction.failure ?? error;
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

/** Lends a connection for the length of one transaction; after that no statement goes through. */
class PostgresTransaction implements Connection {
  readonly #pool: PostgresPool;
  readonly #client: PoolClient;
  #isOver = false;
  #failure: StoreUnavailableError | undefined;

  /** @param client - one that `pool` lent */
  constructor(pool: PostgresPool, client: PoolClient) {
    this.#pool = pool;
    this.#client = client;
  }

  /** What went wrong in the database itself, whether or not it was caught: nothing can be committed. */
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
      if (this.#failure === undefined && !this.#isOver)
        await this.#exec('ROLLBACK TO attempt; RELEASE attempt');
      throw error;
    }
  }

  end(): void {
    this.#isOver = true;
  }

  async #exec(sql: string): Promise<void> {
    await this.#try(() => query(this.#client, sql));
  }

  async #try(use: () => Promise<QueryResult<Row>>): Promise<QueryResult<Row>> {
    if (this.#isOver) throw new Error('the transaction of this connection is over');
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return await use();
    } catch (error) {
      if (error instanceof StoreUnavailableError) this.#failure ??= error;
      throw error;
    }
  }
}

/**
 * How each attempt of a transaction locks the queue. The first one waits only for those that have to be
 * alone; the next one goes on beside first ones, and one at a time; one that lost twice is alone.
 */
const MODES = ['ROW SHARE', 'SHARE UPDATE EXCLUSIVE', 'EXCLUSIVE', 'EXCLUSIVE'] as const;

/** How often a transaction is begun anew because others came in between. */
export const MAX_RETRIES: number = MODES.length - 1;

/**
 * How long a first attempt waits for a row. A transaction that has changed the row and commits makes the attempt
 * fail; one that waits in turn for what the attempt holds would be found out by the server only after a second.
 */
const FIRST_LOCK_TIMEOUT_MS = 200;

/**
 * Gives the statements that an attempt begins with.
 *
 * @param attempt - from 0 to {@link MAX_RETRIES}
 * @param limit - how long it may wait for any lock, in milliseconds
 */
function lockQueue(attempt: number, limit: number): readonly string[] {
  const lock = `LOCK TABLE ${QUEUE_TABLE} IN ${MODES[attempt] ?? 'EXCLUSIVE'} MODE`;
  return attempt === 0
    ? [lock, `SET LOCAL lock_timeout = ${Math.min(FIRST_LOCK_TIMEOUT_MS, limit)}`]
    : [lock];
}
