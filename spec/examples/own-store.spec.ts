import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectionPlan, Store } from 'koa-shoji/store';
import { storeContract } from 'koa-shoji/store-contract';
import { JournalStore } from '../../examples/own-store/journal-store.js';

const BOOKS = { collection: 'books', parentIds: [] };
const PLANS: readonly CollectionPlan[] = [
  { collection: 'books', ids: 'integer', depth: 0, members: [], unique: [], references: [] },
];
const folders = new WeakMap<Store, string>();

async function openNew(plans: readonly CollectionPlan[]): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'shoji-'));
  const store = new JournalStore(join(folder, 'journal.jsonl'));
  folders.set(store, folder);
  await store.open(plans);
  return store;
}

storeContract({
  name: 'the example of a store of your own',
  open: openNew,
  async close(store) {
    await store.close();
    await rm(folders.get(store) ?? '', { recursive: true, force: true });
  },
});

describe('the example of a store of your own', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shoji-'));
    path = join(folder, 'journal.jsonl');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function use<T>(act: (store: JournalStore) => Promise<T>): Promise<T> {
    const store = new JournalStore(path);
    await store.open(PLANS);
    try {
      return await act(store);
    } finally {
      await store.close();
    }
  }

  it('has everything when it is opened again: entities, dates, ids and records', async () => {
    const before = await use(async (store) => {
      await store.write([{ do: 'create', key: BOOKS, body: { title: 'Emma' } }]);
      await store.write([{ do: 'create', key: BOOKS, body: { title: 'Persuasion' } }]);
      await store.write([{ do: 'remove', key: BOOKS, id: '2' }]);
      await store.transaction((transaction) =>
        transaction.putRecord('key', 'text', new Date(Date.now() + 60_000)),
      );
      return store.get(BOOKS, '1');
    });
    await use(async (store) => {
      const after = store.get(BOOKS, '1');
      assert.deepEqual(after?.body, before?.body);
      assert.deepEqual(after?.updated, before?.updated);
      assert.equal(await store.transaction((transaction) => transaction.getRecord('key')), 'text');
      const [created] = await store.write([{ do: 'create', key: BOOKS, body: {} }]);
      assert.equal(created?.id, '3');
    });
  });

  it('leaves out a line that was cut off', async () => {
    await use((store) => store.write([{ do: 'create', key: BOOKS, body: { title: 'Emma' } }]));
    const whole = await readFile(path, 'utf8');
    await appendFile(path, '{"time":1,"bat');
    await use(async (store) => assert.equal(store.count(BOOKS), 1));
    assert.equal(await readFile(path, 'utf8'), whole);
  });
});
