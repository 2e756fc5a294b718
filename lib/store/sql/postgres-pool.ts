import { Pool, types } from 'pg';
import type { ClientBase, CustomTypesConfig, PoolClient, PoolConfig, QueryConfig, QueryResult } from 'pg';
import { StoreUnavailable } from '../unavailable.js';
import type { Connection, Parameter, Row, Statement } from './engine.js';
import { ConnectionLost, isInterference, postgresError } from './postgres-errors.js';

/** Limits in milliseconds. */
export interface PostgresLimits {
  readonly connect: number;
  readonly statement: number;
  readonly lock: number;
  readonly transaction: number;
}

/** How much longer than for what it limits itself the server is waited for. */
const ANSWER_TIME = 1000;

/** The server's bigint: ids, times and counts, all of which a number holds exactly. */
const BIGINT: number = types.builtins.INT8;

const TYPES: CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text') =>
    oid === BIGINT ? Number : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
};

/** The answer to a check is not waited for as long as others. */
const CHECK: QueryConfig & { query_timeout: number } = { text: 'SELECT 1', query_timeout: 2000 };

/** A pool of connections that no trouble with the server brings down. */
export function makePool(url: string, config: PoolConfig): Pool {
  const pool = new Pool({
    connectionString: url,
    fallback_application_name: 'koa-shoji',
    keepAlive: true,
    types: TYPES,
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool does wait for it
    onConnect: keepDurable,
    ...config,
  });
  // Without listeners these events would end the process. The pool has removed the connection already, and
  // who uses one learns from the statement that it broke.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Whatever the server's default is, what is acknowledged is on its disk. */
async function keepDurable(client: ClientBase): Promise<void> {
  await client.query(
    `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`,
  );
}

/** A bounded number of connections to one server. */
export class PostgresPool implements Connection {
  readonly #pool: Pool;
  readonly #size: number;
  /** Connections that were used before, and can have broken since. */
  readonly #used = new WeakSet<PoolClient>();

  constructor(url: string, size: number, limits: PostgresLimits) {
    this.#size = size;
    this.#pool = makePool(url, {
      max: size,
      connectionTimeoutMillis: limits.connect,
      statement_timeout: limits.statement,
      lock_timeout: limits.lock,
      idle_in_transaction_session_timeout: limits.transaction + ANSWER_TIME,
      query_timeout: limits.statement + ANSWER_TIME,
    });
  }

  async all(statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    return (await this.#query(statement, parameters)).rows;
  }

  async run(statement: Statement, parameters: readonly Parameter[]): Promise<number> {
    return (await this.#query(statement, parameters)).rowCount ?? 0;
  }

  /**
   * Lends a connection for as long as `use` takes. Where it turns out to have broken since it was last used,
   * `use` is begun anew with another one; so it must not commit anything and then fail with
   * {@link ConnectionLost}.
   */
  async lend<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
    for (let attempts = 0; ; attempts++) {
      const client = await this.#connect();
      const mayBeStale = this.#used.has(client);
      this.#used.add(client);
      try {
        const value = await use(client);
        client.release();
        return value;
      } catch (error) {
        client.release(error instanceof StoreUnavailable && error.reason === 'unreachable');
        // All that are in the pool may have broken at once.
        if (!(error instanceof ConnectionLost && mayBeStale && attempts < this.#size)) throw error;
      }
    }
  }

  async check(): Promise<void> {
    await this.lend((client) => query(client, CHECK));
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #query(statement: Statement, parameters: readonly Parameter[]): Promise<QueryResult<Row>> {
    const attempt = () => this.lend((client) => runOn(client, statement, parameters));
    try {
      return await attempt();
    } catch (error) {
      // A replica interrupts those that read what is being changed.
      if (!isInterference(error)) throw error;
      return attempt();
    }
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw postgresError(error);
    }
  }
}

/** Runs a statement that the server keeps prepared. */
export function runOn(
  client: PoolClient,
  { name, sql }: Statement,
  parameters: readonly Parameter[],
): Promise<QueryResult<Row>> {
  return query(client, { name, text: sql, values: [...parameters] });
}

/** Runs a statement on one of the connections. */
export async function query(client: PoolClient, text: string | QueryConfig): Promise<QueryResult<Row>> {
  try {
    return await client.query<Row>(text);
  } catch (error) {
    throw postgresError(error);
  }
}
