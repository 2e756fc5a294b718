import assert from 'node:assert/strict';
import { create, createAll, names, notesOf, numbers, refuses, remove, replace, things } from './fixtures.js';
import type { Test } from './fixtures.js';
import type { CollectionKey } from '../store/store.js';

/** Ids that a collection is within, which a careless key takes for each other. */
const PATHS: readonly (readonly string[])[] = [
  [''],
  ['', ''],
  ['a'],
  ['A'],
  ['b'],
  ['a', 'b'],
  ['a', ''],
  ['', 'a'],
  ['a/b'],
  ['a,b'],
  ['a","b'],
  ['a\u0001b'],
  ['["a"]'],
  ['["a","b"]'],
  ['é'],
  ['e\u0301'],
  ['__proto__'],
];

export function keys(test: Test): void {
  test('holds nothing where nothing was written', async (store) => {
    assert.equal(await store.get(things, 'x'), undefined);
    assert.deepEqual(await store.page(things, { limit: 10 }), { items: [] });
    assert.equal(await store.count(things), 0);
  });

  test('has a state where nothing was written, and keeps to it', async (store) => {
    const state = await store.state(things);
    assert.equal(state.updated, undefined);
    assert.equal(typeof state.version, 'string');
    await create(store, numbers);
    await store.get(things, 'x');
    assert.deepEqual(await store.state(things), state);
  });

  test('changes its state with every write, never back to an earlier one', async (store) => {
    const versions = [(await store.state(names)).version];
    const note = async (): Promise<void> => {
      const { version, updated } = await store.state(names);
      assert.ok(updated instanceof Date);
      versions.push(version);
    };
    for (let round = 0; round < 2; round += 1) {
      await create(store, names, {}, 'a');
      await note();
      await replace(store, names, 'a', {});
      await note();
      await remove(store, names, 'a');
      await note();
    }
    assert.equal(new Set(versions).size, versions.length);
  });

  test('tells when a collection was last written to', async (store) => {
    const { id, updated } = await create(store, things);
    assert.deepEqual((await store.state(things)).updated, updated);
    const replaced = await replace(store, things, id, {});
    assert.deepEqual((await store.state(things)).updated, replaced.updated);
  });

  test('leaves its state alone when another collection is written to', async (store) => {
    await createAll(store, names, ['a', 'b']);
    await create(store, notesOf('a'));
    const before = [await store.state(names), await store.state(notesOf('a'))];
    await create(store, notesOf('b'));
    await create(store, things);
    assert.deepEqual([await store.state(names), await store.state(notesOf('a'))], before);
  });

  test('leaves its state alone when a write is refused', async (store) => {
    await create(store, names, {}, 'a');
    const before = await store.state(names);
    await refuses(store, 'missing', [
      { do: 'replace', key: names, id: 'a', body: {} },
      { do: 'remove', key: names, id: 'b' },
    ]);
    assert.deepEqual(await store.state(names), before);
  });

  test('gives each write of an entity a version of its own', async (store) => {
    const versions: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      versions.push((await create(store, names, {}, 'a')).version);
      versions.push((await replace(store, names, 'a', {})).version);
      await remove(store, names, 'a');
    }
    assert.equal(new Set(versions).size, versions.length);
  });

  test('keeps collections apart, whatever their ids hold', async (store) => {
    for (const [n, within] of PATHS.entries()) await create(store, placeOf(within), { n });
    for (const [n, within] of PATHS.entries()) {
      const { items } = await store.page(placeOf(within), { limit: 10 });
      assert.deepEqual(
        items.map(({ id, body }) => [id, body]),
        [['1', { n }]],
        JSON.stringify(within),
      );
    }
  });
}

function placeOf(within: readonly string[]): CollectionKey {
  const catalog = within.length < 2 ? 'elsewhere/parts' : 'elsewhere/parts/bits';
  return { collection: catalog, parentIds: within };
}
