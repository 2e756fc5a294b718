// @slow: writes to the disk, and to a PostgreSQL of its own
import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { SqlStore } from '../../../lib/store/sql/sql-store.js';
import type { CollectionPlan, Change, MemberType, CollectionKey, Store } from '../../../lib/store/store.js';
import { plan } from '../../../lib/store-contract/fixtures.js';
import { onEachEngine, withDatabase, withStore } from './engines.js';
import type { TestDatabase } from './engines.js';

const goods: CollectionKey = { collection: 'goods', parentIds: [] };
const makers: CollectionKey = { collection: 'makers', parentIds: [] };

const bare = plan('goods', 'client');
const searched = withMember('color', 'string');

function withMember(name: string, type: MemberType): CollectionPlan {
  return plan('goods', 'client', { members: [{ name, type, indexed: true }] });
}

function creation(id: string, body: Record<string, string | number | boolean | null>, place = goods): Change {
  return { do: 'create', key: place, id, body };
}

async function found(store: Store, where: Record<string, string | number>): Promise<string[]> {
  const { items } = await store.page(goods, { where, limit: 100 });
  return items.map(({ id }) => id);
}

/** Keeps some entities under the first plans, and holds that a store does not open with the others. */
async function refusesToOpen(
  database: TestDatabase,
  [before, after]: readonly [readonly CollectionPlan[], readonly CollectionPlan[]],
  changes: readonly Change[],
  message: RegExp,
): Promise<void> {
  await withStore(database, before, (store) => Promise.resolve(store.write(changes)));
  await assert.rejects(
    withStore(database, after, () => Promise.resolve()),
    { message },
  );
  // Nothing was done by halves: what was there before is served as before.
  await withStore(database, before, async (store) => {
    for (const { key: place, id } of changes) assert.ok(await store.get(place, id ?? ''));
  });
}

onEachEngine('store/sql/migrations', (testEngine) => {
  const test = (title: string, run: (database: TestDatabase) => Promise<void>): void => {
    it(title, () => withDatabase(testEngine, run));
  };

  test('keeps what was written', async (database) => {
    const written = await withStore(database, [searched], (store) =>
      Promise.resolve(store.write([creation('a', { color: 'red' })])),
    );
    await withStore(database, [searched], async (store) => {
      const kept = await store.get(goods, 'a');
      assert.deepEqual(kept?.body, { color: 'red' });
      assert.equal(kept.version, written[0]?.version);
      assert.deepEqual(await found(store, { color: 'red' }), ['a']);
    });
  });

  test('searches by members that are declared later', async (database) => {
    await withStore(database, [bare], (store) =>
      Promise.resolve(
        store.write([
          creation('a', { color: 'red' }),
          creation('b', { color: 7 }),
          creation('c', { color: 'blue' }),
        ]),
      ),
    );
    await withStore(database, [searched], async (store) => {
      assert.deepEqual(await found(store, { color: 'red' }), ['a']);
      const { items } = await store.page(goods, { order: { member: 'color' }, limit: 3 });
      assert.deepEqual(
        items.map(({ id }) => id),
        ['b', 'c', 'a'],
      );
    });
  });

  test('takes a member for what its plan says now', async (database) => {
    await withStore(database, [searched], (store) =>
      Promise.resolve(store.write([creation('a', { color: 'red' }), creation('b', { color: 7 })])),
    );
    await withStore(database, [withMember('color', 'number')], async (store) => {
      assert.deepEqual(await found(store, { color: 7 }), ['b']);
      assert.deepEqual(await found(store, { color: 'red' }), ['a']);
    });
    await withStore(database, [searched], async (store) => {
      assert.deepEqual(await found(store, { color: 'red' }), ['a']);
    });
  });

  test('tells members apart that differ in case alone', async (database) => {
    const members = ['color', 'Color', 'COLOR'].map(
      (name) => ({ name, type: 'string', indexed: true }) as const,
    );
    await withStore(database, [plan('goods', 'client', { members })], async (store) => {
      await store.write([
        creation('a', { color: '1', Color: '2', COLOR: '3' }),
        creation('b', { Color: '1' }),
      ]);
      assert.deepEqual(await found(store, { color: '1' }), ['a']);
      assert.deepEqual(await found(store, { Color: '1' }), ['b']);
      assert.deepEqual(await found(store, { COLOR: '3' }), ['a']);
    });
  });

  test('finds a catalog as it was left, though it was not declared meanwhile', async (database) => {
    await withStore(database, [searched], (store) =>
      Promise.resolve(store.write([creation('a', { color: 'red' })])),
    );
    await withStore(database, [plan('makers', 'client')], async (store) => {
      await store.write([creation('m', {}, makers)]);
      await assert.rejects(async () => store.get(goods, 'a'), /"goods" was not opened/);
    });
    await withStore(database, [searched, plan('makers', 'client')], async (store) => {
      assert.deepEqual(await found(store, { color: 'red' }), ['a']);
      assert.ok(await store.get(makers, 'm'));
    });
  });

  test('holds values unique that are declared so later', async (database) => {
    await withStore(database, [bare], (store) =>
      Promise.resolve(
        store.write([creation('a', { sku: 1 }), creation('b', { sku: '1' }), creation('c', {})]),
      ),
    );
    await withStore(database, [plan('goods', 'client', { unique: [['sku']] })], async (store) => {
      await assert.rejects(async () => store.write([creation('d', { sku: 1 })]), {
        reason: 'unique',
        members: ['sku'],
      });
      await store.write([creation('d', { sku: 2 }), creation('e', {}), creation('f', { sku: null })]);
    });
  });

  test('does not start where values are not unique that are declared so', (database) =>
    refusesToOpen(
      database,
      [[bare], [plan('goods', 'client', { unique: [['sku']] })]],
      [creation('a', { sku: 1 }), creation('b', { sku: 1 }), creation('c', { sku: 2 })],
      /^the catalog "goods" is declared unique by "sku", and holds 2 entities that have the same there/,
    ));

  test('holds references that are declared later', async (database) => {
    const before = [bare, plan('makers', 'integer')];
    const after = [
      plan('goods', 'client', { references: [{ member: 'maker', collection: 'makers' }] }),
      plan('makers', 'integer'),
    ];
    await withStore(database, before, (store) =>
      Promise.resolve(
        store.write([
          creation('1', {}, makers),
          creation('a', { maker: '1' }),
          creation('b', { maker: 1 }),
          creation('c', { maker: null }),
        ]),
      ),
    );
    await withStore(database, after, async (store) => {
      await assert.rejects(async () => store.write([{ do: 'remove', key: makers, id: '1' }]), {
        reason: 'in-use',
      });
      await assert.rejects(async () => store.write([creation('d', { maker: 2 })]), {
        reason: 'reference',
        members: ['maker'],
      });
    });
  });

  for (const maker of ['2', '01', 'x', true, 1.5]) {
    test(`does not start where a reference leads to ${JSON.stringify(maker)}, which is not there`, (database) =>
      refusesToOpen(
        database,
        [
          [bare, plan('makers', 'integer')],
          [
            plan('goods', 'client', { references: [{ member: 'maker', collection: 'makers' }] }),
            plan('makers', 'integer'),
          ],
        ],
        [creation('1', {}, makers), creation('a', { maker }), creation('b', { maker: 1 })],
        /^the member "maker" of the catalog "goods" is declared to refer to "makers", and in 1 entities/,
      ));
  }

  test('does not take the table of other ids for that of a catalog', (database) =>
    refusesToOpen(
      database,
      [[bare], [plan('goods', 'integer')]],
      [creation('a', {})],
      /^the table of the catalog "goods", "goods", was made for ids \(text\), .* for ids \(integer\)/,
    ));

  test('lets several start at the same time', async (database) => {
    const plans = [
      searched,
      plan('makers', 'integer', { unique: [['name']] }),
      plan('makers/notes', 'client', { depth: 1, parent: 'makers' }),
    ];
    const stores = Array.from({ length: 3 }, () => new SqlStore(database.engine()));
    try {
      await Promise.all(stores.map((store) => store.open(plans)));
      await Promise.all(stores.map((store, n) => store.write([creation(`g${n}`, { color: 'red' })])));
      for (const store of stores) assert.deepEqual(await found(store, { color: 'red' }), ['g0', 'g1', 'g2']);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
    }
  });

  test('keeps catalogs apart whose names look alike', async (database) => {
    const names = [
      'a/b',
      'a_b',
      'a__b',
      'A/b',
      'a b',
      'a-b',
      `${'a'.repeat(70)}/b`,
      `${'a'.repeat(70)}/c`,
      'a.b',
    ];
    const odd = ['select', 'sqlite_master', 'pg_class', 'shoji_places', 'Größe', '"; --', '1'];
    const catalogs = [...names, ...odd];
    const plans = catalogs.map((catalog) =>
      plan(catalog, 'client', { members: [{ name: 'of', type: 'string', indexed: true }], unique: [['of']] }),
    );
    await withStore(database, plans, async (store) => {
      for (const catalog of catalogs) {
        const place = { collection: catalog, parentIds: [] };
        await store.write([creation('a', { of: catalog }, place)]);
      }
      for (const catalog of catalogs) {
        const { items } = await store.page(
          { collection: catalog, parentIds: [] },
          { where: { of: catalog }, limit: 10 },
        );
        assert.deepEqual(
          items.map(({ body }) => body),
          [{ of: catalog }],
        );
      }
    });
  });

  test('says which plans do not go together', async (database) => {
    const cases: readonly (readonly [readonly CollectionPlan[], RegExp])[] = [
      [[bare, bare], /two plans are for the catalog "goods"/],
      [
        [plan('a/b', 'client', { depth: 1, parent: 'a' })],
        /"a\/b" of the depth 1 .* give a plan of the depth 0/,
      ],
      [
        [plan('goods', 'client', { references: [{ member: 'maker', collection: 'makers' }] })],
        /the member "maker" of "goods" refers to "makers", which is no catalog that was opened/,
      ],
      [
        [plan('goods', 'client', { table: { table: 't', key: 'k', parentColumns: [], columns: {} } })],
        /the table "t" of the catalog "goods": the database has none of this name/,
      ],
    ];
    for (const [plans, message] of cases) {
      await assert.rejects(
        withStore(database, plans, () => Promise.resolve()),
        { message },
      );
    }
  });

  test('lets the database itself hold what is declared', async (database) => {
    const plans = [
      plan('makers', 'client'),
      plan('goods', 'client', {
        members: [{ name: 'color', type: 'string', indexed: true }],
        unique: [['sku']],
        references: [{ member: 'maker', collection: 'makers' }],
      }),
    ];
    await withStore(database, plans, async (store, { kysely }) => {
      await store.write([
        creation('m', {}, makers),
        creation('a', { sku: 1, maker: 'm' }),
        creation('b', {}),
      ]);
      const body = (text: string): Promise<unknown> =>
        sql`update goods set body = ${sql.lit(text)} where id = 'b'`.execute(kysely);
      await assert.rejects(body('{"sku": 1}'), /constraint/);
      await assert.rejects(body('{"maker": "x"}'), /constraint/);
      await assert.rejects(sql`delete from makers`.execute(kysely), /constraint/);
      await body('{"color": "red"}');
      const { rows } = await sql`select id from goods where color_string = 'red'`.execute(kysely);
      assert.deepEqual(rows, [{ id: 'b' }]);
    });
  });
});
