import assert from 'node:assert/strict';
import { PositionError } from '../../../lib/store/errors.js';
import type { CollectionKey } from '../../../lib/store/store.js';
import {
  attempt,
  create,
  createAll,
  idsIn,
  names,
  notesOf,
  numbers,
  pagesOf,
  remove,
  replace,
} from './ground.js';
import type { Test } from './ground.js';

export function sortedPages(test: Test): void {
  test('sorts what is searched for', async (store) => {
    const sizes = { a: 3, b: 1, c: 2, d: 1, e: 4 };
    for (const [id, size] of Object.entries(sizes)) {
      await create(store, names, { size, color: id === 'c' ? 'blue' : 'red' }, id);
    }
    const where = { color: 'red' };
    for (const [descending, found] of [
      [false, 'bdae'],
      [true, 'eabd'],
    ] as const) {
      const order = { member: 'size', descending };
      assert.equal((await idsIn(store, names, { where, order })).join(''), found);
      assert.equal((await pagesOf(store, names, { where, order, limit: 2 })).flat().join(''), found);
      assert.equal(await store.count(names, { where, order }), 4);
      assert.equal((await idsIn(store, names, { where: { size: 1 }, order })).join(''), 'bd');
    }
  });

  for (const descending of [false, true]) {
    test(`gives each entity that stays once while others come and go, ${descending ? 'descending' : 'ascending'}`, async (store) => {
      const order = { member: 'n', descending };
      const staying = Array.from({ length: 12 }, (_, n) => `s${String(n).padStart(2, '0')}`);
      for (const [n, id] of staying.entries()) await create(store, names, { n: n % 4 }, id);
      await createAll(store, names, ['gone']);
      const given: string[] = [];
      let after: string | undefined;
      for (let round = 0; ; round += 1) {
        const page = await store.page(names, { order, limit: 2, ...(after !== undefined && { after }) });
        given.push(...page.items.map(({ id }) => id));
        if (page.next === undefined) break;
        after = page.next;
        await create(store, names, { n: round % 5 }, `a${round}`);
        await create(store, names, { n: round % 5 }, `z${round}`);
        if (round % 2 === 1) await remove(store, names, `a${round - 1}`);
      }
      assert.equal(new Set(given).size, given.length, 'none comes twice');
      assert.deepEqual(given.filter((id) => id.startsWith('s')).toSorted(), staying);
    });
  }

  test('goes on after the position of an entity that is gone', async (store) => {
    for (const [id, size] of Object.entries({ a: 1, b: 2, c: 2, d: 3 })) {
      await create(store, names, { size }, id);
    }
    const order = { member: 'size' };
    const { next } = await store.page(names, { order, limit: 2 });
    assert.ok(next !== undefined);
    await remove(store, names, 'b');
    const { items } = await store.page(names, { order, limit: 5, after: next });
    assert.deepEqual(
      items.map(({ id }) => id),
      ['c', 'd'],
    );
  });

  test('goes on after the position of an entity that has moved', async (store) => {
    for (const [id, size] of Object.entries({ a: 1, b: 2, c: 3 })) await create(store, names, { size }, id);
    const order = { member: 'size' };
    const { next } = await store.page(names, { order, limit: 2 });
    assert.ok(next !== undefined);
    await replace(store, names, 'b', { size: 0 });
    const { items } = await store.page(names, { order, limit: 5, after: next });
    assert.deepEqual(
      items.map(({ id }) => id),
      ['c'],
    );
  });

  test('gives entities by their values, though their ids go the other way', async (store) => {
    await store.write(
      Array.from({ length: 300 }, (_, n) => ({
        do: 'create',
        key: numbers,
        id: String(n),
        body: { even: n % 2 === 0 },
      })),
    );
    const found = await idsIn(store, numbers, { order: { member: 'even' } });
    const odd = Array.from({ length: 150 }, (_, n) => String(2 * n + 1));
    assert.deepEqual(found, [...odd, ...odd.map((id) => String(Number(id) - 1))]);
  });

  test('knows what is no position', async (store) => {
    await create(store, names, { size: 1, color: 'red' }, 'a');
    await create(store, names, { size: 2, color: 'red' }, 'b');
    const { next } = await store.page(names, { order: { member: 'size' }, limit: 1 });
    assert.ok(next !== undefined);
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const wrong: readonly string[] = [
      '',
      'a',
      `${next}=`,
      `${next} `,
      next.slice(1),
      next.slice(0, -1),
      'null',
      '%',
      '\0',
      ...[
        [],
        [1],
        [1, 'a', 2],
        [1, 2],
        ['1', 'a'],
        [true, 'a'],
        [[1], 'a'],
        [1, ''],
        [1, null],
        { 0: 1, 1: 'a' },
      ].map(encode),
    ];
    const rejects = async (place: CollectionKey, member: string, after: string): Promise<void> =>
      assert.rejects(
        attempt(() => store.page(place, { order: { member }, limit: 1, after })),
        PositionError,
        JSON.stringify([place.collection, member, after]),
      );
    for (const after of wrong) await rejects(names, 'size', after);
    // Of a list that is sorted by something else, or of another catalog.
    await rejects(names, 'color', next);
    await rejects(notesOf('a'), 'n', next);
    await rejects(names, 'color', encode(['x'.repeat(201), 'a']));
  });
}
