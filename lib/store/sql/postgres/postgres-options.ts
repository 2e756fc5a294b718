import type { ClientBase, PoolConfig } from 'pg';

/** Options of a store in a PostgreSQL database. Times are in milliseconds. */
export interface PostgresOptions {
  /**
   * URL of a replica, for answers that may be a little behind. As long as it cannot answer, the primary does.
   * Default: none.
   */
  readonly replica?: string | undefined;
  /** How many connections there may be at once, to each of the servers. Default 10. */
  readonly pool?: number | undefined;
  /**
   * Whether the URLs lead to a pooler that gives a connection to somebody else after each transaction, such as
   * PgBouncer with `pool_mode = transaction`. Then no statements are kept prepared, and the limits below are
   * set for each transaction; what is read outside of one is limited by what the server is set to. Default
   * false.
   */
  readonly transactionPooling?: boolean | undefined;
  /** How long to wait for a connection: for one of the pool's, or for the server. Default 2,000. */
  readonly connectTimeout?: number | undefined;
  /** How long a statement may take. Default 15,000. */
  readonly statementTimeout?: number | undefined;
  /** How long a statement waits for what other transactions have locked. Default 5,000. */
  readonly lockTimeout?: number | undefined;
  /** How long a transaction may take before it is rolled back. Default 30,000. */
  readonly transactionTimeout?: number | undefined;
}

/**
 * Checks the URL of a PostgreSQL database.
 *
 * @throws {TypeError} where it is none; what it says does not hold the password
 */
export function checkDatabaseUrl(url: string): void {
  if (/^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url)) return;
  throw new TypeError(
    `${JSON.stringify(withoutSecrets(url))} is no URL of a PostgreSQL database; write one such as ` +
      `"postgres://user:password@localhost:5432/database", with other characters than letters and digits ` +
      `of the password percent-encoded`,
  );
}

/** A text that may be a URL as it can be shown: without user, password and query. */
export function withoutSecrets(url: string): string {
  return url.replace(/^([a-z][a-z\d+.-]*:(?:\/\/)?)?.*@/is, '$1…@').replace(/\?.*$/s, '?…');
}

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
