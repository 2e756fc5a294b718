import assert from 'node:assert/strict';
import { PositionError } from '../store/store-errors.js';
import type { CollectionKey, Selection, Store } from '../store/store.js';
import {
  attempt,
  createAll,
  idsIn,
  names,
  notesOf,
  numbers,
  pagesOf,
  remove,
  things,
  create,
  replace,
} from './fixtures.js';
import type { Test } from './fixtures.js';

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
    const after = async (key: CollectionKey, id: string): Promise<string[]> =>
      (await store.page(key, { limit: 10, after: id })).items.map((entity) => entity.id);
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
    for (const [key, after] of wrong) {
      await assert.rejects(
        attempt(() => store.page(key, { limit: 1, after })),
        PositionError,
        JSON.stringify([key.collection, after]),
      );
    }
  });
}

/** More than any store is likely to look up at a time. */
const MANY = Array.from({ length: 1_050 }, (_, n) => String(2 * n + 2));

async function fill(store: Store): Promise<void> {
  await store.write(
    MANY.map((id) => ({ do: 'create', key: numbers, id, body: { even: Number(id) % 4 === 0 } })),
  );
}

export function iteration(test: Test): void {
  test('gives every entity in order', async (store) => {
    await fill(store);
    assert.deepEqual(await idsIn(store, numbers), MANY);
  });

  test('gives every entity that is searched for', async (store) => {
    await fill(store);
    const found: string[] = [];
    for await (const { id } of store.iterate(numbers, { where: { even: true } })) found.push(id);
    assert.deepEqual(
      found,
      MANY.filter((id) => Number(id) % 4 === 0),
    );
  });

  test('can be left early, and begun again', async (store) => {
    await fill(store);
    for (let round = 0; round < 3; round += 1) {
      for await (const { id } of store.iterate(numbers)) {
        assert.equal(id, '2');
        break;
      }
    }
    await create(store, numbers);
    assert.equal(await store.count(numbers), MANY.length + 1);
  });

  test('gives no entity twice, and misses none that stays, while writes go on', async (store) => {
    await fill(store);
    const given: string[] = [];
    for await (const { id } of store.iterate(numbers)) {
      given.push(id);
      const n = Number(id);
      if (n % 100 !== 0) continue;
      await remove(store, numbers, id);
      await replace(store, numbers, String(n - 2), { changed: true });
      await create(store, numbers, {}, String(n - 1));
      if (n + 301 < 2_000) await create(store, numbers, {}, String(n + 301));
    }
    assert.equal(new Set(given).size, given.length);
    assert.deepEqual(
      given,
      given.toSorted((one, other) => Number(one) - Number(other)),
    );
    assert.deepEqual(
      MANY.filter((id) => !given.includes(id)),
      [],
    );
  });

  test('leaves out what is created past the end meanwhile, so that it ends', async (store) => {
    await fill(store);
    const given: string[] = [];
    for await (const { id } of store.iterate(numbers)) {
      given.push(id);
      if (Number(id) % 500 === 0) await create(store, numbers);
    }
    assert.deepEqual(given, MANY);
    assert.equal(await store.count(numbers), MANY.length + 4);
  });

  for (const [title, selection] of Object.entries<Selection>({
    'all entities': {},
    'those that are searched for': { where: { even: true } },
    'a sorted list': { order: { member: 'even', descending: true } },
  })) {
    test(`gives the ids of ${title} in portions`, async (store) => {
      await fill(store);
      const given: string[] = [];
      for await (const portion of store.ids(numbers, selection)) {
        assert.ok(portion.length > 0, 'no portion is empty');
        given.push(...portion);
      }
      assert.deepEqual(given, await idsIn(store, numbers, selection));
      assert.equal(given.length, await store.count(numbers, selection));
    });
  }

  test('gives no ids where there are none', async (store) => {
    for await (const portion of store.ids(numbers)) assert.fail(String(portion));
    for await (const { id } of store.iterate(numbers, { order: { member: 'even' } })) assert.fail(id);
  });
}
