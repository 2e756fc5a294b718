import type { PoolClient, QueryResult } from 'pg';
import type { Awaitable } from '../awaitable.js';
import { StoreUnavailableError } from '../unavailable.js';
import type { Connection, Parameter, Row, Statement } from './engine.js';
import { query } from './postgres-pool.js';
import type { PostgresPool } from './postgres-pool.js';

/** A connection as it is lent for the length of one transaction, after which no statement goes through. */
export class PostgresTurn implements Connection {
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
