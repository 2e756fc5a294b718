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
/**
 * Checks that a path names a file that a database can be kept in.
 *
 * @throws {TypeError} where it names something else
 */
export function checkFilePath(path: string): void {
  if (path === '' || path.startsWith(':memory:')) {
    throw new TypeError(
      `${JSON.stringify(path)} names no file; write a path such as "users.db", or use the store "memory"`,
    );
  }
  if (path.includes('\0')) throw new TypeError('the path of a file cannot hold the character U+0000');
}
