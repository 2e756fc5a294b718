import assert from 'node:assert/strict';
import { StoreConflictError } from '../store/store-errors.js';
import type { Change, Store, Awaitable, CollectionKey } from '../store/store.js';
import {
  attempt,
  create,
  createAll,
  idsIn,
  names,
  numbers,
  refuses,
  replace,
  things,
  plans,
} from './fixtures.js';
import type { Test } from './fixtures.js';

/** Everything that a write could have changed in the collections of the suite. */
async function snapshot(store: Store): Promise<unknown> {
  const found: unknown[] = [];
  for (const key of [things, numbers, names]) {
    found.push(await store.state(key), await store.count(key));
    for await (const { id, version, updated, body } of store.iterate(key))
      found.push([id, version, updated, body]);
  }
  return found;
}

export function writes(test: Test): void {
  test('does nothing for no changes', async (store) => {
    const before = await snapshot(store);
    assert.deepEqual(await store.write([]), []);
    assert.deepEqual(await snapshot(store), before);
  });

  test('answers each change in its collection', async (store) => {
    await createAll(store, names, ['a', 'b']);
    const written = await store.write([
      { do: 'remove', key: names, id: 'a' },
      { do: 'create', key: names, id: 'c', body: { n: 3 } },
      { do: 'replace', key: names, id: 'b', body: { n: 2 } },
      { do: 'create', key: numbers, body: { n: 1 } },
    ]);
    assert.deepEqual(
      written.map((entity) => entity && [entity.id, entity.body]),
      [undefined, ['c', { n: 3 }], ['b', { n: 2 }], ['1', { n: 1 }]],
    );
    assert.deepEqual(await idsIn(store, names), ['b', 'c']);
  });

  test('shows later changes of a batch what earlier ones did', async (store) => {
    const written = await store.write([
      { do: 'create', key: names, id: 'a', body: { n: 1 } },
      { do: 'replace', key: names, id: 'a', body: { n: 2 } },
      { do: 'remove', key: names, id: 'a' },
      { do: 'create', key: names, id: 'a', body: { n: 3 } },
      { do: 'create', key: names, id: 'b', body: { n: 1 } },
      { do: 'remove', key: names, id: 'b' },
    ]);
    assert.deepEqual(
      written.map((entity) => entity?.body),
      [{ n: 1 }, { n: 2 }, undefined, { n: 3 }, { n: 1 }, undefined],
    );
    const versions = written.flatMap((entity) => entity?.version ?? []);
    assert.equal(new Set(versions).size, versions.length);
    assert.equal((await store.get(names, 'a'))?.version, versions[2]);
    assert.deepEqual(await idsIn(store, names), ['a']);
  });

  test('refuses what an earlier change of the batch made impossible', async (store) => {
    await createAll(store, names, ['a']);
    const version = (await store.get(names, 'a'))?.version ?? '';
    const change = { do: 'replace', key: names, id: 'a', version, body: {} } as const;
    await refuses(store, 'version', [change, change]);
    await refuses(store, 'missing', [
      { do: 'remove', key: names, id: 'a' },
      { do: 'replace', key: names, id: 'a', body: {} },
    ]);
    await refuses(store, 'exists', [
      { do: 'create', key: names, id: 'b', body: {} },
      { do: 'create', key: names, id: 'b', body: {} },
    ]);
  });

  test('replaces and removes nothing that is missing', async (store) => {
    await refuses(store, 'missing', [{ do: 'replace', key: names, id: 'a', body: {} }]);
    await refuses(store, 'missing', [{ do: 'remove', key: names, id: 'a' }]);
    await refuses(store, 'missing', [{ do: 'replace', key: names, id: 'a', version: 'x', body: {} }]);
    await refuses(store, 'missing', [{ do: 'remove', key: numbers, id: '01' }]);
    assert.equal(await store.get(names, 'a'), undefined);
  });

  test('replaces and removes only the version that was meant', async (store) => {
    const { id, version } = await create(store, things, { n: 1 });
    const { version: current } = await replace(store, things, id, { n: 2 });
    await refuses(store, 'version', [{ do: 'replace', key: things, id, version, body: { n: 3 } }]);
    await refuses(store, 'version', [{ do: 'remove', key: things, id, version }]);
    await refuses(store, 'version', [{ do: 'remove', key: things, id, version: '' }]);
    assert.deepEqual((await store.get(things, id))?.body, { n: 2 });

    const [replaced] = await store.write([
      { do: 'replace', key: things, id, version: current, body: { n: 3 } },
    ]);
    assert.ok(replaced);
    await store.write([{ do: 'remove', key: things, id, version: replaced.version }]);
    assert.equal(await store.get(things, id), undefined);
  });

  for (const failing of [0, 1, 2, 3, 4]) {
    test(`applies nothing of a batch whose change ${failing} is refused`, async (store) => {
      await createAll(store, names, ['a', 'b']);
      await createAll(store, numbers, ['5']);
      const before = await snapshot(store);
      const changes: Change[] = [
        { do: 'replace', key: names, id: 'a', body: { n: 1 } },
        { do: 'remove', key: names, id: 'b' },
        { do: 'create', key: numbers, body: {} },
        { do: 'create', key: things, body: {} },
      ];
      changes.splice(failing, 0, { do: 'remove', key: names, id: 'missing' });
      await refuses(store, 'missing', changes, failing);
      assert.deepEqual(await snapshot(store), before);
      assert.equal((await create(store, numbers)).id, '6', 'no id was given away');
    });
  }

  test('[H50] lets one of many writers with one version through', async (store) => {
    const { id, version } = await create(store, things, { n: 0 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) =>
        attempt(() => store.write([{ do: 'replace', key: things, id, version, body: { n: n + 1 } }])),
      ),
    );
    const refused = outcomes
      .filter((outcome) => outcome.status === 'rejected')
      .map(({ reason }) => reason as unknown);
    assert.equal(refused.length, 9);
    for (const error of refused)
      assert.ok(error instanceof StoreConflictError && error.reason === 'version', String(error));
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    assert.deepEqual((await store.get(things, id))?.body, { n: winner + 1 });
  });

  test('gives writers at the same time an id each', async (store) => {
    const created = await Promise.all(
      Array.from({ length: 20 }, () => attempt(() => create(store, numbers))),
    );
    assert.deepEqual(
      created.map(({ id }) => Number(id)).toSorted((one, other) => one - other),
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
  });
}

/** Every method that works on a collection, by its name. */
function methods(store: Store, key: CollectionKey): Readonly<Record<string, () => Awaitable<unknown>>> {
  return {
    get: () => store.get(key, 'x'),
    page: () => store.page(key, { limit: 1 }),
    iterate: () => idsIn(store, key),
    ids: () => store.ids(key)[Symbol.asyncIterator]().next(),
    count: () => store.count(key),
    state: () => store.state(key),
    write: () => store.write([{ do: 'create', key, id: 'x', body: {} }]),
    transaction: () => store.transaction((transaction) => transaction.get(key, 'x')),
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
