import type { Store } from '../store.js';
import { checkDatabaseUrl } from './database-url.js';
import { DeferredStore } from './deferred-store.js';
import { checkFilePath } from './file-path.js';
import type { PostgresOptions, SqliteOptions } from './options.js';

export type { PostgresOptions, SqliteOptions } from './options.js';

/**
 * A store in a SQLite file: no answer to a write before it is on the disk.
 *
 * @param path - the file; made where there is none, in a directory that exists
 * @throws {TypeError} where the path names no file
 */
export function sqliteStore(path: string, options: SqliteOptions = {}): Store {
  checkFilePath(path);
  const make = async () => {
    const [{ SqlStore }, { sqliteEngine }] = await Promise.all([
      import('./sql-store.js'),
      import('./sqlite.js'),
    ]);
    return new SqlStore(sqliteEngine(path, options));
  };
  return new DeferredStore(make, false);
}

/**
 * A store in a PostgreSQL database, which several processes may share.
 *
 * @param url - `postgres://user:password@host:port/database`; parameters such as `?sslmode=verify-full` are
 *   those of the package `pg`
 * @throws {TypeError} where that, or the one of the replica, is no such URL
 * @throws {Error} where the package `pg` is not installed, which no other store needs
 */
export function postgresStore(url: string, options: PostgresOptions = {}): Store {
  checkDatabaseUrl(url);
  if (options.replica !== undefined) checkDatabaseUrl(options.replica);
  checkDriver();
  const make = async () => {
    const [{ SqlStore }, { postgresEngine }] = await Promise.all([
      import('./sql-store.js'),
      import('./postgres.js'),
    ]);
    return new SqlStore(postgresEngine(url, options));
  };
  return new DeferredStore(make, options.replica !== undefined);
}

function checkDriver(): void {
  try {
    import.meta.resolve('pg');
  } catch (cause) {
    throw new Error('a store in PostgreSQL needs the package pg; run npm install pg', { cause });
  }
}
