import assert from 'node:assert/strict';
import type { CollectionPlan, CollectionKey } from '../../../lib/store/store.js';
import {
  attempt,
  create,
  idsIn,
  plan,
  refuses,
  remove,
  replace,
} from '../../../lib/store-contract/fixtures.js';
import { onEachEngine, sqlite, withDatabase, withStore } from './engines.js';
import type { TestEngine } from './engines.js';
import {
  columns,
  existingTablePlan,
  programOn,
  STAFF,
  staff,
  staffPlan,
  withTables,
} from './existing-tables.js';

const text = { sqlite: 'TEXT', postgres: 'text' } as const;

/** Departments and their rooms, both existing tables; and two catalogs that the store keeps. */
function tables(engine: TestEngine): readonly string[] {
  return [
    `CREATE TABLE departments (code varchar(8) PRIMARY KEY, title ${text[engine.name]} NOT NULL, head ${text[engine.name]})`,
    `CREATE TABLE rooms (department_no varchar(8) NOT NULL, "key" ${text[engine.name]} NOT NULL, seats int, PRIMARY KEY (department_no, "key"))`,
    `CREATE TABLE plants (room_of varchar(8), owner_id ${text[engine.name]}, id ${text[engine.name]} PRIMARY KEY)`,
  ];
}

const plans: readonly CollectionPlan[] = [
  existingTablePlan(
    'departments',
    'client',
    {
      table: 'departments',
      key: 'code',
      columns: columns({ title: ['title', 'string'], head: ['head', 'string?'] }),
    },
    { references: [{ member: 'head', collection: 'people' }] },
  ),
  existingTablePlan(
    'departments/rooms',
    'client',
    {
      table: 'rooms',
      key: 'key',
      parentColumns: ['department_no'],
      columns: columns({ seats: ['seats', 'number?'] }),
    },
    { depth: 1, parent: 'departments' },
  ),
  plan('departments/notes', 'integer', { depth: 1, parent: 'departments' }),
  plan('people', 'client', {
    members: [{ name: 'of', type: 'string', indexed: true }],
    references: [{ member: 'of', collection: 'departments' }],
  }),
  existingTablePlan(
    'people/plants',
    'client',
    {
      table: 'plants',
      key: 'id',
      parentColumns: ['owner_id'],
      columns: columns({ of: ['room_of', 'string?'] }),
    },
    { depth: 1, parent: 'people', references: [{ member: 'of', collection: 'departments' }] },
  ),
];

const departments: CollectionKey = { collection: 'departments', parentIds: [] };
const people: CollectionKey = { collection: 'people', parentIds: [] };
const rooms = (of: string): CollectionKey => ({ collection: 'departments/rooms', parentIds: [of] });
const notes = (of: string): CollectionKey => ({ collection: 'departments/notes', parentIds: [of] });
const plants = (of: string): CollectionKey => ({ collection: 'people/plants', parentIds: [of] });

onEachEngine('store/sql: what stands within existing tables', (engine) => {
  const run = (use: Parameters<typeof withTables>[3]) => () => withTables(engine, tables(engine), plans, use);

  it(
    'is created only within what exists, whoever made either table',
    run(async (store, program) => {
      for (const place of [rooms('it'), notes('it'), plants('ann')]) {
        const id = place === notes('it') ? {} : { id: '1' };
        await refuses(store, 'missing', [{ do: 'create', key: place, body: {}, ...id }]);
      }
      await program(`INSERT INTO departments (code, title) VALUES ('it', 'IT'), ('hr', 'HR')`);
      await create(store, people, {}, 'ann');
      await create(store, rooms('it'), { seats: 2 }, 'r1');
      await create(store, rooms('hr'), { seats: 3 }, 'r1');
      await create(store, notes('it'));
      await create(store, plants('ann'), {}, 'p');
      assert.deepEqual((await store.get(rooms('it'), 'r1'))?.body, { seats: 2 });
      assert.deepEqual(await idsIn(store, rooms('hr')), ['r1']);
      await replace(store, rooms('hr'), 'r1', { seats: 4 });
      assert.deepEqual((await store.get(rooms('it'), 'r1'))?.body, { seats: 2 });
      await remove(store, rooms('hr'), 'r1');
      assert.equal(await store.count(rooms('hr')), 0);
      assert.equal(await store.count(rooms('it')), 1);
    }),
  );

  it(
    'keeps what it stands within, and what it refers to',
    run(async (store, program) => {
      await program(`INSERT INTO departments (code, title) VALUES ('it', 'IT'), ('hr', 'HR')`);
      await create(store, people, { of: 'it' }, 'ann');
      const gone = { do: 'remove', key: departments, id: 'it' } as const;
      await refuses(store, 'in-use', [gone]);
      await replace(store, people, 'ann', {});
      await create(store, rooms('it'), {}, 'r1');
      await refuses(store, 'in-use', [gone]);
      await remove(store, rooms('it'), 'r1');
      const { id } = await create(store, notes('it'));
      await refuses(store, 'in-use', [gone]);
      await remove(store, notes('it'), id);
      await create(store, plants('ann'), { of: 'it' }, 'p');
      await refuses(store, 'in-use', [gone]);
      await refuses(store, 'in-use', [{ do: 'remove', key: people, id: 'ann' }]);
      await remove(store, plants('ann'), 'p');
      await remove(store, departments, 'it');
      await replace(store, departments, 'hr', { title: 'HR', head: 'ann' });
      await refuses(store, 'in-use', [{ do: 'remove', key: people, id: 'ann' }]);
      for (const [place, who, body] of [
        [people, 'ann', { of: 'it' }],
        [departments, 'hr', { title: 'HR', head: 'bo' }],
      ] as const) {
        const { members } = await refuses(store, 'reference', [{ do: 'replace', key: place, id: who, body }]);
        assert.deepEqual(members, Object.keys(body).slice(-1));
      }
    }),
  );

  it(
    'does not come to stand within what goes at the same time',
    run(async (store, program) => {
      for (let round = 0; round < 6; round += 1) {
        const code = `d${round}`;
        await program(`INSERT INTO departments (code, title) VALUES ('${code}', 'D')`);
        await Promise.allSettled([
          attempt(() => create(store, rooms(code), {}, 'r')),
          attempt(() => remove(store, departments, code)),
          attempt(() => create(store, notes(code))),
        ]);
        const within = (await store.count(rooms(code))) + (await store.count(notes(code)));
        if (within > 0)
          assert.ok(await store.get(departments, code), 'it stays while anything stands within it');
      }
    }),
  );

  it('is kept by foreign keys that the tables have', () =>
    withTables(
      engine,
      [
        `CREATE TABLE makers (code varchar(8) PRIMARY KEY)`,
        `CREATE TABLE goods (sku varchar(8) PRIMARY KEY, made_by varchar(8) REFERENCES makers (code))`,
        `INSERT INTO makers VALUES ('m')`,
      ],
      [
        existingTablePlan('goods', 'client', {
          table: 'goods',
          key: 'sku',
          columns: columns({ maker: ['made_by', 'string?'] }),
        }),
        existingTablePlan('makers', 'client', { table: 'makers', key: 'code', columns: {} }),
      ],
      async (store) => {
        const goods = { collection: 'goods', parentIds: [] };
        const makers = { collection: 'makers', parentIds: [] };
        await create(store, goods, { maker: 'm' }, 'g');
        const { members } = await refuses(store, 'reference', [
          { do: 'create', key: goods, id: 'h', body: { maker: 'n' } },
        ]);
        assert.deepEqual(members, ['maker']);
        await refuses(store, 'in-use', [{ do: 'remove', key: makers, id: 'm' }]);
        await create(store, makers, {}, 'n');
        await replace(store, goods, 'g', { maker: 'n' });
        await remove(store, makers, 'm');
      },
    ));
});

onEachEngine('store/sql: how existing tables are found', (engine) => {
  it('says all that stands against serving them at once', () =>
    withDatabase(engine, async (database) => {
      const other = database.engine();
      await other.open();
      try {
        await programOn(other)(STAFF[engine.name], `CREATE TABLE loose (id varchar(8), n int)`);
        const wrong = [
          existingTablePlan('gone', 'client', { table: 'nowhere', key: 'id', columns: {} }),
          existingTablePlan('loose', 'client', {
            table: 'loose',
            key: 'id',
            columns: columns({ m: ['m', 'string'] }),
          }),
          existingTablePlan('texts', 'integer', { table: 'loose', key: 'id', columns: {} }),
          existingTablePlan(
            'employees',
            'client',
            { table: 'hr_staff', key: 'staff_no', columns: columns({ name: ['full name', 'string'] }) },
            { unique: [['name']] },
          ),
        ];
        await assert.rejects(
          withStore(database, wrong, async () => undefined),
          (error: Error) => {
            for (const finding of [
              /"nowhere" of the catalog "gone": the database has none of this name/,
              /"loose" of the catalog "loose": it has no column "m" for the member "m"; its columns are: id, n/,
              /"loose" of the catalog "loose": its column "id" is not unique/,
              /"texts": its column "id" \(.*\) does not hold ids of the kind "integer".*"uuidv7" or "client"/,
              /"employees": its column "staff_no" .* does not hold ids of the kind "client".*"integer"/,
              /"employees": it has no unique index on "full name", and "unique" says .* share "name"/,
            ]) {
              assert.match(error.message, finding);
            }
            return true;
          },
        );
      } finally {
        await other.close();
      }
    }));

  it('leaves them as they are', () =>
    withTables(engine, [STAFF[engine.name]], [staffPlan], async (store, program) => {
      await create(store, staff, { name: 'Ann', rank: 1 });
      const [row] = await program('SELECT * FROM hr_staff');
      assert.equal(Object.keys(row ?? {}).length, 9);
    }));

  it('reads views, and does not write those that the database does not write', () =>
    withTables(
      engine,
      [
        STAFF[engine.name],
        `INSERT INTO hr_staff (staff_no, "full name", salary) VALUES (1, 'Ann', 5), (2, 'Bo', 6)`,
        'CREATE VIEW wages AS SELECT staff_no, sum(salary) AS wage FROM hr_staff GROUP BY staff_no',
      ],
      [
        existingTablePlan('wages', 'integer', {
          table: 'wages',
          key: 'staff_no',
          columns: columns({ wage: ['wage', 'number'] }),
        }),
      ],
      async (store, program) => {
        const wages: CollectionKey = { collection: 'wages', parentIds: [] };
        assert.deepEqual(await idsIn(store, wages), ['1', '2']);
        const before = await store.get(wages, '2');
        assert.deepEqual(before?.body, { wage: 6 });
        await program('UPDATE hr_staff SET salary = 7 WHERE staff_no = 2');
        assert.notEqual((await store.get(wages, '2'))?.version, before?.version);
        await assert.rejects(
          attempt(() => remove(store, wages, '1')),
          /the database does not write "wages".*methods: \['GET'\]/,
        );
      },
    ));

  it('finds at once a view that is to be written, and that the database does not write', async () => {
    const view = existingTablePlan('wages', 'integer', {
      table: 'wages',
      key: 'staff_no',
      columns: {},
      writes: true,
    });
    await assert.rejects(
      withTables(
        engine,
        [
          STAFF[engine.name],
          'CREATE VIEW wages AS SELECT staff_no, sum(salary) AS wage FROM hr_staff GROUP BY staff_no',
        ],
        [view],
        () => assert.fail('it has started'),
      ),
      /the table "wages" of the catalog "wages": the database does not write it .*methods: \['GET'\]/,
    );
  });

  it('says which column makes it impossible to create a row', () =>
    withTables(
      engine,
      ['CREATE TABLE strict_one (id varchar(8) PRIMARY KEY, code int NOT NULL)'],
      [existingTablePlan('strict', 'client', { table: 'strict_one', key: 'id', columns: {} })],
      async (store) => {
        await assert.rejects(
          attempt(() => create(store, { collection: 'strict', parentIds: [] }, {}, 'a')),
          /"strict_one" takes no row without a value in its column "code"/,
        );
      },
    ));

  it('serves two catalogs from one table, whatever names the columns have', () => {
    const name = (text_: string) => `"${text_.replaceAll('"', '""')}"`;
    const odd = ['id', 'key', 'after', 'a.b', 'say "$1" as c; --', 'version'];
    return withTables(
      engine,
      [
        `CREATE TABLE "Odd Table" (no varchar(8) PRIMARY KEY, ${odd.map((each) => `${name(each)} varchar(80)`).join(', ')})`,
      ],
      ['one', 'two'].map((catalog) =>
        existingTablePlan(catalog, 'client', {
          table: 'Odd Table',
          key: 'no',
          columns: columns(Object.fromEntries(odd.map((each) => [`m ${each}`, [each, 'string?']]))),
        }),
      ),
      async (store) => {
        const one: CollectionKey = { collection: 'one', parentIds: [] };
        const bodies = ['b', 'a', 'c'].map((value) =>
          Object.fromEntries(odd.map((each) => [`m ${each}`, value])),
        );
        for (const [index, body] of bodies.entries()) await create(store, one, body, `n${index}`);
        for (const member of Object.keys(bodies[0] ?? {})) {
          assert.deepEqual(await idsIn(store, { collection: 'two', parentIds: [] }, { order: { member } }), [
            'n1',
            'n0',
            'n2',
          ]);
          assert.deepEqual(await idsIn(store, one, { where: { [member]: 'c' } }), ['n2']);
        }
      },
    );
  });
});

describe('store/sql: what SQLite alone does', () => {
  it('compares ids and texts by each character, whatever collation a column has', () =>
    withTables(
      sqlite,
      [
        `CREATE TABLE tags (tag TEXT COLLATE NOCASE PRIMARY KEY, kind TEXT COLLATE NOCASE)`,
        `INSERT INTO tags VALUES ('Tea', 'Hot'), ('', 'x'), (NULL, 'y')`,
      ],
      [
        existingTablePlan('tags', 'client', {
          table: 'TAGS',
          key: 'Tag',
          columns: columns({ kind: ['KIND', 'string?'] }),
        }),
      ],
      async (store) => {
        const tags: CollectionKey = { collection: 'tags', parentIds: [] };
        assert.deepEqual(await idsIn(store, tags), ['Tea']);
        assert.equal(await store.get(tags, 'tea'), undefined);
        assert.deepEqual(await idsIn(store, tags, { where: { kind: 'hot' } }), []);
        assert.deepEqual(await idsIn(store, tags, { where: { kind: 'Hot' } }), ['Tea']);
        assert.equal(await store.count(tags, { where: { kind: 'hot' } }), 0);
        await refuses(store, 'missing', [{ do: 'remove', key: tags, id: 'TEA' }]);
        await refuses(store, 'exists', [{ do: 'create', key: tags, id: 'TEA', body: {} }]);
      },
    ));

  it('leaves alone what JSON does not hold exactly', () =>
    withTables(
      sqlite,
      [
        'CREATE TABLE raw (id INTEGER PRIMARY KEY, big INTEGER, blob BLOB, any_ TEXT)',
        `INSERT INTO raw VALUES (1, 9007199254740993, x'00ff', '[1')`,
      ],
      [
        existingTablePlan('raw', 'integer', {
          table: 'main.raw',
          key: 'id',
          columns: columns({ big: ['big', 'json?'], blob: ['blob', 'string?'], any: ['any_', 'json?'] }),
        }),
      ],
      async (store, program) => {
        const raw: CollectionKey = { collection: 'raw', parentIds: [] };
        const body = { big: '9007199254740993', blob: '00FF', any: '[1' };
        assert.deepEqual((await store.get(raw, '1'))?.body, body);
        for (const any of ['"x"', '{"a":1}', 'plain', { a: [1] }, ['b'], 5, true]) {
          const { body: written } = await replace(store, raw, '1', { ...body, any });
          assert.deepEqual(
            written['any'],
            typeof any === 'object' || typeof any === 'string' ? any : written['any'],
          );
        }
        const [row] = await program('SELECT typeof(big) AS big, typeof(blob) AS "blob" FROM raw');
        assert.deepEqual({ ...row }, { big: 'integer', blob: 'blob' });
      },
    ));
});
