import assert from 'node:assert/strict';
import type { Awaitable, CollectionKey, Store } from '../../../lib/store/store.js';
import { attempt, create, idsIn, plans, things, type Test } from './ground.js';

/** Every method that works on a place, by its name. */
function methods(store: Store, place: CollectionKey): Readonly<Record<string, () => Awaitable<unknown>>> {
  return {
    get: () => store.get(place, 'x'),
    page: () => store.page(place, { limit: 1 }),
    iterate: () => idsIn(store, place),
    ids: () => store.ids(place)[Symbol.asyncIterator]().next(),
    count: () => store.count(place),
    state: () => store.state(place),
    write: () => store.write([{ do: 'create', key: place, id: 'x', body: {} }]),
    transaction: () => store.transaction((transaction) => transaction.get(place, 'x')),
  };
}

export function lifecycle(test: Test): void {
  test('names the catalog that was not opened', async (store) => {
    for (const [name, method] of Object.entries(
      methods(store, { collection: 'unheard of', parentIds: [] }),
    )) {
      await assert.rejects(attempt(method), /unheard of/, name);
    }
  });

  test('is opened once', async (store) => {
    await assert.rejects(
      attempt(() => store.open(plans)),
      /open/,
    );
  });

  test('says that it is closed', async (store) => {
    await create(store, things);
    await store.close();
    for (const [name, method] of Object.entries(methods(store, things))) {
      await assert.rejects(attempt(method), /closed/, name);
    }
    await assert.rejects(
      attempt(() => store.write([])),
      /closed/,
    );
    await assert.rejects(
      attempt(() => store.open(plans)),
      /closed/,
    );
  });

  test('tells that it can answer, as long as it is open', async (store) => {
    assert.equal(await store.check(), undefined);
    await store.close();
    await assert.rejects(
      attempt(() => store.check()),
      /closed/,
    );
  });

  test('can be closed twice', async (store) => {
    await store.close();
    await store.close();
  });
}
