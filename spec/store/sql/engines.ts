import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../../lib/store/sql/engine.js';
import { postgresEngine } from '../../../lib/store/sql/postgres/postgres-engine.js';
import { SqlStore } from '../../../lib/store/sql/sql-store.js';
import { sqliteEngine } from '../../../lib/store/sql/sqlite/sqlite-engine.js';
import type { CollectionPlan } from '../../../lib/store/store.js';
import { needPostgres, sharedPostgres } from '../../postgres.js';

/** A database with nothing in it, for one test. */
export interface TestDatabase {
  /** One more engine on it. */
  readonly engine: () => Engine;
  /** Takes it away. All of its engines have to be closed. */
  readonly drop: () => Promise<void>;
}

/** A kind of database that the same tests run on. */
export interface TestEngine {
  readonly name: Engine['dialect']['name'];
  readonly database: () => Promise<TestDatabase>;
}

export const sqlite: TestEngine = {
  name: 'sqlite',
  async database() {
    const directory = await mkdtemp(join(tmpdir(), 'shoji-'));
    return {
      engine: () => sqliteEngine(join(directory, 'test.db')),
      drop: () => rm(directory, { recursive: true, force: true }),
    };
  },
};

const postgres: TestEngine = {
  name: 'postgres',
  async database() {
    const server = await sharedPostgres();
    const url = await server.database();
    // It goes with the server.
    return { engine: () => postgresEngine(url, { pool: 4 }), drop: () => Promise.resolve() };
  },
};

/** Runs the tests on every kind of database. */
export function onEachEngine(title: string, declare: (engine: TestEngine) => void): void {
  describe(`${title} on SQLite`, () => declare(sqlite));
  describe(`${title} on PostgreSQL`, () => {
    before(needPostgres);
    declare(postgres);
  });
}

/** Runs `use` on a database of its own. */
export async function withDatabase(
  { database }: TestEngine,
  use: (database: TestDatabase) => Promise<void>,
): Promise<void> {
  const opened = await database();
  try {
    await use(opened);
  } finally {
    await opened.drop();
  }
}

/** Runs `use` with a store that is opened with these plans, and closes it. */
export async function withStore<T>(
  { engine }: TestDatabase,
  plans: readonly CollectionPlan[],
  use: (store: SqlStore, engine: Engine) => Promise<T>,
): Promise<T> {
  const used = engine();
  const store = new SqlStore(used);
  try {
    await store.open(plans);
    return await use(store, used);
  } finally {
    await store.close();
  }
}
