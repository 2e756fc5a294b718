import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresStore, sqliteStore } from '../../lib/store/index.js';
import { MemoryStore } from '../../lib/store/memory/memory-store.js';
import { isStoreName, storeFromName } from '../../lib/store/store-names.js';
import type { CollectionPlan, Store } from '../../lib/store/store.js';
import { StoreUnavailableError } from '../../lib/store/store-errors.js';
import { needPostgres, sharedPostgres } from '../postgres.js';

const PLANS: CollectionPlan[] = [
  { collection: 'users', ids: 'integer', depth: 0, members: [], unique: [], references: [] },
];
const USERS = { collection: 'users', parentIds: [] };

/** Writes one user, and finds it again. */
async function use(store: Store): Promise<void> {
  await store.open(PLANS);
  const [written] = await store.write([{ do: 'create', key: USERS, body: { name: 'Katsuhiro' } }]);
  const reader = store.replica ?? store;
  assert.equal((await reader.get(USERS, written!.id))?.text, written!.text);
  assert.equal(await reader.count(USERS), 1);
  assert.equal((await reader.page(USERS, { limit: 10 })).items.length, 1);
  assert.notEqual((await reader.state(USERS)).version, undefined);
  for await (const ids of reader.ids(USERS)) assert.deepEqual(ids, [written!.id]);
  for await (const { id } of reader.iterate(USERS)) assert.equal(id, written!.id);
  await store.transaction((transaction) =>
    transaction.write([{ do: 'remove', key: USERS, id: written!.id }]),
  );
  assert.equal(await reader.count(USERS), 0);
  await store.check();
  await store.close();
}

describe('store/store-names', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shoji-'));
  });

  afterEach(() => rm(directory, { recursive: true }));

  it('knows the store in memory', () => {
    assert.ok(storeFromName('memory') instanceof MemoryStore);
  });

  for (const [written, file] of [
    ['users.db', 'users.db'],
    ['my users.sqlite', 'my users.sqlite'],
    ['USERS.SQLITE3', 'USERS.SQLITE3'],
    ['sqlite:users', 'users'],
    ['sqlite:users.db', 'users.db'],
  ] as const) {
    it(`takes ${written} for a file of SQLite, relative or absolute`, async () => {
      const scheme = written.startsWith('sqlite:') ? 'sqlite:' : '';
      const absolute = scheme + join(directory, file);
      await use(storeFromName(absolute));
      assert.ok((await stat(join(directory, file))).isFile());
      assert.ok(isStoreName(written) && isStoreName(`${scheme}./data/${file}`));
    });
  }

  it('takes the URL of a file without a host', async () => {
    await use(storeFromName(`sqlite://${join(directory, 'users.db')}`));
    assert.ok((await stat(join(directory, 'users.db'))).isFile());
  });

  it('takes a URL for a database of PostgreSQL', async function () {
    needPostgres.call(this);
    const server = await sharedPostgres();
    const url = await server.database();
    await use(storeFromName(url));
    await use(storeFromName((await server.database()).replace(/^postgres:/, 'postgresql:')));
    await use(postgresStore(url, { replica: url, pool: 2 }));
  });

  for (const wrong of [
    'memroy',
    '',
    'users',
    'sqlite:',
    'sqlite://users.db',
    'mysql://host/users.db',
    'https://example.org/users.db',
    'Memory',
    ':memory:',
  ]) {
    it(`says of ${JSON.stringify(wrong)} what was found and what can be written`, () => {
      assert.equal(isStoreName(wrong), false);
      assert.throws(() => storeFromName(wrong), {
        name: 'TypeError',
        message: /^".*" names no store; write "memory", a SQLite file .* or the URL of a PostgreSQL database/,
      });
    });
  }

  for (const url of [
    'mysql://root:secret@host/users',
    'postgres://root:secret@host:none/users',
    'postgres://root:sec@secret@host:99999/users',
    'postgre://root:secret@host/users?password=secret',
    'root:secret@host',
  ]) {
    it(`shows no password of ${url}`, () => {
      assert.throws(
        () => storeFromName(url),
        (error) =>
          error instanceof TypeError && !error.message.includes('secret') && /host/.test(error.message),
      );
    });
  }

  it('checks the path and the URLs before anything is opened', () => {
    assert.throws(() => sqliteStore(':memory:'), /use the store "memory"/);
    assert.throws(() => postgresStore('postgres.example.org'), TypeError);
    assert.throws(() => postgresStore('postgres://host/x', { replica: 'host' }), TypeError);
  });

  it('can be opened again where that failed', async () => {
    const folder = join(directory, 'data');
    const store = sqliteStore(join(folder, 'users.db'));
    assert.throws(() => store.get(USERS, '1'), /not open/);
    await assert.rejects(async () => store.open(PLANS), StoreUnavailableError);
    await mkdir(folder);
    await use(store);
  });

  it('loads no database before it is opened', () => {
    const program = `
      import { createRequire } from 'node:module';
      const { storeFromName } = await import(${JSON.stringify(new URL('../../lib/store/store-names.js', import.meta.url).href)});
      storeFromName('memory'); storeFromName('users.db'); storeFromName('postgres://localhost/users');
      const loaded = Object.keys(createRequire(import.meta.url).cache);
      console.log(loaded.filter((path) => /node_modules.(?:libsql|pg)\\b/.test(path)).length);`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    assert.equal(stdout.trim(), '0');
  });
});
