import assert from 'node:assert/strict';
import { StoreConflictError } from '../../../lib/store/store-errors.js';
import type { SqlStore } from '../../../lib/store/sql/sql-store.js';
import type { CollectionPlan, Change, CollectionKey } from '../../../lib/store/store.js';
import { plan } from '../../../lib/store-contract/fixtures.js';
import { sqlite, withDatabase, withStore } from './engines.js';

const PLANS: readonly CollectionPlan[] = [plan('numbers', 'integer')];
const numbers: CollectionKey = { collection: 'numbers', parentIds: [] };

/** Writes each of these by itself, all at the same time: SQLite gets them in one transaction. */
async function atOnce(store: SqlStore, ...writes: readonly (readonly Change[])[]): Promise<string[]> {
  const results = await Promise.allSettled(writes.map((changes) => store.write(changes)));
  return results.map((result) => {
    if (result.status === 'fulfilled') return result.value.map((entity) => entity?.id ?? 'gone').join(' ');
    return result.reason instanceof StoreConflictError ? result.reason.reason : String(result.reason);
  });
}

describe('store/sql: writes that share a commit on SQLite', () => {
  const test = (title: string, act: (store: SqlStore) => Promise<void>) =>
    it(title, () => withDatabase(sqlite, (database) => withStore(database, PLANS, act)));
  const create = (id?: string): Change => ({
    do: 'create',
    key: numbers,
    body: {},
    ...(id !== undefined && { id }),
  });
  const remove = (id: string): Change => ({ do: 'remove', key: numbers, id });
  const replace = (id: string, version?: string): Change => ({
    do: 'replace',
    key: numbers,
    id,
    body: { replaced: true },
    ...(version !== undefined && { version }),
  });

  test('count integers together, and leave none out for what is refused between them', async (store) => {
    const given = await atOnce(
      store,
      [create()],
      [create('1')],
      [create()],
      [create('x')],
      [create('7')],
      [create()],
    );
    assert.deepEqual(given, ['1', 'exists', '2', 'bad-id', '7', '8']);
    await store.write([remove('8')]);
    assert.deepEqual(await atOnce(store, [create(), create()], [create()]), ['9 10', '11']);
  });

  test('give no integer twice, whatever is changed and removed between them', async (store) => {
    await store.write([create(), create()]);
    const given = await atOnce(
      store,
      [remove('2')],
      [create()],
      [replace('1')],
      [create()],
      [remove('1')],
      [create()],
    );
    assert.deepEqual(given, ['gone', '3', '1', '4', 'gone', '5']);
    assert.deepEqual(await atOnce(store, [remove('5')], [remove('4')]), ['gone', 'gone']);
    assert.deepEqual(await atOnce(store, [create()]), ['6']);
  });

  test('are refused one by one, and nothing is kept of a batch that is refused in its middle', async (store) => {
    const [first] = await store.write([create(), create()]);
    const outcomes = await atOnce(
      store,
      [replace('1', first?.version)],
      [replace('1', first?.version)],
      [create(), remove('9')],
      [replace('2'), create('1')],
      [create()],
    );
    assert.deepEqual(outcomes, ['1', 'version', 'missing', 'exists', '3']);
    const { items } = await store.page(numbers, { limit: 10 });
    assert.deepEqual(
      items.map(({ id, body }) => [id, body]),
      [
        ['1', { replaced: true }],
        ['2', {}],
        ['3', {}],
      ],
    );
  });

  test('change the state of their place where one of them is kept, and only there', async (store) => {
    await store.write([create()]);
    const before = await store.state(numbers);
    assert.deepEqual(await atOnce(store, [create('1')], [replace('9')]), ['exists', 'missing']);
    assert.deepEqual(await store.state(numbers), before);
    await atOnce(store, [create('1')], [replace('1')]);
    assert.notEqual((await store.state(numbers)).version, before.version);
  });
});
