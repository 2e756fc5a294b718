import { StoreUnavailableError } from '../../store-errors.js';
import type { Connection } from '../engine.js';
import type { Parameter, Row, Statement } from '../queries/query.js';
import { isMissingRelation, isSerializationFailure } from './postgres-errors.js';
import type { PostgresPool } from './postgres-pool.js';

/** How long a replica that failed is left alone, in milliseconds. */
const PAUSE = 1000;

/** How far the primary has come. */
const POSITION: Statement = Object.freeze({
  name: 'replica position',
  sql: 'SELECT pg_current_wal_lsn()::text AS position',
});

/** Whether a server has come as far, or follows no other one at all. */
const HAS_REACHED: Statement = Object.freeze({
  name: 'replica has reached',
  sql: 'SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= $1::text::pg_lsn AS "hasReached"',
});

/** Reads from a replica, and from the primary as long as the replica cannot answer. */
export class PostgresReplica implements Connection {
  readonly #replica: PostgresPool;
  readonly #primary: PostgresPool;
  #isUp = true;
  #askAgainAt = 0;

  constructor(replica: PostgresPool, primary: PostgresPool) {
    this.#replica = replica;
    this.#primary = primary;
  }

  all(statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    return this.#use((pool) => pool.all(statement, parameters));
  }

  run(statement: Statement, parameters: readonly Parameter[]): Promise<number> {
    return this.#use((pool) => pool.run(statement, parameters));
  }

  close(): Promise<void> {
    return this.#replica.close();
  }

  async #use<T>(use: (pool: PostgresPool) => Promise<T>): Promise<T> {
    if (!this.#isUp) {
      this.#askAgain();
      return use(this.#primary);
    }
    try {
      return await use(this.#replica);
    } catch (error) {
      if (isDown(error) || isMissingRelation(error)) this.#leave();
      else if (!isSerializationFailure(error)) throw error;
      return use(this.#primary);
    }
  }

  #leave(): void {
    this.#isUp = false;
    this.#askAgainAt = performance.now() + PAUSE;
  }

  /** Asks the replica whether it is back, at most once at a time. Nobody waits for what it answers. */
  #askAgain(): void {
    if (performance.now() < this.#askAgainAt) return;
    this.#askAgainAt = Infinity;
    this.#isBack().then(
      (isBack) => {
        if (isBack) this.#isUp = true;
        else this.#leave();
      },
      () => this.#leave(),
    );
  }

  /** Whether the replica answers, and with nothing older than what the primary answered meanwhile. */
  async #isBack(): Promise<boolean> {
    await this.#replica.check();
    const [primary] = await this.#primary.all(POSITION, []);
    const [replica] = await this.#replica.all(HAS_REACHED, [String(primary?.['position'])]);
    return replica?.['hasReached'] === true;
  }
}

/** Whether an error says something of the server, and not of what it was asked. */
function isDown(error: unknown): boolean {
  return (
    error instanceof StoreUnavailableError && (error.reason === 'unreachable' || error.reason === 'failed')
  );
}
