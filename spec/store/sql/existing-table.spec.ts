import assert from 'node:assert/strict';
import type { JsonObject } from '../../../lib/protocol/documents.js';
import type { Selection } from '../../../lib/store/store.js';
import {
  create,
  idsIn,
  numbers,
  pagesOf,
  plan,
  refuses,
  remove,
  replace,
} from '../../../lib/store-contract/fixtures.js';
import { onEachEngine, withStore } from './engines.js';
import { STAFF, staff, staffPlan, withTables } from './existing-tables.js';

const ann: JsonObject = {
  name: 'Ann',
  badge: 'a',
  salary: 1200.5,
  active: true,
  tags: ['x', { y: 1 }],
  rank: 1,
};

onEachEngine('store/sql: a table of others', (engine) => {
  const run = (use: Parameters<typeof withTables>[3]) => () =>
    withTables(engine, [STAFF[engine.name]], [staffPlan, plan('numbers', 'integer')], use);

  it(
    'holds entities as they are: what is written is what the columns say',
    run(async (store, program) => {
      const made = await create(store, staff, ann);
      assert.equal(made.id, '1');
      assert.deepEqual(made.body, { ...ann, doubled: 2401 });
      assert.equal(made.text, JSON.stringify(made.body));
      assert.equal(made.updated, undefined);
      assert.deepEqual(await store.get(staff, '1'), made);
      assert.deepEqual(await store.state(staff), {});
      const [row] = await program('SELECT "full name", secret FROM hr_staff WHERE staff_no = 1');
      assert.deepEqual({ ...row }, { 'full name': 'Ann', secret: 'hidden' });
    }),
  );

  it(
    'gives new rows the defaults of the table, where a body lacks the member',
    run(async (store) => {
      const { body } = await create(store, staff, { name: 'Bo', rank: 0.5 });
      // What a body always has is null where the column is NULL; what it can lack is absent.
      assert.deepEqual(body, { name: 'Bo', active: true, rank: 0.5 });
      const { body: nulls } = await create(store, staff, {
        name: 'Bo',
        badge: null,
        active: false,
        rank: null,
      });
      assert.deepEqual(nulls, { name: 'Bo', active: false, rank: null });
    }),
  );

  it(
    'writes only what a change changes, and reads back what became of it',
    run(async (store, program) => {
      await program(
        `INSERT INTO hr_staff (staff_no, "full name", salary, secret) VALUES (7, 'Cy', 1234567890123456.8901, 's')`,
      );
      const found = await store.get(staff, '7');
      assert.ok(found);
      const written = await replace(store, staff, '7', { ...found.body, name: 'Cyd' });
      assert.deepEqual(written.body, { ...found.body, name: 'Cyd' });
      assert.notEqual(written.version, found.version);
      assert.deepEqual(await store.get(staff, '7'), written);
      const kept = await program('SELECT cast(salary AS text) AS salary, secret FROM hr_staff');
      assert.deepEqual(
        kept.map((row) => ({ ...row })),
        [
          {
            salary: engine.name === 'postgres' ? '1234567890123456.8901' : '1234567890123457',
            secret: 's',
          },
        ],
      );
      const { members } = await refuses(store, 'refused', [
        { do: 'replace', key: staff, id: '7', body: { name: 'Cyd', rank: 2 } },
      ]);
      assert.deepEqual(members, ['active'], 'NULL is no value of it');
      const rest = await replace(store, staff, '7', { name: 'Cyd', rank: 2, active: false });
      assert.deepEqual(rest.body, { name: 'Cyd', active: false, rank: 2 });
      await remove(store, staff, '7');
      assert.equal(await store.get(staff, '7'), undefined);
      await refuses(store, 'missing', [{ do: 'remove', key: staff, id: '7' }]);
    }),
  );

  it(
    'has versions that other programs change, and that are the same in every process',
    run(async (store, program, database) => {
      const made = await create(store, staff, ann);
      await withStore(database, [staffPlan, plan('numbers', 'integer')], async (other) => {
        assert.equal((await other.get(staff, '1'))?.version, made.version);
      });
      await program(`UPDATE hr_staff SET secret = 'other' WHERE staff_no = 1`);
      assert.equal((await store.get(staff, '1'))?.version, made.version, 'a column that is not served');
      await program(`UPDATE hr_staff SET "full name" = 'Anna' WHERE staff_no = 1`);
      const changed = await store.get(staff, '1');
      assert.notEqual(changed?.version, made.version);
      const { version } = made;
      await refuses(store, 'version', [{ do: 'replace', key: staff, id: '1', body: ann, version }]);
      await refuses(store, 'version', [{ do: 'remove', key: staff, id: '1', version }]);
      assert.equal((await store.get(staff, '1'))?.body['name'], 'Anna');
      const current = changed?.version ?? '';
      await store.write([{ do: 'replace', key: staff, id: '1', body: ann, version: current }]);
      // The row is what it was.
      assert.equal((await store.get(staff, '1'))?.version, version);
    }),
  );

  it(
    'lets one of many that read the same version win',
    run(async (store) => {
      const { version } = await create(store, staff, ann);
      const attempts = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) =>
          store.write([{ do: 'replace', key: staff, id: '1', body: { ...ann, name: `n${n}` }, version }]),
        ),
      );
      assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const attempt of attempts) {
        if (attempt.status === 'rejected') assert.equal(attempt.reason.reason, 'version');
      }
    }),
  );

  it(
    'applies a batch whole or not at all, also with tables of its own',
    run(async (store, program) => {
      await store.write([
        { do: 'create', key: staff, body: { ...ann, badge: 'x' } },
        { do: 'create', key: numbers, body: { n: 1 } },
      ]);
      const before = (await store.state(numbers)).version;
      await refuses(store, 'unique', [
        { do: 'create', key: numbers, body: { n: 2 } },
        { do: 'replace', key: staff, id: '1', body: { ...ann, badge: 'z' } },
        { do: 'create', key: staff, body: { ...ann, badge: 'z' } },
      ]);
      assert.equal((await store.get(staff, '1'))?.body['badge'], 'x');
      assert.equal((await store.state(numbers)).version, before);
      assert.equal(await store.count(staff), 1);
      await assert.rejects(
        store.transaction(async (transaction) => {
          await transaction.write([{ do: 'create', key: staff, body: { ...ann, badge: 't' } }]);
          assert.equal(await transaction.count(staff), 2);
          throw new Error('no');
        }),
        /no/,
      );
      assert.deepEqual(
        await program('SELECT count(*) AS n FROM hr_staff').then(([row]) => Number(row?.['n'])),
        1,
      );
    }),
  );

  it(
    'says what the table does not take',
    run(async (store) => {
      await create(store, staff, ann);
      const body = { name: 'Bo', rank: 1 };
      const refused = async (reason: Parameters<typeof refuses>[1], more: JsonObject) =>
        (await refuses(store, reason, [{ do: 'create', key: staff, body: { ...body, ...more } }])).members;
      assert.deepEqual(await refused('unique', { badge: 'a' }), ['badge']);
      assert.deepEqual(await refused('refused', { salary: -1 }), []);
      assert.deepEqual(await refused('refused', { name: null }), ['name']);
      if (engine.name === 'postgres') {
        assert.deepEqual(await refused('refused', { name: 'x'.repeat(41) }), []);
        assert.deepEqual(await refused('refused', { salary: 1e30 }), []);
      }
      await refuses(store, 'exists', [{ do: 'create', key: staff, id: '1', body }]);
      await refuses(store, 'bad-id', [{ do: 'create', key: staff, id: 'x', body }]);
      await assert.rejects(
        async () => store.write([{ do: 'create', key: staff, body: { ...body, color: 'red' } }]),
        /has no column for the member "color"/,
      );
    }),
  );

  it(
    'is listed, paged, searched, sorted and counted by its columns',
    run(async (store, program) => {
      const values = Array.from({ length: 25 }, (_, n) => {
        const salary = n % 5 === 0 ? 'NULL' : n % 4;
        return `(${n}, 'Name ${n % 3}', 'badge ${n}', ${salary}, ${engine.name === 'sqlite' ? n % 2 : n % 2 === 1}, ${n / 8})`;
      });
      await program(
        `INSERT INTO hr_staff (staff_no, "full name", badge, salary, active, rank) VALUES ${values.join(', ')}`,
      );
      const all: { id: string; body: JsonObject }[] = [];
      for await (const { id, body } of store.iterate(staff)) all.push({ id, body });
      assert.deepEqual(
        all.map(({ id }) => id),
        values.map((_, n) => String(n)),
      );
      assert.deepEqual(
        (await pagesOf(store, staff, { limit: 10 })).map((page) => page.length),
        [10, 10, 5],
      );

      const wheres: readonly JsonObject[] = [
        { name: 'Name 1' },
        { badge: 'badge 7' },
        { badge: 'BADGE 7' },
        { salary: 2 },
        { salary: 2.5 },
        { salary: null },
        { active: true },
        { active: false, name: 'Name 2' },
        { rank: 0.625 },
        { rank: 2 },
        { tags: null },
        { name: 5 },
      ];
      for (const where of wheres) {
        const wanted = all
          .filter(({ body }) => Object.entries(where).every(([member, value]) => body[member] === value))
          .map(({ id }) => id);
        assert.deepEqual(await idsIn(store, staff, { where }), wanted, JSON.stringify(where));
        assert.deepEqual((await pagesOf(store, staff, { where, limit: 2 })).flat(), wanted);
        assert.equal(await store.count(staff, { where }), wanted.length, JSON.stringify(where));
      }
      for (const member of ['name', 'badge', 'salary', 'active', 'rank']) {
        for (const descending of [false, true]) {
          const order = { member, descending };
          const wanted = sorted(all, order);
          assert.deepEqual(await idsIn(store, staff, { order }), wanted, JSON.stringify(order));
          assert.deepEqual(
            (await pagesOf(store, staff, { order, limit: 4 })).flat(),
            wanted,
            JSON.stringify(order),
          );
        }
      }
      const found: string[] = [];
      for await (const ids of store.ids(staff, { where: { active: true } })) found.push(...ids);
      assert.equal(found.length, 12);
    }),
  );
});

/** The ids in an order, those without a value first, and last descending. */
function sorted(
  all: readonly { id: string; body: JsonObject }[],
  { member, descending = false }: NonNullable<Selection['order']>,
): string[] {
  const rank = (value: unknown) => (value === undefined || value === null ? -Infinity : value) as number;
  const compare = (one: JsonObject, other: JsonObject) => {
    const [a, b] = [one[member] ?? null, other[member] ?? null];
    if (a === b) return 0;
    if (a === null || b === null) return a === null ? -1 : 1;
    return rank(a) < rank(b) ? -1 : 1;
  };
  return all
    .toSorted((one, other) => (descending ? -1 : 1) * compare(one.body, other.body))
    .map(({ id }) => id);
}
