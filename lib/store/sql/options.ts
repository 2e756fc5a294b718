/** Options of a store in a SQLite file. Times are in milliseconds. */
export interface SqliteOptions {
  /**
   * How long a write waits for its turn, and for the lock that another process may hold on the database,
   * before it is rejected as `busy`. Default 2,000.
   */
  readonly busyTimeout?: number | undefined;
  /** How long a transaction may take before it is rolled back. Default 30,000. */
  readonly transactionTimeout?: number | undefined;
}

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
  /** How long a statement waits for what others have locked. Default 5,000. */
  readonly lockTimeout?: number | undefined;
  /** How long a transaction may take before it is rolled back. Default 30,000. */
  readonly transactionTimeout?: number | undefined;
}
