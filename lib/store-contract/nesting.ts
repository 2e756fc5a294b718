import assert from 'node:assert/strict';
import { StoreConflictError } from '../store/store-errors.js';
import type { CollectionKey } from '../store/store.js';
import {
  attempt,
  create,
  createAll,
  idsIn,
  marksOf,
  names,
  notesOf,
  refuses,
  remove,
  replace,
} from './fixtures.js';
import type { Test } from './fixtures.js';

const archive: CollectionKey = { collection: 'names/archive', parentIds: [] };

export function nesting(test: Test): void {
  test('keeps entities within each entity apart', async (store) => {
    await createAll(store, names, ['a', 'b']);
    await create(store, notesOf('a'), { of: 'a' });
    await create(store, notesOf('b'), { of: 'b' });
    assert.deepEqual((await store.get(notesOf('a'), '1'))?.body, { of: 'a' });
    assert.deepEqual((await store.get(notesOf('b'), '1'))?.body, { of: 'b' });
    assert.equal(await store.get(notesOf('c'), '1'), undefined);
    assert.equal(await store.count(names), 2);
  });

  test('creates nothing within an entity that does not exist', async (store) => {
    await refuses(store, 'missing', [{ do: 'create', key: notesOf('a'), body: {} }]);
    await createAll(store, names, ['a']);
    await refuses(store, 'missing', [{ do: 'create', key: marksOf('a', '1'), id: 'x', body: {} }]);
    await remove(store, names, 'a');
    await refuses(store, 'missing', [{ do: 'create', key: notesOf('a'), body: {} }]);
    assert.equal(await store.count(notesOf('a')), 0);
  });

  test('creates within an entity that is kept elsewhere', async (store) => {
    assert.equal((await create(store, { collection: 'elsewhere/parts', parentIds: ['x'] })).id, '1');
  });

  test('does not remove an entity while there are entities within it', async (store) => {
    await createAll(store, names, ['a', 'b']);
    await createAll(store, notesOf('a'), ['1', '2']);
    await refuses(store, 'in-use', [{ do: 'remove', key: names, id: 'a' }]);
    await remove(store, names, 'b');
    await remove(store, notesOf('a'), '1');
    await refuses(store, 'in-use', [{ do: 'remove', key: names, id: 'a' }]);
    await replace(store, names, 'a', { still: 'here' });
    await remove(store, notesOf('a'), '2');
    await remove(store, names, 'a');
    assert.deepEqual(await idsIn(store, names), []);
  });

  test('holds an entity by those further within', async (store) => {
    await createAll(store, names, ['a']);
    await createAll(store, notesOf('a'), ['1']);
    await createAll(store, marksOf('a', '1'), ['x']);
    await refuses(store, 'in-use', [{ do: 'remove', key: notesOf('a'), id: '1' }]);
    await refuses(store, 'in-use', [{ do: 'remove', key: names, id: 'a' }]);
    await remove(store, marksOf('a', '1'), 'x');
    await remove(store, notesOf('a'), '1');
    await remove(store, names, 'a');
  });

  test('does not take a catalog below a catalog for one within its entities', async (store) => {
    await createAll(store, names, ['a']);
    await createAll(store, archive, ['a']);
    await create(store, { collection: 'names/archive/pages', parentIds: ['a'] });
    await refuses(store, 'in-use', [{ do: 'remove', key: archive, id: 'a' }]);
    await remove(store, names, 'a');
    assert.deepEqual(await idsIn(store, archive), ['a']);
  });

  test('creates an entity and entities within it in one batch, and removes them so', async (store) => {
    await store.write([
      { do: 'create', key: names, id: 'a', body: {} },
      { do: 'create', key: notesOf('a'), id: '1', body: {} },
      { do: 'create', key: marksOf('a', '1'), id: 'x', body: {} },
    ]);
    await store.write([
      { do: 'remove', key: marksOf('a', '1'), id: 'x' },
      { do: 'remove', key: notesOf('a'), id: '1' },
      { do: 'remove', key: names, id: 'a' },
    ]);
    assert.equal(await store.count(names), 0);
  });

  test('takes back what a refused batch did to entities within others', async (store) => {
    await createAll(store, names, ['a', 'b']);
    await createAll(store, notesOf('a'), ['1']);
    await refuses(store, 'missing', [
      { do: 'remove', key: notesOf('a'), id: '1' },
      { do: 'create', key: notesOf('b'), body: {} },
      { do: 'remove', key: names, id: 'a' },
      { do: 'create', key: notesOf('a'), body: {} },
    ]);
    await refuses(store, 'in-use', [{ do: 'remove', key: names, id: 'a' }]);
    await remove(store, names, 'b');
    assert.deepEqual(await idsIn(store, notesOf('a')), ['1']);
  });

  test('gives an entity that comes back no state that was there before', async (store) => {
    await createAll(store, names, ['a']);
    const { version: blank } = await store.state(notesOf('a'));
    const { id } = await create(store, notesOf('a'));
    await remove(store, notesOf('a'), id);
    const { version: emptied } = await store.state(notesOf('a'));
    await remove(store, names, 'a');
    await createAll(store, names, ['a']);
    assert.notEqual((await store.state(notesOf('a'))).version, blank);
    await create(store, notesOf('a'));
    assert.ok(![blank, emptied].includes((await store.state(notesOf('a'))).version));
  });

  test('loses no entity whose parent is removed at the same time', async (store) => {
    for (let round = 0; round < 5; round += 1) {
      const name = `n${round}`;
      await createAll(store, names, [name]);
      const outcomes = await Promise.allSettled([
        attempt(() => store.write([{ do: 'create', key: notesOf(name), body: {} }])),
        attempt(() => store.write([{ do: 'remove', key: names, id: name }])),
      ]);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      assert.equal(refused.length, 1, 'one of the two is refused');
      assert.ok(refused[0]?.reason instanceof StoreConflictError);
      const kept = (await store.get(names, name)) === undefined ? 0 : 1;
      assert.equal(await store.count(notesOf(name)), kept);
    }
  });
}
