import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore } from '../../lib/index.js';
import type { Store } from '../../lib/index.js';
import { postgresEngine } from '../../lib/store/sql/postgres/postgres-engine.js';
import { sqliteEngine } from '../../lib/store/sql/sqlite/sqlite-engine.js';
import { SqlStore } from '../../lib/store/sql/sql-store.js';
import { needPostgres, sharedPostgres } from '../postgres.js';

/** Makes stores of one kind, each of them empty. */
type Making = (options?: { readonly now?: () => Date }) => Promise<Store>;

/** For a `describe`, whose hooks make ready what stores of the kind need. */
const KINDS: Readonly<Record<string, () => Making>> = {
  memory: () => async (options) => new MemoryStore(options),
  SQLite: () => {
    let folder = '';
    let count = 0;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'koa-shoji-'));
    });
    after(() => rm(folder, { recursive: true, force: true }));
    return async (options) => new SqlStore(sqliteEngine(join(folder, `${++count}.db`)), options);
  },
  PostgreSQL: () => {
    before(needPostgres);
    return async (options) =>
      new SqlStore(postgresEngine(await (await sharedPostgres()).database()), options);
  },
};

/**
 * Runs the same tests on every store.
 *
 * @param tests - declares them; the function that it is given makes an empty store, at each call another one
 */
export function onEveryStore(title: string, tests: (emptyStore: Making, kind: string) => void): void {
  for (const [kind, prepare] of Object.entries(KINDS)) {
    describe(`${title} (kept in ${kind})`, () => tests(prepare(), kind));
  }
}
