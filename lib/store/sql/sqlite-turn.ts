import type { Awaitable } from '../awaitable.js';
import { StoreUnavailableError } from '../unavailable.js';
import type { Connection, Parameter, Row, Statement } from './engine.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { sqliteError } from './sqlite-errors.js';

/**
 * The connection for writing as it is lent for the length of one transaction. Once that is over, or has
 * failed as a whole, no statement goes through any more: it would be committed by itself.
 */
export class SqliteTurn implements Connection {
  declare readonly gathered?: NonNullable<Connection['gathered']>;
  readonly #connection: SqliteConnection;
  #over = false;
  #failure: StoreUnavailableError | undefined;

  /** @param gathered - where the transaction is shared */
  constructor(connection: SqliteConnection, gathered?: NonNullable<Connection['gathered']>) {
    this.#connection = connection;
    if (gathered !== undefined) this.gathered = gathered;
  }

  /** What went wrong in the database itself, whether or not anybody caught it: nothing can be committed. */
  get failure(): StoreUnavailableError | undefined {
    return this.#failure;
  }

  all(statement: Statement, parameters: readonly Parameter[]): readonly Row[] {
    return this.#try(() => this.#connection.all(statement, parameters));
  }

  run(statement: Statement, parameters: readonly Parameter[]): number {
    return this.#try(() => this.#connection.run(statement, parameters));
  }

  /** Runs `work`, and undoes what it did if it throws. One at a time. */
  async attempt<T>(work: () => Awaitable<T>): Promise<T> {
    this.#exec('SAVEPOINT attempt');
    try {
      const value = await work();
      this.#exec('RELEASE attempt');
      return value;
    } catch (error) {
      if (this.#failure === undefined && !this.#over) this.#exec('ROLLBACK TO attempt; RELEASE attempt');
      throw error;
    }
  }

  end(): void {
    this.#over = true;
  }

  #exec(sql: string): void {
    this.#try(() => this.#connection.exec(sql));
  }

  #try<T>(use: () => T): T {
    if (this.#over) throw new Error('the transaction of this connection is over');
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return use();
    } catch (thrown) {
      const error = sqliteError(thrown);
      if (error instanceof StoreUnavailableError) this.#failure = error;
      // Some errors make SQLite roll back the whole transaction.
      else if (!this.#connection.inTransaction)
        this.#failure = new StoreUnavailableError('failed', 'SQLite gave up the transaction', {
          cause: thrown,
        });
      throw this.#failure ?? error;
    }
  }
}
