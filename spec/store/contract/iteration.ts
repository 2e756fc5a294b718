import assert from 'node:assert/strict';
import type { Selection, Store } from '../../../lib/store/store.js';
import { create, idsIn, numbers, remove, replace, type Test } from './ground.js';

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
