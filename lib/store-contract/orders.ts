import assert from 'node:assert/strict';
import type { JsonObject } from '../protocol/documents.js';
import type { Order, Store, CollectionKey } from '../store/store.js';
import {
  create,
  createAll,
  idsIn,
  names,
  notesOf,
  pagesOf,
  remove,
  replace,
  attempt,
  numbers,
} from './fixtures.js';
import type { Test } from './fixtures.js';
import { PositionError } from '../store/store-errors.js';

/** 200 characters, as many as are compared: those beyond U+FFFF count one each. */
const LONG = 'x'.repeat(199) + 'y';
const LONG_ASTRAL = '\u{1f600}'.repeat(200);

/** What a member holds, by ids; and the ids as the member sorts them. */
interface Case {
  readonly member: string;
  readonly values: JsonObject;
  readonly ascending: string;
  readonly descending: string;
}

const cases: Readonly<Record<string, Case>> = {
  numbers: {
    member: 'size',
    values: { a: 1, b: -2.5, c: 10, g: 0, h: 1, i: 9007199254740991, j: 0.1, k: 1e21, l: -1e-7, m: 9 },
    ascending: 'blgjahmcik',
    descending: 'kicmahjglb',
  },
  strings: {
    member: 'color',
    values: {
      a: 'b',
      b: 'a',
      c: 'B',
      d: '',
      e: 'é',
      f: 'z',
      g: 'a',
      h: 'aa',
      i: '10',
      j: '9',
      k: ' ',
      l: '"',
    },
    ascending: 'dklijcbghafe',
    descending: 'efahbgcjilkd',
  },
  'characters beyond U+FFFF': {
    member: 'color',
    values: {
      a: '\u{10ffff}',
      b: '\u{1f600}',
      c: '\ue000',
      d: '\ufffd',
      e: '\ud7ff',
      f: '\u{1f600}a',
      g: '中',
    },
    ascending: 'gecdbfa',
    descending: 'afbdceg',
  },
  'long strings': {
    member: 'color',
    values: {
      c: `${LONG}a`,
      b: `${LONG}b`,
      a: `${LONG}${'c'.repeat(5_000)}`,
      e: LONG.slice(0, -1),
      d: LONG,
      f: 'y',
    },
    ascending: 'eabcdf',
    descending: 'fabcde',
  },
  'long strings beyond U+FFFF': {
    member: 'color',
    values: {
      c: LONG_ASTRAL,
      b: `${LONG_ASTRAL}a`,
      a: `${LONG_ASTRAL}b`,
      d: LONG_ASTRAL.slice(2),
      e: `${LONG_ASTRAL.slice(2)}z`,
    },
    ascending: 'deabc',
    descending: 'abced',
  },
  booleans: {
    member: 'flag',
    values: { a: true, b: false, c: true, d: false },
    ascending: 'bdac',
    descending: 'acbd',
  },
  'numbers, with others and without': {
    member: 'size',
    values: { c: 0, e: '1', a: null, b: true, d: [1], f: -1, g: {} },
    ascending: 'abdegzfc',
    descending: 'cfabdegz',
  },
  'strings, with others and without': {
    member: 'color',
    values: { c: '', e: 1, a: null, b: true, d: ['x'], f: 'x' },
    ascending: 'abdezcf',
    descending: 'fcabdez',
  },
  'booleans, with others and without': {
    member: 'flag',
    values: { c: true, e: 1, a: null, b: 'true', d: false, f: 0 },
    ascending: 'abefzdc',
    descending: 'cdabefz',
  },
};

async function fill(store: Store, { member, values, ascending }: Case): Promise<void> {
  const bodies = Object.entries(values).map(([id, value]) => ({ id, body: { [member]: value } }));
  // An entity that lacks the member.
  if (ascending.includes('z')) bodies.push({ id: 'z', body: {} });
  await store.write(bodies.map(({ id, body }) => ({ do: 'create', key: names, id, body })));
}

export function orders(test: Test): void {
  for (const [title, sorted] of Object.entries(cases)) {
    for (const direction of ['ascending', 'descending'] as const) {
      test(`sorts ${title}, ${direction}`, async (store) => {
        await fill(store, sorted);
        const order: Order = { member: sorted.member, descending: direction === 'descending' };
        assert.equal((await idsIn(store, names, { order })).join(''), sorted[direction]);
        for (const limit of [1, 2, 3, 100]) {
          const found = await pagesOf(store, names, { order, limit });
          assert.equal(found.flat().join(''), sorted[direction], `pages of ${limit}`);
          assert.equal(found.length, Math.ceil(sorted[direction].length / limit));
        }
      });
    }
  }

  test('sorts entities with the same value by their ids, integers as numbers', async (store) => {
    await createAll(store, names, ['a', 'b']);
    const key = notesOf('a');
    for (const id of ['10', '9', '100', '1']) await create(store, key, { n: 5 }, id);
    await create(store, key, { n: 4 }, '50');
    await create(store, notesOf('b'), { n: 5 }, '7');
    const ids = (descending: boolean): Promise<string[]> =>
      idsIn(store, key, { order: { member: 'n', descending } });
    assert.deepEqual(await ids(false), ['50', '1', '9', '10', '100']);
    assert.deepEqual(await ids(true), ['1', '9', '10', '100', '50']);
  });

  test('sorts by what a body is now', async (store) => {
    await create(store, names, { size: 1 }, 'a');
    await create(store, names, { size: 2 }, 'b');
    const order = { member: 'size' };
    assert.deepEqual(await idsIn(store, names, { order }), ['a', 'b']);
    await replace(store, names, 'a', { size: 3 });
    assert.deepEqual(await idsIn(store, names, { order }), ['b', 'a']);
    await replace(store, names, 'a', {});
    assert.deepEqual(await idsIn(store, names, { order }), ['a', 'b']);
    await remove(store, names, 'a');
    assert.deepEqual(await idsIn(store, names, { order }), ['b']);
  });
}

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
    test(`gives each entity that stays once while other entities come and go, ${descending ? 'descending' : 'ascending'}`, async (store) => {
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
    const rejects = async (key: CollectionKey, member: string, after: string): Promise<void> =>
      assert.rejects(
        attempt(() => store.page(key, { order: { member }, limit: 1, after })),
        PositionError,
        JSON.stringify([key.collection, member, after]),
      );
    for (const after of wrong) await rejects(names, 'size', after);
    // Of a list that is sorted by something else, or of another catalog.
    await rejects(names, 'color', next);
    await rejects(notesOf('a'), 'n', next);
    await rejects(names, 'color', encode(['x'.repeat(201), 'a']));
  });
}
