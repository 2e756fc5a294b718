import type { ClientBase, PoolConfig } from 'pg';
import type { PostgresOptions } from './postgres-options.js';

/** Limits in milliseconds. */
export interface PostgresLimits {
  readonly connect: number;
  readonly statement: number;
  readonly lock: number;
  readonly transaction: number;
}

/** How much longer than for what it limits itself the server is waited for. */
const ANSWER_TIME = 1000;

export function limitsOf(options: PostgresOptions): PostgresLimits {
  return {
    connect: options.connectTimeout ?? 2000,
    statement: options.statementTimeout ?? 15_000,
    lock: options.lockTimeout ?? 5000,
    transaction: options.transactionTimeout ?? 30_000,
  };
}

/** Whatever the server's default is, what is acknowledged is on its disk. */
const keepDurable = (isLocal: boolean): string =>
  `SELECT set_config('synchronous_commit', 'on', ${isLocal}) WHERE current_setting('synchronous_commit') = 'off'`;

/** Has sessions keep the limits, and what they acknowledge. */
export function sessionConfig(limits: PostgresLimits): PoolConfig {
  return {
    ...limitsOfServer(limits),
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool does wait for it
    onConnect: async (client: ClientBase) => void (await client.query(keepDurable(false))),
  };
}

/**
 * Has one transaction keep them, where its session is another one's a moment later.
 *
 * @param lock - a statement that has to come before any that looks at the database
 */
export function transactionSettings(limits: PostgresLimits, lock: readonly string[]): string[] {
  const settings = Object.entries(limitsOfServer(limits));
  return [...settings.map(([name, value]) => `SET LOCAL ${name} = ${value}`), ...lock, keepDurable(true)];
}

/** How long a client waits for what the server should have ended by itself. */
export function answerTime(limits: PostgresLimits): number {
  return limits.statement + ANSWER_TIME;
}

function limitsOfServer({ statement, lock, transaction }: PostgresLimits) {
  return {
    statement_timeout: statement,
    lock_timeout: lock,
    idle_in_transaction_session_timeout: transaction + ANSWER_TIME,
  };
}
