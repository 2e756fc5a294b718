import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import type { PoolClient } from 'pg';
import type { Awaitable } from '../awaitable.js';
import { StoreUnavailable } from '../unavailable.js';
import type { Connection, Engine, Statement } from './engine.js';
import { inTime } from './in-time.js';
import type { PostgresOptions } from './options.js';
import { commitError, ConnectionLost, isInterference } from './postgres-errors.js';
import { makePool, PostgresPool, query } from './postgres-pool.js';
import type { PostgresLimits } from './postgres-pool.js';
import { PostgresTurn } from './postgres-turn.js';

/** How often a transaction is begun anew because others came in between. */
const RETRIES = 3;

const ENCODING: Statement = Object.freeze({
  name: 'encoding',
  sql: `SELECT current_setting('server_encoding') AS encoding`,
});

type Begin = 'BEGIN ISOLATION LEVEL READ COMMITTED' | 'BEGIN ISOLATION LEVEL SERIALIZABLE';

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
  readonly #replica: PostgresPool | undefined;
  readonly #limits: PostgresLimits;

  constructor(url: string, options: PostgresOptions) {
    this.#limits = {
      connect: options.connectTimeout ?? 2000,
      statement: options.statementTimeout ?? 15_000,
      lock: options.lockTimeout ?? 5000,
      transaction: options.transactionTimeout ?? 30_000,
    };
    const size = options.pool ?? 10;
    this.#primary = new PostgresPool(url, size, this.#limits);
    if (options.replica !== undefined) this.#replica = new PostgresPool(options.replica, size, this.#limits);
    // Migrations take as long as they take; their connections are let go soon after.
    const pool = async () =>
      makePool(url, { max: 2, connectionTimeoutMillis: this.#limits.connect, idleTimeoutMillis: 1000 });
    this.kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
  }

  get reader(): Connection {
    return this.#primary;
  }

  get replica(): Connection | undefined {
    return this.#replica;
  }

  async open(): Promise<void> {
    const [row] = await this.#primary.all(ENCODING, []);
    const encoding = String(row?.['encoding']);
    if (encoding !== 'UTF8')
      throw new StoreUnavailable(
        'failed',
        `the database's encoding is ${encoding}, which does not hold all text; create it with ENCODING 'UTF8'`,
      );
  }

  write<T>(work: (connection: Connection) => Awaitable<T>): Promise<T> {
    return this.#repeat('BEGIN ISOLATION LEVEL READ COMMITTED', work);
  }

  transact<T>(work: (connection: Connection) => Awaitable<T>): Promise<T> {
    return this.#repeat('BEGIN ISOLATION LEVEL SERIALIZABLE', work);
  }

  attempt<T>(connection: Connection, work: () => Awaitable<T>): Promise<T> {
    if (connection instanceof PostgresTurn) return connection.attempt(work);
    throw new TypeError('attempt() needs the connection that write() or transact() gave');
  }

  async check(): Promise<void> {
    await Promise.all([this.#primary.check(), this.#replica?.check()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.kysely.destroy(), this.#primary.close(), this.#replica?.close()]);
  }

  async #repeat<T>(begin: Begin, work: (connection: Connection) => Awaitable<T>): Promise<T> {
    for (let attempts = 0; ; attempts++) {
      try {
        return await this.#primary.lend((client) => this.#once(client, begin, work));
      } catch (error) {
        if (attempts === RETRIES || !isInterference(error)) throw error;
        // Those who got in each other's way shall not meet again.
        await sleep(Math.random() * 10 * 2 ** attempts);
      }
    }
  }

  async #once<T>(
    client: PoolClient,
    begin: Begin,
    work: (connection: Connection) => Awaitable<T>,
  ): Promise<T> {
    await query(client, begin);
    const turn = new PostgresTurn(client);
    let value: T;
    try {
      value = await inTime(() => work(turn), this.#limits.transaction).finally(() => turn.end());
      if (turn.failure !== undefined) throw turn.failure;
    } catch (error) {
      const failure = turn.failure ?? error;
      // If this fails the connection is dropped, and the transaction with it.
      if (!(failure instanceof ConnectionLost)) await query(client, 'ROLLBACK');
      throw failure;
    }
    await commit(client);
    return value;
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
