import assert from 'node:assert/strict';
import type { JsonObject } from '../protocol/documents.js';
import type { Selection, Store } from '../store/store.js';
import { names, replace, create, idsIn, odd, oddMembers, oddPlan, refuses } from './fixtures.js';
import type { Test } from './fixtures.js';

const items: Readonly<Record<string, JsonObject>> = {
  a: { color: 'red', size: 1 },
  b: { color: 'blue', size: 1, note: null },
  c: { color: 'red', size: 2, parts: [1, 2] },
  d: { color: 'red', size: '1', at: { x: 1, y: [{ z: null }] } },
  e: { color: null, size: true, parts: [2, 1] },
  f: {},
  g: { at: { x: 1 }, 'a.b': 1, "it's": '"', '0': 'zero', flag: false, empty: {} },
};

const cases: readonly [where: JsonObject, found: string][] = [
  [{}, 'abcdefg'],
  [{ color: 'red' }, 'acd'],
  [{ color: 'red', size: 1 }, 'a'],
  [{ size: 1, color: 'red' }, 'a'],
  [{ size: 1 }, 'ab'],
  [{ size: '1' }, 'd'],
  [{ size: true }, 'e'],
  [{ size: 3 }, ''],
  [{ color: null }, 'e'],
  [{ note: null }, 'b'],
  [{ flag: false }, 'g'],
  [{ parts: [1, 2] }, 'c'],
  [{ parts: [2, 1] }, 'e'],
  [{ parts: [1] }, ''],
  [{ parts: { 0: 1, 1: 2 } }, ''],
  [{ at: { y: [{ z: null }], x: 1 } }, 'd'],
  [{ at: { x: 1 } }, 'g'],
  [{ at: { x: 1, y: [{}] } }, ''],
  [{ empty: {} }, 'g'],
  [{ empty: [] }, ''],
  [{ 'a.b': 1 }, 'g'],
  [{ "it's": '"' }, 'g'],
  [{ '0': 'zero' }, 'g'],
  [{ color: 'RED' }, ''],
  [{ color: '%' }, ''],
  [{ absent: null }, ''],
  [{ constructor: null }, ''],
  [{ toString: {} }, ''],
  [Object.fromEntries([['__proto__', {}]]), ''],
];

async function fill(store: Store): Promise<void> {
  await store.write(Object.entries(items).map(([id, body]) => ({ do: 'create', key: names, id, body })));
}

async function search(store: Store, selection: Selection): Promise<string> {
  let found = '';
  for await (const { id } of store.iterate(names, selection)) found += id;
  return found;
}

export function searches(test: Test): void {
  for (const [where, found] of cases) {
    test(`finds ${found || 'nothing'} by ${JSON.stringify(where)}`, async (store) => {
      await fill(store);
      assert.equal(await search(store, { where }), found);
      assert.equal(await store.count(names, { where }), found.length);
      const page = await store.page(names, { where, limit: 10 });
      assert.equal(page.items.map(({ id }) => id).join(''), found);
    });
  }

  test('pages through what is found', async (store) => {
    await fill(store);
    const where = { color: 'red' };
    const first = await store.page(names, { where, limit: 2 });
    assert.deepEqual(
      first.items.map(({ id }) => id),
      ['a', 'c'],
    );
    assert.equal(first.next, 'c');
    const second = await store.page(names, { where, limit: 2, after: first.next });
    assert.deepEqual(
      second.items.map(({ id }) => id),
      ['d'],
    );
    assert.equal(second.next, undefined);
  });

  test('has no next page where nothing more is found', async (store) => {
    await fill(store);
    assert.equal((await store.page(names, { where: { color: 'red' }, limit: 3 })).next, undefined);
  });

  test('finds by what a body is now', async (store) => {
    await fill(store);
    await replace(store, names, 'a', { color: 'blue' });
    assert.equal(await search(store, { where: { color: 'red' } }), 'cd');
    assert.equal(await search(store, { where: { color: 'blue' } }), 'ab');
  });

  test('counts everything where nothing is asked', async (store) => {
    await fill(store);
    assert.equal(await store.count(names), 7);
    assert.equal(await store.count(names, {}), 7);
  });
}

/** A body that has all of the members, each with a value of its own. */
function bodyOf(text: string): JsonObject {
  return Object.fromEntries(oddMembers.map((name, index) => [name, `${text}${index}`]));
}

export function oddNames(test: Test): void {
  test(
    'sorts by members of any name',
    async (store) => {
      for (const [index, name] of oddMembers.entries()) {
        await create(store, odd, { ...bodyOf(`m${index}.`), [name]: 'a' }, `first by ${index}`);
      }
      for (const [index, member] of oddMembers.entries()) {
        const [first] = await idsIn(store, odd, { order: { member } });
        assert.equal(first, `first by ${index}`, member);
      }
    },
    [oddPlan],
  );

  test(
    'searches by members of any name',
    async (store) => {
      await create(store, odd, bodyOf('x'), 'x');
      await create(store, odd, bodyOf('y'), 'y');
      for (const [index, name] of oddMembers.entries()) {
        assert.deepEqual(await idsIn(store, odd, { where: { [name]: `y${index}` } }), ['y'], name);
        assert.equal(await store.count(odd, { where: { [name]: `y${index + 1}` } }), 0, name);
      }
    },
    [oddPlan],
  );

  test(
    'keeps members of any name unique, and names them',
    async (store) => {
      await create(store, odd, bodyOf('x'), 'x');
      for (const [index, name] of oddMembers.entries()) {
        const body = { ...bodyOf('y'), [name]: `x${index}` };
        const { members } = await refuses(store, 'unique', [{ do: 'create', key: odd, id: 'y', body }]);
        assert.deepEqual(members, [name]);
      }
      await create(store, odd, bodyOf('y'), 'y');
    },
    [oddPlan],
  );
}
