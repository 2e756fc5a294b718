import { Pool, types } from 'pg';
import type { CustomTypesConfig, PoolClient, PoolConfig, QueryConfig, QueryResult } from 'pg';
import { StoreUnavailableError } from '../unavailable.js';
import type { Connection, Parameter, Row, Statement } from './engine.js';
import { ConnectionLost, isInterference, postgresError } from './postgres-errors.js';

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
    ...config,
  });
  // Without listeners these events would end the process. The pool has removed the connection already, and
  // who uses one learns from the statement that it broke.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** A bounded number of connections to one server. */
export class PostgresPool implements Connection {
  readonly #pool: Pool;
  readonly #size: number;
  readonly #keepsPrepared: boolean;
  /** Connections that were used before, and can have broken since. */
  readonly #used = new WeakSet<PoolClient>();

  /**
   * @param size - how many there are at most
   * @param keepsPrepared - whether a connection leads to the same session for as long as it is there, so that
   *   the server may keep statements prepared
   */
  constructor(url: string, size: number, keepsPrepared: boolean, config: PoolConfig) {
    this.#size = size;
    this.#keepsPrepared = keepsPrepared;
    this.#pool = makePool(url, { max: size, ...config });
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
        client.release(error instanceof StoreUnavailableError && error.reason === 'unreachable');
        // All that are in the pool may have broken at once.
        if (!(error instanceof ConnectionLost && mayBeStale && attempts < this.#size)) throw error;
      }
    }
  }

  async check(): Promise<void> {
    await this.lend((client) => query(client, CHECK));
  }

  /** Runs a statement on a connection that was lent. */
  runOn(
    client: PoolClient,
    { name, sql }: Statement,
    parameters: readonly Parameter[],
  ): Promise<QueryResult<Row>> {
    return query(client, { text: sql, values: [...parameters], ...(this.#keepsPrepared && { name }) });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #query(statement: Statement, parameters: readonly Parameter[]): Promise<QueryResult<Row>> {
    const attempt = () => this.lend((client) => this.runOn(client, statement, parameters));
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

/** Runs a statement on one of the connections. */
export async function query(client: PoolClient, text: string | QueryConfig): Promise<QueryResult<Row>> {
  try {
    return await client.query<Row>(text);
  } catch (error) {
    throw postgresError(error);
  }
}
