import type {
  Store,
  CollectionPlan,
  Change,
  Page,
  PageRequest,
  CollectionKey,
  CollectionState,
  Reader,
  Selection,
  StoredEntity,
  Transaction,
  ChangeResult,
} from '../store.js';
import { checkDatabaseUrl } from './postgres/postgres-options.js';
import type { PostgresOptions } from './postgres/postgres-options.js';
import { checkFilePath } from './sqlite/sqlite-options.js';
import type { SqliteOptions } from './sqlite/sqlite-options.js';
import type { Awaitable } from '../awaitable.js';

/** What is loaded and connected only when it is opened: who keeps nothing there does not pay for it. */
class DeferredReader implements Reader {
  readonly #reader: () => Reader;

  constructor(reader: () => Reader) {
    this.#reader = reader;
  }

  get(place: CollectionKey, id: string): Awaitable<StoredEntity | undefined> {
    return this.#reader().get(place, id);
  }

  page(place: CollectionKey, request: PageRequest): Awaitable<Page> {
    return this.#reader().page(place, request);
  }

  iterate(place: CollectionKey, selection?: Selection): AsyncIterable<StoredEntity> {
    return this.#reader().iterate(place, selection);
  }

  ids(place: CollectionKey, selection?: Selection): AsyncIterable<readonly string[]> {
    return this.#reader().ids(place, selection);
  }

  count(place: CollectionKey, selection?: Selection): Awaitable<number> {
    return this.#reader().count(place, selection);
  }

  state(place: CollectionKey): Awaitable<CollectionState> {
    return this.#reader().state(place);
  }
}

/** A store that is made when it is opened, and made anew where that failed. */
export class DeferredStore extends DeferredReader implements Store {
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

export type { PostgresOptions } from './postgres/postgres-options.js';
export type { SqliteOptions } from './sqlite/sqlite-options.js';

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
      import('./sqlite/sqlite-engine.js'),
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
 */
export function postgresStore(url: string, options: PostgresOptions = {}): Store {
  checkDatabaseUrl(url);
  if (options.replica !== undefined) checkDatabaseUrl(options.replica);
  const make = async () => {
    const [{ SqlStore }, { postgresEngine }] = await Promise.all([
      import('./sql-store.js'),
      import('./postgres/postgres-engine.js'),
    ]);
    return new SqlStore(postgresEngine(url, options));
  };
  return new DeferredStore(make, options.replica !== undefined);
}
