import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { serializeBody } from '../../../lib/store/storable-text.js';
import { stateRowValues } from '../../../lib/store/sql/queries/key-values.js';
import { Query, Slot } from '../../../lib/store/sql/queries/query.js';
import { SqlStore } from '../../../lib/store/sql/sql-store.js';
import { rowEntity } from '../../../lib/store/sql/queries/row-mapping.js';
import { newVersion } from '../../../lib/store/sql/writer/collection-state-writer.js';
import type { CollectionKey } from '../../../lib/store/store.js';
import { plan } from '../../../lib/store-contract/fixtures.js';
import { onEachEngine, sqlite, withDatabase, withStore } from './engines.js';

const goods: CollectionKey = { collection: 'goods', parentIds: [] };

describe('store/sql/query', () => {
  const compiled = { sql: 'select ?', parameters: [new Slot('a'), 1, new Slot('b')] };
  const query = (name: string): Query => new Query(name, compiled);

  it('puts values where their slots are', () => {
    assert.deepEqual(query('q').bind({ b: null, a: 'x', c: 2 }), ['x', 1, null]);
    assert.throws(() => query('q').bind({ a: 'x' }), { message: 'the statement q was given no b' });
  });

  it('keeps long names apart in the 63 characters that PostgreSQL looks at', () => {
    const [one, other] = ['1', '2'].map((end) => query('x'.repeat(80) + end).statement.name);
    assert.equal(one?.length, 63);
    assert.notEqual(one, other);
  });
});

describe('store/sql/kept-text', () => {
  it('takes any text that both databases keep', () => {
    for (const text of ['\\u0000', '\\\\ud800', 'é', '\u{1f600}', '\u0001', '\\', '"\\u0000"']) {
      assert.equal(serializeBody({ text }), JSON.stringify({ text }));
    }
  });

  it('refuses text that PostgreSQL does not keep', () => {
    for (const text of ['\0', '\\\0', 'a\ud800', '\udfff', '\\\\\ud800b']) {
      assert.throws(() => serializeBody({ text }), TypeError, JSON.stringify(text));
      assert.throws(() => serializeBody({ [text]: 1 }), TypeError, JSON.stringify(text));
    }
  });
});

describe('store/sql/stored-row', () => {
  it('parses a body for each entity alone', () => {
    const one = rowEntity('a', 'v', 0, '{"list":[1]}');
    assert.deepEqual(one.body, { list: [1] });
    assert.equal(one.body, one.body);
    assert.notEqual(rowEntity('a', 'v', 0, '{"list":[1]}').body, one.body);
  });

  it('leaves its text behind when it is copied', () => {
    const copy = { ...rowEntity('a', 'v', 5, '{"a":1}'), body: { a: 2 } };
    assert.deepEqual(copy, { id: 'a', version: 'v', updated: new Date(5), body: { a: 2 } });
    assert.equal('text' in copy, false);
  });
});

describe('store/sql/versions', () => {
  it('gives each once', () => {
    const versions = Array.from({ length: 1_000 }, newVersion);
    assert.equal(new Set(versions).size, versions.length);
    for (const version of versions) assert.match(version, /^[\w-]{16}$/);
  });
});

describe('store/sql/key-values', () => {
  it('fits into a row of an index, however long the ids are', () => {
    const within = ['中'.repeat(255), '文'.repeat(255)];
    const key = stateRowValues({ collection: 'a', parentIds: within });
    assert.equal(String(key['parentIds']).length, 43);
    assert.notDeepEqual(key, stateRowValues({ collection: 'a', parentIds: within.toReversed() }));
    assert.equal(stateRowValues({ collection: 'a', parentIds: ['x', '"'] })['parentIds'], '["x","\\""]');
  });
});

onEachEngine('store/sql/statements', (testEngine) => {
  it('gives a text as it was written, the order of its members too', () =>
    withDatabase(testEngine, (database) =>
      withStore(database, [plan('goods', 'client')], async (store) => {
        const body = { zebra: 1e300, a: [1e-7, 100000000000000000000], '': null, ab: '\u2028' };
        await store.write([{ do: 'create', key: goods, id: 'a', body }]);
        assert.equal((await store.get(goods, 'a'))?.text, JSON.stringify(body));
        const { items } = await store.page(goods, { limit: 1 });
        assert.equal(items[0]?.text, JSON.stringify(body));
      }),
    ));

  it('compares numbers to the last digit', () =>
    withDatabase(testEngine, (database) => {
      const members = [{ name: 'n', type: 'number', indexed: true } as const];
      return withStore(database, [plan('goods', 'client', { members })], async (store) => {
        // SQLite reads the first of these as the second.
        const numbers = [
          533.521096,
          533.5210960000001,
          0.1,
          0.30000000000000004,
          2 ** 60,
          1e300,
          5e-324,
          -1.5,
        ];
        await store.write(
          numbers.map((n, index) => ({ do: 'create', key: goods, id: `g${index}`, body: { n } })),
        );
        for (const [index, n] of numbers.entries()) {
          const { items } = await store.page(goods, { where: { n }, limit: 10 });
          assert.deepEqual(
            items.map(({ id }) => id),
            [`g${index}`],
          );
          assert.equal(await store.count(goods, { where: { n } }), 1);
        }
      });
    }));

  it('searches by more members than a statement looks at', () =>
    withDatabase(testEngine, (database) => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f', '"\\\u0001'];
      const members = names.map((name) => ({ name, type: 'number', indexed: true }) as const);
      return withStore(database, [plan('goods', 'client', { members })], async (store) => {
        const same = Object.fromEntries(names.map((name) => [name, 1]));
        const bodies = [same, ...names.map((name) => ({ ...same, [name]: 2 }))];
        await store.write(bodies.map((body, index) => ({ do: 'create', key: goods, id: `g${index}`, body })));
        for (const [index, where] of bodies.entries()) {
          const { items, next } = await store.page(goods, { where, limit: 1 });
          assert.deepEqual([items[0]?.id, items.length, next], [`g${index}`, 1, undefined]);
          assert.equal(await store.count(goods, { where }), 1);
        }
      });
    }));

  it('tells a place by how many entities it stands within', () =>
    withDatabase(testEngine, (database) =>
      withStore(database, [plan('goods', 'client')], async (store) => {
        await assert.rejects(async () => store.get({ collection: 'goods', parentIds: ['a'] }, 'b'), {
          name: 'RangeError',
          message: 'the catalog "goods" stands within 0 entities; found a key with the parents ["a"]',
        });
      }),
    ));

  it('forgets what is over, some at a time', () =>
    withDatabase(testEngine, async ({ engine }) => {
      let now = 1_000;
      const used = engine();
      const store = new SqlStore(used, { now: () => new Date(now) });
      try {
        await store.open([]);
        const remember = (count: number): Promise<void> =>
          store.transaction(async (transaction) => {
            for (let n = 0; n < count; n += 1)
              await transaction.putRecord(`key ${now} ${n}`, 'text', new Date(now + 10));
          });
        const kept = async (): Promise<number> => {
          const { rows } = await sql<{
            count: number;
          }>`select count(*) as count from shoji_remembered`.execute(used.kysely);
          return Number(rows[0]?.count);
        };
        await remember(300);
        assert.equal(await kept(), 300, 'nothing is over yet');
        now += 20;
        await remember(64);
        assert.equal(await kept(), 300 - 256 + 64);
        now += 5;
        await remember(64);
        assert.equal(await kept(), 128);
      } finally {
        await store.close();
      }
    }));
});

describe('store/sql on SQLite', () => {
  it('answers at once', () =>
    withDatabase(sqlite, (database) =>
      withStore(database, [plan('goods', 'client')], async (store) => {
        await store.write([{ do: 'create', key: goods, id: 'a', body: {} }]);
        assert.ok(!(store.get(goods, 'a') instanceof Promise));
        assert.equal(store.get(goods, 'b'), undefined);
        assert.ok(!(store.state(goods) instanceof Promise));
        assert.equal(store.count(goods), 1);
      }),
    ));
});
