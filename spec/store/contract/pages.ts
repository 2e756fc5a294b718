import assert from 'node:assert/strict';
import { PositionError } from '../../../lib/store/errors.js';
import type { CollectionKey } from '../../../lib/store/store.js';
import { attempt, createAll, idsIn, names, notesOf, numbers, pagesOf, remove, things } from './ground.js';
import type { Test } from './ground.js';

export function pages(test: Test): void {
  test('orders integers as numbers', async (store) => {
    await createAll(store, numbers, ['10', '9', '100', '0', '2', '9007199254740991', '4294967296']);
    assert.deepEqual(await idsIn(store, numbers), [
      '0',
      '2',
      '9',
      '10',
      '100',
      '4294967296',
      '9007199254740991',
    ]);
  });

  test('orders ids that clients chose by code point', async (store) => {
    const odd = ['\u{1f600}', '\u{1f600}a', '\u{1f601}', '\u{10ffff}', '\ue000', '\ufffd', '\ud7ff'];
    await createAll(store, names, [
      'b',
      'a',
      'B',
      'é',
      'aa',
      '10',
      '9',
      'z',
      '中',
      'ä',
      ' ',
      '_',
      '-',
      ...odd,
    ]);
    assert.deepEqual(await idsIn(store, names), [
      ' ',
      '-',
      '10',
      '9',
      'B',
      '_',
      'a',
      'aa',
      'b',
      'z',
      'ä',
      'é',
      '中',
      '\ud7ff',
      '\ue000',
      '\ufffd',
      '\u{1f600}',
      '\u{1f600}a',
      '\u{1f601}',
      '\u{10ffff}',
    ]);
  });

  test('orders UUIDs as text', async (store) => {
    const given = [
      'ffffffff-ffff-4fff-8fff-ffffffffffff',
      '0a000000-0000-4000-8000-000000000000',
      '09000000-0000-4000-8000-000000000000',
    ];
    await createAll(store, things, given);
    assert.deepEqual(await idsIn(store, things), given.toSorted());
  });

  for (const limit of [1, 2, 3, 6, 7, 8, 1_000_000]) {
    test(`gives 7 entities by pages of ${limit}`, async (store) => {
      await createAll(store, numbers, ['2', '4', '6', '8', '10', '12', '14']);
      const found = await pagesOf(store, numbers, { limit });
      assert.deepEqual(found.flat(), ['2', '4', '6', '8', '10', '12', '14']);
      assert.equal(found.length, Math.ceil(7 / limit), 'no page is short or empty but the last');
    });
  }

  test('begins after an id that does not exist', async (store) => {
    await createAll(store, numbers, ['2', '9', '10']);
    await createAll(store, names, ['b', 'd']);
    const after = async (place: CollectionKey, id: string): Promise<string[]> =>
      (await store.page(place, { limit: 10, after: id })).items.map((entity) => entity.id);
    assert.deepEqual(await after(numbers, '0'), ['2', '9', '10']);
    assert.deepEqual(await after(numbers, '8'), ['9', '10']);
    assert.deepEqual(await after(numbers, '9'), ['10']);
    assert.deepEqual(await after(numbers, '11'), []);
    assert.deepEqual(await after(names, 'a'), ['b', 'd']);
    assert.deepEqual(await after(names, 'bb'), ['d']);
    assert.deepEqual(await after(names, 'd'), []);
  });

  test('goes on after the id of an entity that is gone', async (store) => {
    await createAll(store, numbers, ['1', '2', '3', '4']);
    const { next } = await store.page(numbers, { limit: 2 });
    assert.equal(next, '2');
    await remove(store, numbers, '2');
    assert.deepEqual(
      (await store.page(numbers, { limit: 2, after: next })).items.map(({ id }) => id),
      ['3', '4'],
    );
  });

  test('gives whole entities', async (store) => {
    await createAll(store, names, ['a']);
    const { items } = await store.page(names, { limit: 1 });
    const kept = await store.get(names, 'a');
    assert.equal(items.length, 1);
    assert.equal(items[0]?.version, kept?.version);
    assert.deepEqual(items[0]?.body, { id: 'a' });
    assert.deepEqual(JSON.parse(items[0].text), { id: 'a' });
  });

  for (const limit of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`has no page of ${limit} entities`, async (store) => {
      await assert.rejects(
        attempt(() => store.page(things, { limit })),
        RangeError,
      );
    });
  }

  test('begins after nothing that is no id of the catalog', async (store) => {
    await createAll(store, numbers, ['1']);
    const wrong: readonly (readonly [CollectionKey, string])[] = [
      [numbers, ''],
      [numbers, 'x'],
      [numbers, '01'],
      [numbers, '9007199254740992'],
      [things, 'x'],
      [names, ''],
      [names, 'a\0'],
      [names, 'x'.repeat(256)],
      [notesOf('nobody'), 'x'],
    ];
    for (const [place, after] of wrong) {
      await assert.rejects(
        attempt(() => store.page(place, { limit: 1, after })),
        PositionError,
        JSON.stringify([place.collection, after]),
      );
    }
  });
}
