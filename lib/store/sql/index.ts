import type { Awaitable } from '../awaitable.js';
import type {
  Change,
  ChangeResult,
  CollectionKey,
  CollectionPlan,
  CollectionState,
  Page,
  PageRequest,
  Reader,
  Selection,
  Store,
  StoredEntity,
  Transaction,
} from '../store.js';
import { checkDatabaseUrl, type PostgresOptions } from './postgres/postgres-options.js';
import { checkFilePath, type SqliteOptions } from './sqlite/sqlite-options.js';

export type { PostgresOptions } from './postgres/postgres-options.js';
export type { SqliteOptions } from './sqlite/sqlite-options.js';

/**
 * Makes a store in a SQLite file: no write is answered before it is on the disk. Give it to `shoji()`, which opens it.
 *
 * @example
 * ```ts
 * import { sqliteStore } from 'koa-shoji/store';
 *
 * const store = sqliteStore('books.db', { busyTimeout: 5_000 });
 * await store.open([{ collection: 'books', ids: 'uuidv7', depth: 0, members: [], unique: [], references: [] }]);
 * await store.write([{ do: 'create', key: { collection: 'books', parentIds: [] }, body: { title: 'Emma' } }]);
 * await store.close();
 * ```
 *
 * @param path - the file; made where there is none, in a directory that exists
 * @throws {TypeError} where the path names no file
 */
export function sqliteStore(path: string, options: SqliteOptions = {}): Store {
  checkFilePath(path);
  const make = async () => {
    const [{ SqlStore }, { sqliteEngine }] = await Promise.all([
      import('./sql-store.js'),
      import('./sqlite/sqlite-engine.js'),
    ]);
    return new SqlStore(sqliteEngine(path, options));
  };
  return new DeferredStore(make, false);
}

/**
 * Makes a store in a PostgreSQL database, which several processes may share. Give it to `shoji()`, which opens it.
 *
 * @example
 * ```ts
 * import { postgresStore } from 'koa-shoji/store';
 *
 * const store = postgresStore('postgres://books:secret@localhost/books', {
 *   replica: 'postgres://books:secret@replica.example/books',
 *   pool: 20,
 * });
 * await store.open([{ collection: 'books', ids: 'integer', depth: 0, members: [], unique: [], references: [] }]);
 * console.log(await store.count({ collection: 'books', parentIds: [] }));
 * await store.close();
 * ```
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
      import('./postgres/postgres-engine.js'),
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

/** Reads from what is loaded when the store is opened: an API that keeps nothing there does not pay for it. */
class DeferredReader implements Reader {
  readonly #reader: () => Reader;

  constructor(reader: () => Reader) {
    this.#reader = reader;
  }

  get(key: CollectionKey, id: string): Awaitable<StoredEntity | undefined> {
    return this.#reader().get(key, id);
  }

  page(key: CollectionKey, request: PageRequest): Awaitable<Page> {
    return this.#reader().page(key, request);
  }

  iterate(key: CollectionKey, selection?: Selection): AsyncIterable<StoredEntity> {
    return this.#reader().iterate(key, selection);
  }

  ids(key: CollectionKey, selection?: Selection): AsyncIterable<readonly string[]> {
    return this.#reader().ids(key, selection);
  }

  count(key: CollectionKey, selection?: Selection): Awaitable<number> {
    return this.#reader().count(key, selection);
  }

  state(key: CollectionKey): Awaitable<CollectionState> {
    return this.#reader().state(key);
  }
}

/** Makes the store itself when it is opened, and makes it anew where that failed. */
class DeferredStore extends DeferredReader implements Store {
  readonly replica?: Reader;
  readonly #make: () => Promise<Store>;
  #made: Store | undefined;

  /** @param hasReplica - whether what `make` gives has one */
  constructor(make: () => Promise<Store>, hasReplica: boolean) {
    super(() => this.#store());
    this.#make = make;
    if (hasReplica) this.replica = new DeferredReader(() => this.#store().replica ?? this.#store());
  }

  async open(plans: readonly CollectionPlan[]): Promise<void> {
    const store = await this.#make();
    await store.open(plans);
    this.#made = store;
  }

  write(changes: readonly Change[]): Awaitable<readonly ChangeResult[]> {
    return this.#store().write(changes);
  }

  transaction<T>(run: (transaction: Transaction) => Awaitable<T>): Promise<T> {
    return this.#store().transaction(run);
  }

  settles(time: number): boolean {
    return this.#store().settles?.(time) ?? true;
  }

  check(): Awaitable<void> {
    return this.#store().check();
  }

  async close(): Promise<void> {
    await this.#made?.close();
  }

  #store(): Store {
    if (this.#made === undefined) throw new Error('the store is not open yet');
    return this.#made;
  }
}
