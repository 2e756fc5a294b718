import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely } from 'kysely';
import type { PoolClient } from 'pg';
import type { Awaitable } from '../awaitable.js';
import { StoreUnavailableError } from '../unavailable.js';
import type { Connection, Engine, Statement } from './engine.js';
import { inTime } from './in-time.js';
import type { PostgresOptions } from './options.js';
import { commitError, ConnectionLost, isImpatience, isInterference } from './postgres-errors.js';
import { kyselyDialect } from './postgres-kysely.js';
import { answerTime, limitsOf, sessionConfig, transactionSettings } from './postgres-limits.js';
import type { PostgresLimits } from './postgres-limits.js';
import { PostgresPool, query } from './postgres-pool.js';
import { joinQueue, RETRIES } from './postgres-queue.js';
import { PostgresReplica } from './postgres-replica.js';
import { PostgresTurn } from './postgres-turn.js';
import { Turns } from './turns.js';
import type { EndTurn } from './turns.js';

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
  readonly wait: (attempt: number) => Promise<EndTurn>;
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
  readonly #losers = new Turns();

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
      begin: (attempt) => this.#begin('SERIALIZABLE', joinQueue(attempt, this.#limits.lock)),
      wait: () => this.#losers.take(this.#limits.lock),
    });
  }

  attempt<T>(connection: Connection, work: () => Awaitable<T>): Promise<T> {
    if (connection instanceof PostgresTurn) return connection.attempt(work);
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
        return await this.#primary.lend((client) => this.#once(client, begin(attempt), work));
      } catch (error) {
        const mayBeAgain = isInterference(error) || (attempt === 0 && isImpatience(error));
        if (attempt === RETRIES || !mayBeAgain) throw error;
      } finally {
        end?.();
      }
    }
  }

  async #once<T>(client: PoolClient, begin: string, work: Work<T>): Promise<T> {
    const turn = new PostgresTurn(this.#primary, client);
    let value: T;
    try {
      await query(client, begin);
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
