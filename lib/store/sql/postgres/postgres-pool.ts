import { Pool, types } from 'pg';
import type { CustomTypesConfig, PoolClient, PoolConfig, QueryConfig, QueryResult } from 'pg';
import { PostgresDialect } from 'kysely';
import type {
  Dialect,
  PostgresPool as KyselyPostgresPool,
  PostgresPoolClient,
  PostgresQueryResult,
} from 'kysely';
import { StoreUnavailableError } from '../../store-errors.js';
import type { Connection } from '../engine.js';
import type { Parameter, Row, Statement } from '../queries/query.js';
import { ConnectionLostError, isSerializationFailure, postgresError } from './postgres-errors.js';

/** The server's bigint: ids, times and counts, all of which a number holds exactly. */
const BIGINT: number = types.builtins.INT8;

const TYPES: CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text') =>
    oid === BIGINT ? Number : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
};

/** The answer to a check is not waited for as long as another. */
const CHECK: QueryConfig & { query_timeout: number } = { text: 'SELECT 1', query_timeout: 2000 };

/** A pool of connections that no trouble with the server brings down. */
export function createPool(url: string, config: PoolConfig): Pool {
  const pool = new Pool({
    connectionString: url,
    fallback_application_name: 'koa-shoji',
    keepAlive: true,
    types: TYPES,
    ...config,
  });
  // Without listeners these events would end the process. The pool has removed the connection already, and
  // code that uses one learns from the statement that it broke.
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
    this.#pool = createPool(url, { max: size, ...config });
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
   * {@link ConnectionLostError}.
   */
  async withClient<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
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
        if (!(error instanceof ConnectionLostError && mayBeStale && attempts < this.#size)) throw error;
      }
    }
  }

  async check(): Promise<void> {
    await this.withClient((client) => query(client, CHECK));
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
    const attempt = () => this.withClient((client) => this.runOn(client, statement, parameters));
    try {
      return await attempt();
    } catch (error) {
      // A replica interrupts those that read what is being changed.
      if (!isSerializationFailure(error)) throw error;
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

/** Has Kysely carry out migrations, which take as long as they take, over connections of its own. */
export function kyselyDialect(url: string, config: PoolConfig): Dialect {
  // They are let go soon after.
  const pool = async () => new KyselyPool(createPool(url, { max: 2, idleTimeoutMillis: 1000, ...config }));
  return new PostgresDialect({ pool });
}

/** A pool whose errors are those of a store. */
class KyselyPool implements KyselyPostgresPool {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      return new KyselyClient(await this.#pool.connect());
    } catch (error) {
      throw postgresError(error);
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

class KyselyClient implements PostgresPoolClient {
  readonly #client: PoolClient;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query(): never;
  async query<R>(sql = '', parameters: readonly unknown[] = []): Promise<PostgresQueryResult<R>> {
    try {
      const result: unknown = await this.#client.query(sql, [...parameters]);
      return result as PostgresQueryResult<R>;
    } catch (error) {
      throw postgresError(error);
    }
  }

  release(): void {
    this.#client.release();
  }
}
