import { PostgresDialect } from 'kysely';
import type { Dialect, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import { postgresError } from './postgres-errors.js';
import { makePool } from './postgres-pool.js';

/** Has Kysely carry out migrations, which take as long as they take, over connections of its own. */
export function kyselyDialect(url: string, config: PoolConfig): Dialect {
  // They are let go soon after.
  const pool = async () => new KyselyPool(makePool(url, { max: 2, idleTimeoutMillis: 1000, ...config }));
  return new PostgresDialect({ pool });
}

/** A pool whose errors are those of a store. */
class KyselyPool implements PostgresPool {
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
