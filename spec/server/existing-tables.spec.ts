import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import type { CatalogClass } from '../../lib/index.js';
import type { Engine } from '../../lib/store/sql/engine.js';
import { SqlStore } from '../../lib/store/sql/sql-store.js';
import { onEachEngine } from '../store/sql/engines.js';
import type { TestDatabase } from '../store/sql/engines.js';
import { programOn } from '../store/sql/existing-tables.js';
import type { Program } from '../store/sql/existing-tables.js';
import { assertProblem } from './problems.js';
import { ADAPTERS, serving } from './serve.js';
import { entity } from './shop.js';

class Note extends Entity.of({
  body: Type.Object({ text: Type.String() }, { additionalProperties: false }),
}) {}

class Notes extends Catalog.of(Note, {
  iri: 'notes/',
  ids: 'integer',
  table: 'notes',
  key: 'no',
  page: 3,
  sort: ['text'],
}) {}

onEachEngine('existing tables', (engine) => {
  const serve = serving();
  let database: TestDatabase;
  let other: Engine;
  let program: Program;

  beforeEach(async () => {
    database = await engine.database();
    other = database.engine();
    await other.open();
    program = programOn(other);
  });
  afterEach(async () => {
    await other.close();
    await database.drop();
  });

  /** The statement of the database that the tests run on. */
  const on = (words: { readonly sqlite: string; readonly postgres: string }) => words[engine.name];

  async function served(classes: readonly CatalogClass[], mount = ADAPTERS['Koa']) {
    const store = new SqlStore(database.engine());
    const { origin, errors } = await serve(shoji(classes, { store }), mount);
    return { http: request(origin), errors, origin };
  }

  for (const [host, mount] of Object.entries(ADAPTERS)) {
    it(`serve rows of every integer key, negative ones and those that no double holds, through ${host}`, async () => {
      const keys = [
        '-9223372036854775808',
        '-9007199254740993',
        '-1',
        '0',
        '7',
        '9007199254740992',
        '9007199254740993',
        '9223372036854775807',
      ];
      await program(
        `CREATE TABLE notes (no ${on({ sqlite: 'INTEGER', postgres: 'bigint' })} PRIMARY KEY, text varchar(40) NOT NULL)`,
        `INSERT INTO notes VALUES ${keys.map((key) => `(${key}, 'note ${key}')`).join(', ')}`,
      );
      const { http, errors } = await served([Notes], mount);
      for (const order of ['', '&sort=text', '&sort=-text']) {
        const ids: string[] = [];
        let next: string | undefined = `?limit=3${order}`;
        while (next !== undefined) {
          const page: request.Response = await http.get(`/notes/${next}`).expect(200);
          ids.push(...(page.body.entities as string[]));
          next = page.body.catalogs?.next as string | undefined;
        }
        const wanted = keys.map((key) => `${key}/`);
        assert.deepEqual(order === '' ? ids : ids.toSorted(), order === '' ? wanted : wanted.toSorted());
      }
      for (const key of keys) {
        const found = await http.get(`/notes/${key}/`).expect(200);
        assert.equal(found.body.body.text, `note ${key}`);
        const etag = found.headers['etag'] as string;
        await http.put(`/notes/${key}/`).set('If-Match', etag).send(found.body).expect(200);
        await http
          .patch(`/notes/${key}/`)
          .send(entity({ text: `new ${key}` }))
          .expect(200);
      }
      const index = { '9007199254740993/': { text: 'one' }, '9007199254740992/': null };
      await http.patch('/notes/').send({ element: 'shoji:catalog', index }).expect(204);
      assert.equal((await http.get('/notes/9007199254740993/')).body.body.text, 'one');
      await http.get('/notes/9007199254740992/').expect(404);
      await http.delete('/notes/-1/').expect(204);
      const rows = await program('SELECT text FROM notes ORDER BY no');
      assert.deepEqual(
        rows.map(({ text }) => text),
        keys
          .filter((key) => key !== '-1' && key !== '9007199254740992')
          .map((key) => (key === '9007199254740993' ? 'one' : `new ${key}`)),
      );
      assert.deepEqual(errors, []);
    });
  }

  it('are referred to, and stood within, by any of their keys from tables of the store, which keep what is in use', async () => {
    class Remark extends Entity.of({
      iri: '{remark}/',
      body: Type.Object({ about: Type.String() }),
      references: { about: '/notes/' },
    }) {}
    class Remarks extends Catalog.of(Remark, { iri: 'remarks/', ids: 'client' }) {}
    class Page extends Note {
      static override catalogs() {
        return { remarks: Remarks };
      }
    }
    class Pages extends Catalog.of(Page, { iri: 'pages/', ids: 'integer', table: 'notes', key: 'no' }) {}
    await program(
      `CREATE TABLE notes (no ${on({ sqlite: 'INTEGER', postgres: 'bigint' })} PRIMARY KEY, text varchar(40) NOT NULL)`,
      `INSERT INTO notes VALUES (9007199254740993, 'a'), (9007199254740992, 'b'), (-1, 'c')`,
    );
    const { http, errors } = await served([Notes, Pages]);
    const create = (path: string, about: string) =>
      http.put(path).set('If-None-Match', '*').send(entity({ about }));
    await create('/pages/9007199254740993/remarks/a/', '9007199254740993').expect(201);
    await create('/pages/9007199254740993/remarks/b/', '-1').expect(201);
    assertProblem(await create('/pages/-1/remarks/a/', '9007199254740991'), 422, 'invalid-document');
    assertProblem(await create('/pages/-1/remarks/a/', '9223372036854775808'), 422, 'invalid-document');
    await create('/pages/9007199254740991/remarks/a/', '-1').expect(404);
    assert.deepEqual((await http.get('/pages/9007199254740992/remarks/')).body.entities, []);
    assertProblem(await http.delete('/notes/9007199254740993/'), 409, 'in-use');
    assertProblem(await http.delete('/notes/-1/'), 409, 'in-use');
    await http.delete('/notes/9007199254740992/').expect(204);
    await http.delete('/pages/9007199254740993/remarks/b/').expect(204);
    await http.delete('/notes/-1/').expect(204);
    assert.deepEqual(errors, []);
  });

  it('take no other spelling of a key for the same, nor a number that the column does not hold', async () => {
    await program(
      `CREATE TABLE notes (no ${on({ sqlite: 'INTEGER', postgres: 'smallint' })} PRIMARY KEY, text varchar(40) NOT NULL)`,
      `INSERT INTO notes VALUES (0, 'zero'), (5, 'five')`,
    );
    const { http, errors } = await served([Notes]);
    for (const id of [
      '05',
      '%2B5',
      '5.0',
      '5e0',
      '-0',
      '00',
      '0x5',
      '%205',
      '9223372036854775808',
      '40000',
      '-5',
    ]) {
      await http.get(`/notes/${id}/`).expect(404);
      await http.delete(`/notes/${id}/`).expect(404);
    }
    for (const after of ['05', '9223372036854775808', '1.0']) {
      assertProblem(await http.get(`/notes/?after=${after}`), 400, 'bad-query');
    }
    assert.deepEqual((await http.get('/notes/?after=40000').expect(200)).body.entities, []);
    assert.deepEqual((await http.get('/notes/?after=-9223372036854775808')).body.entities, ['0/', '5/']);
    assert.deepEqual(errors, []);
  });

  describe('three levels deep, over ordinary foreign keys', () => {
    const TABLES = [
      'CREATE TABLE customers (id integer PRIMARY KEY, name varchar(20) NOT NULL)',
      `CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers (id),
        day varchar(10) NOT NULL)`,
      `CREATE TABLE items (order_id integer NOT NULL REFERENCES orders (id), line_no integer NOT NULL,
        product varchar(20) NOT NULL, PRIMARY KEY (order_id, line_no))`,
      `INSERT INTO customers VALUES (1, 'Ann'), (2, 'Bo')`,
      `INSERT INTO orders VALUES (10, 1, 'monday'), (11, 1, 'friday'), (20, 2, 'monday')`,
      `INSERT INTO items VALUES (10, 1, 'tea'), (10, 2, 'cup'), (11, 1, 'pot'), (20, 1, 'jar')`,
    ];
    class Item extends Entity.of({
      iri: '{item}/',
      body: Type.Object({ product: Type.String() }, { additionalProperties: false }),
    }) {}
    class Items extends Catalog.of(Item, {
      iri: 'items/',
      ids: 'integer',
      table: 'items',
      key: 'line_no',
      within: ['order_id'],
      page: 10,
      sort: ['product'],
      query: Type.Object({ product: Type.Optional(Type.String()) }),
    }) {}
    class Order extends Entity.of({
      iri: '{order}/',
      body: Type.Object({ day: Type.String() }, { additionalProperties: false }),
    }) {
      static override catalogs() {
        return { items: Items };
      }
    }
    class Orders extends Catalog.of(Order, {
      iri: 'orders/',
      ids: 'integer',
      table: 'orders',
      within: ['customer_id'],
    }) {}
    class Customer extends Entity.of({
      body: Type.Object({ name: Type.String() }, { additionalProperties: false }),
    }) {
      static override catalogs() {
        return { orders: Orders };
      }
    }
    class Customers extends Catalog.of(Customer, { iri: 'customers/', ids: 'integer', table: 'customers' }) {}

    for (const [host, mount] of Object.entries(ADAPTERS)) {
      it(`serve rows that have the column of the innermost entity alone, through ${host}`, async () => {
        await program(...TABLES);
        const { http, errors } = await served([Customers], mount);
        const items = '/customers/1/orders/10/items/';
        assert.deepEqual((await http.get(items).expect(200)).body.entities, ['1/', '2/']);
        assert.deepEqual((await http.get(`${items}?sort=product`)).body.entities, ['2/', '1/']);
        assert.deepEqual((await http.get(`${items}?product=tea`)).body.entities, ['1/']);
        assert.equal((await http.get(`${items}2/`).expect(200)).body.body.product, 'cup');
        for (const elsewhere of ['/customers/2/orders/10/items/', '/customers/9/orders/10/items/']) {
          await http.get(elsewhere).expect(404);
          await http.get(`${elsewhere}1/`).expect(404);
          await http
            .patch(`${elsewhere}1/`)
            .send(entity({ product: 'x' }))
            .expect(404);
          await http.delete(`${elsewhere}1/`).expect(404);
          await http
            .post(elsewhere)
            .send(entity({ product: 'x' }))
            .expect(404);
        }
        const made = await http
          .post(items)
          .send(entity({ product: 'mug' }))
          .expect(201);
        assert.ok((made.headers['location'] as string).endsWith('/customers/1/orders/10/items/3/'));
        await http
          .patch(`${items}3/`)
          .send(entity({ product: 'lid' }))
          .expect(200);
        await http.delete(`${items}2/`).expect(204);
        assertProblem(await http.delete('/customers/1/orders/10/'), 409, 'in-use');
        await http.delete(`${items}1/`).expect(204);
        await http.delete(`${items}3/`).expect(204);
        await http.delete('/customers/1/orders/10/').expect(204);
        const rows = await program('SELECT order_id, product FROM items ORDER BY order_id');
        assert.deepEqual(
          rows.map((row) => ({ ...row })),
          [
            { order_id: 11, product: 'pot' },
            { order_id: 20, product: 'jar' },
          ],
        );
        assert.deepEqual(errors, []);
      });
    }

    it('number new rows one after the other within their parent, however many come at once', async () => {
      await program(...TABLES);
      const { http } = await served([Customers]);
      const places = ['/customers/1/orders/10/items/', '/customers/2/orders/20/items/', '/customers/'];
      const made = await Promise.all(
        places.flatMap((place) =>
          Array.from({ length: 6 }, () =>
            http.post(place).send(entity(place === '/customers/' ? { name: 'x' } : { product: 'x' })),
          ),
        ),
      );
      assert.deepEqual([...new Set(made.map(({ status }) => status))], [201]);
      const numbers = async (query: string) => (await program(query)).map(({ n }) => Number(n));
      assert.deepEqual(
        await numbers('SELECT line_no AS n FROM items WHERE order_id = 10 ORDER BY 1'),
        [1, 2, 3, 4, 5, 6, 7, 8],
      );
      assert.deepEqual(
        await numbers('SELECT line_no AS n FROM items WHERE order_id = 20 ORDER BY 1'),
        [1, 2, 3, 4, 5, 6, 7],
      );
      assert.deepEqual(await numbers('SELECT id AS n FROM customers ORDER BY 1'), [1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it('do not start where the column of the innermost entity does not tell the others', async () => {
      await program(
        TABLES[0] as string,
        'CREATE TABLE orders (customer_id integer NOT NULL, id integer NOT NULL, day varchar(10), PRIMARY KEY (customer_id, id))',
        'CREATE TABLE items (order_id integer NOT NULL, line_no integer NOT NULL, product varchar(20), PRIMARY KEY (order_id, line_no))',
      );
      await assert.rejects(
        async () => shoji([Customers], { store: new SqlStore(database.engine()) }).start(),
        /"items".*names columns for the ids of 1 of the 2 entities above.*name a column for each entity above/,
      );
    });
  });

  it('number new rows of a table that was emptied of all but negative keys from 1', async () => {
    await program(
      'CREATE TABLE notes (no INT NOT NULL PRIMARY KEY, text varchar(40) NOT NULL)',
      `INSERT INTO notes VALUES (-3, 'x')`,
    );
    const { http } = await served([Notes]);
    await http
      .post('/notes/')
      .send(entity({ text: 'y' }))
      .expect(201);
    assert.deepEqual((await http.get('/notes/')).body.entities, ['-3/', '1/']);
  });

  it('do not start where no row could be created, and say which column stands against it', async () => {
    await program(
      'CREATE TABLE notes (no INTEGER PRIMARY KEY, text varchar(40) NOT NULL, code int NOT NULL, at int NOT NULL DEFAULT 0, more int)',
    );
    await assert.rejects(
      async () => shoji([Notes], { store: new SqlStore(database.engine()) }).start(),
      (error: Error) => {
        assert.match(
          error.message,
          /its column "code" is NOT NULL .* leave POST and PUT out of the methods of its class/,
        );
        assert.doesNotMatch(error.message, /column "(?:at|more|no|text)"/);
        return true;
      },
    );
    class Reading extends Notes.of(Notes.entity, { ...Notes.options, methods: ['GET', 'PATCH'] }) {}
    const { http } = await served([Reading]);
    await http.get('/notes/').expect(200);
    await http
      .post('/notes/')
      .send(entity({ text: 'x' }))
      .expect(405);
  });

  it('are told apart by rowid on SQLite where they have no key, and are refused elsewhere', async () => {
    await program(
      'CREATE TABLE notes (text varchar(40) NOT NULL)',
      `INSERT INTO notes VALUES ('one'), ('two')`,
    );
    class ByRowid extends Notes.of(Notes.entity, { ...Notes.options, key: 'rowid' }) {}
    const start = (declared: CatalogClass) =>
      shoji([declared], { store: new SqlStore(database.engine()) }).start();
    if (engine.name === 'postgres') {
      await assert.rejects(async () => start(ByRowid), /it has no column "rowid" for the ids/);
      return;
    }
    await assert.rejects(async () => start(Notes), /static key = 'rowid'/);
    const { http, errors } = await served([ByRowid]);
    assert.deepEqual((await http.get('/notes/')).body.entities, ['1/', '2/']);
    assert.deepEqual((await http.get('/notes/?sort=-text&limit=1')).body.entities, ['2/']);
    const made = await http
      .post('/notes/')
      .send(entity({ text: 'three' }))
      .expect(201);
    assert.ok((made.headers['location'] as string).endsWith('/notes/3/'));
    await http
      .patch('/notes/1/')
      .send(entity({ text: 'uno' }))
      .expect(200);
    await http.delete('/notes/2/').expect(204);
    assert.deepEqual(
      (await program('SELECT text FROM notes ORDER BY rowid')).map(({ text }) => text),
      ['uno', 'three'],
    );
    assert.deepEqual(errors, []);
  });

  describe('numbers that no double holds', () => {
    const number = Type.Union([Type.Number(), Type.String()]);
    class Account extends Entity.of({
      body: Type.Object(
        {
          name: Type.String(),
          balance: Type.Optional(number),
          rate: Type.Optional(number),
          more: Type.Optional(
            Type.Object({
              id: Type.Optional(number),
              parts: Type.Optional(Type.Array(Type.Union([number, Type.Object({ n: number })]))),
              note: Type.Optional(Type.String()),
              count: Type.Optional(Type.Number()),
            }),
          ),
        },
        { additionalProperties: false },
      ),
      fragments: { more: 'more' },
    }) {}
    class Accounts extends Catalog.of(Account, {
      iri: 'accounts/',
      ids: 'integer',
      table: 'accounts',
      page: 10,
      sort: ['name'],
      query: Type.Object({
        name: Type.Optional(Type.String()),
        balance: Type.Optional(number),
      }),
    }) {}
    const LOST =
      '{"id":9007199254740993,"parts":[1.5,0.12345678901234567890,{"n":-12345678901234567891}],"note":"a"}';
    const table = () =>
      program(
        on({
          sqlite:
            'CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, balance INTEGER, rate REAL, more TEXT)',
          postgres:
            'CREATE TABLE accounts (id bigint PRIMARY KEY, name text NOT NULL, balance numeric, rate double precision, more jsonb)',
        }),
        `INSERT INTO accounts (id, name, balance, more) VALUES (1, 'a', 9007199254740993, '${LOST}')`,
      );
    const stored = async (column: string) =>
      String(
        (await program(`SELECT cast(${column} AS text) AS v FROM accounts WHERE id = 1`))[0]?.['v'],
      ).replaceAll(' ', '');
    const same = (text: string) => (engine.name === 'postgres' ? sortedMembers(text) : text);
    /** What jsonb makes of an object: shorter names first. */
    const sortedMembers = (text: string) =>
      text.replace(/^\{("id":[^,]*),("parts":.*\]),("note":.*)\}$/, '{$1,$3,$2}');

    for (const [host, mount] of Object.entries(ADAPTERS)) {
      it(`[H75] are the strings of their digits, and stay as they are stored when those come back, through ${host}`, async () => {
        await table();
        const { http, errors } = await served([Accounts], mount);
        const { body, text, headers } = await http.get('/accounts/1/').expect(200);
        assert.equal(body.body.balance, '9007199254740993');
        assert.deepEqual(body.body.more, {
          id: '9007199254740993',
          parts: [1.5, '0.12345678901234567890', { n: '-12345678901234567891' }],
          note: 'a',
        });
        const put = await http.put('/accounts/1/').type('application/shoji+json').send(text).expect(200);
        assert.equal(put.headers['etag'], headers['etag'], 'nothing was changed');
        assert.equal(await stored('more'), same(LOST));

        const merge = async (patch: object) =>
          http
            .patch('/accounts/1/')
            .type('application/merge-patch+json')
            .send(JSON.stringify(patch))
            .expect(200);
        await merge({ name: 'b' });
        assert.equal(await stored('more'), same(LOST));
        await merge({ more: { note: 'b' } });
        assert.equal(await stored('more'), same(LOST.replace('"a"', '"b"')));
        await http
          .patch('/accounts/1/')
          .type('application/json-patch+json')
          .send(JSON.stringify([{ op: 'add', path: '/more/parts/0', value: 'new' }]))
          .expect(200);
        assert.equal(await stored('more'), same(LOST.replace('"a"', '"b"').replace('[1.5', '["new",1.5')));
        const value = (await http.get('/accounts/1/more')).text;
        await http
          .put('/accounts/1/more')
          .type('application/json')
          .send(value.replace('"b"', '"c"'))
          .expect(200);
        assert.equal(await stored('more'), same(LOST.replace('"a"', '"c"').replace('[1.5', '["new",1.5')));
        await merge({ more: { id: '9007199254740995' } });
        assert.ok(
          (await stored('more')).includes('"id":"9007199254740995"'),
          'a string that a client sends is one',
        );
        assert.equal(await stored('balance'), '9007199254740993');
        assert.deepEqual((await http.get('/accounts/?balance=9007199254740993')).body.entities, ['1/']);
        assert.deepEqual((await http.get('/accounts/?balance=9007199254740992')).body.entities, []);
        assert.deepEqual(errors, []);
      });
    }

    it('[H75] are a problem that names the column where the schema allows no string', async () => {
      await table();
      await program(
        `INSERT INTO accounts (id, name, more) VALUES (2, 'b', '{"count":1e400}'), (3, 'c', '{"count":0.5}')`,
      );
      class Strict extends Entity.of({
        body: Type.Object(
          {
            name: Type.String(),
            balance: Type.Optional(Type.Integer()),
            more: Account.options.body.properties.more,
          },
          { additionalProperties: false },
        ),
      }) {}
      class StrictOnes extends Catalog.of(Strict, { iri: 'strict/', ids: 'integer', table: 'accounts' }) {}
      const { http, errors } = await served([StrictOnes]);
      for (const [id, member] of [
        ['1', 'balance'],
        ['2', 'more'],
      ]) {
        for (const method of ['get', 'patch'] as const) {
          const answer = await http[method](`/strict/${id}/`).send(
            method === 'get' ? undefined : entity({ name: 'x' }),
          );
          const { detail } = assertProblem(answer, 500, 'internal-error');
          assert.ok(detail?.includes(`"${member}"`), detail);
        }
        const log = errors.splice(0).map(({ message }) => message);
        assert.equal(log.length, 2);
        assert.ok(log.every((message) => message.includes(`the column "${member}" of the table "accounts"`)));
      }
      await http
        .patch('/strict/3/')
        .send(entity({ name: 'x' }))
        .expect(200);
      assert.deepEqual((await http.get('/strict/').expect(200)).body.entities, ['1/', '2/', '3/']);
      assert.equal(await stored('balance'), '9007199254740993');
    });

    it('[H75] are in sorted lists and pages all the same, one by one', async () => {
      class Measure extends Entity.of({
        body: Type.Object({ n: Type.Union([Type.Number(), Type.Null()]) }, { additionalProperties: false }),
      }) {}
      class Measures extends Catalog.of(Measure, {
        iri: 'measures/',
        ids: 'integer',
        table: 'measures',
        page: 1,
        sort: ['n'],
      }) {}
      const values = on({
        sqlite: `(1, 9e999), (2, -9e999), (3, 1.5), (4, NULL), (5, -2), (6, 9007199254740993)`,
        postgres: `(1, 'Infinity'), (2, '-Infinity'), (3, 1.5), (4, NULL), (5, -2), (6, 9007199254740993), (7, 'NaN'),
          (8, 1e400), (9, 1e-400), (10, 0)`,
      });
      await program(
        'CREATE TABLE measures (id integer PRIMARY KEY, n numeric)',
        `INSERT INTO measures VALUES ${values}`,
      );
      const { http, errors } = await served([Measures]);
      for (const sort of ['n', '-n', '']) {
        const ids: string[] = [];
        let next: string | undefined = sort === '' ? '' : `?sort=${sort}`;
        while (next !== undefined) {
          const page: request.Response = await http.get(`/measures/${next}`).expect(200);
          ids.push(...(page.body.entities as string[]));
          next = page.body.catalogs?.next as string | undefined;
        }
        assert.equal(ids.length, engine.name === 'postgres' ? 10 : 6, sort);
        assert.equal(new Set(ids).size, ids.length, sort);
        const plain = ids.filter((id) => ['3/', '5/', '6/'].includes(id));
        const wanted = { n: ['5/', '3/', '6/'], '-n': ['6/', '3/', '5/'], '': ['3/', '5/', '6/'] }[sort];
        assert.deepEqual(plain, wanted, sort);
      }
      assert.deepEqual(errors, []);
    });

    it('are NaN and infinity as strings, and stay what they are', async () => {
      await table();
      const rates = on({
        sqlite: `(11, 'p', 9e999), (12, 'q', -9e999)`,
        postgres: `(11, 'p', 'Infinity'), (12, 'q', '-Infinity'), (13, 'r', 'NaN')`,
      });
      await program(`INSERT INTO accounts (id, name, rate) VALUES ${rates}`);
      const { http, errors } = await served([Accounts]);
      const shown = { 11: 'Infinity', 12: '-Infinity', ...(engine.name === 'postgres' && { 13: 'NaN' }) };
      for (const [id, rate] of Object.entries(shown)) {
        const found = await http.get(`/accounts/${id}/`).expect(200);
        assert.equal(found.body.body.rate, rate);
        await http.put(`/accounts/${id}/`).send(found.body).expect(200);
        await http
          .patch(`/accounts/${id}/`)
          .send(entity({ name: 'x' }))
          .expect(200);
        const sign = rate.startsWith('-') ? '<' : '>';
        const rows = await program(`SELECT rate ${sign} 0 AS ok FROM accounts WHERE id = ${id}`);
        assert.equal(Boolean(rows[0]?.['ok']), true);
        await http
          .patch(`/accounts/${id}/`)
          .send(entity({ rate: 0 }))
          .expect(200);
        await http.patch(`/accounts/${id}/`).send(entity({ rate })).expect(200);
        assert.equal((await http.get(`/accounts/${id}/`)).body.body.rate, rate);
        const again = await program(`SELECT rate ${sign} 0 AS ok FROM accounts WHERE id = ${id}`);
        assert.equal(Boolean(again[0]?.['ok']), true);
      }
      assert.deepEqual(errors, []);
    });
  });

  describe('values that the schema does not accept', () => {
    class Person extends Entity.of({
      body: Type.Object(
        {
          name: Type.String({ minLength: 2 }),
          mail: Type.String({ format: 'email' }),
          age: Type.Optional(Type.Integer({ minimum: 0 })),
          nick: Type.String(),
        },
        { additionalProperties: false },
      ),
      fragments: { name: 'name', mail: 'mail' },
    }) {}
    class People extends Catalog.of(Person, { iri: 'people/', ids: 'integer', table: 'people' }) {}
    const TABLE = [
      'CREATE TABLE people (id integer PRIMARY KEY, name varchar(20), mail varchar(20), age integer, nick varchar(20))',
      `INSERT INTO people VALUES (1, 'Ann', 'none', -1, NULL)`,
    ];

    for (const [host, mount] of Object.entries(ADAPTERS)) {
      it(`stay as they are where a change is of another member, and are not let in anew, through ${host}`, async () => {
        await program(...TABLE);
        const { http, errors } = await served([People], mount);
        const kept = { mail: 'none', age: -1, nick: null };
        const found = await http.get('/people/1/').expect(200);
        assert.deepEqual(found.body.body, { name: 'Ann', ...kept });
        await http.put('/people/1/').send(found.body).expect(200);
        await http
          .patch('/people/1/')
          .send(entity({ name: 'Bo' }))
          .expect(200);
        await http.patch('/people/1/').type('application/merge-patch+json').send('{"name":"Cy"}').expect(200);
        const patch = [{ op: 'replace', path: '/name', value: 'Di' }];
        await http
          .patch('/people/1/')
          .type('application/json-patch+json')
          .send(JSON.stringify(patch))
          .expect(200);
        await http.put('/people/1/name').type('application/json').send('"Ed"').expect(200);
        const index = { '1/': { name: 'Flo' } };
        await http.patch('/people/').send({ element: 'shoji:catalog', index }).expect(204);
        assert.deepEqual((await http.get('/people/1/')).body.body, { name: 'Flo', ...kept });

        for (const wrong of [{ name: 'x' }, { mail: 'other' }, { age: -2 }, { name: 'Ann', mail: 'other' }]) {
          assertProblem(await http.patch('/people/1/').send(entity(wrong)), 422, 'invalid-document');
          const whole = entity({ name: 'Flo', ...kept, ...wrong });
          assertProblem(await http.put('/people/1/').send(whole), 422, 'invalid-document');
        }
        const { mail: _, ...lacking } = { name: 'Flo', ...kept };
        assertProblem(await http.put('/people/1/').send(entity(lacking)), 422, 'invalid-document');
        assertProblem(
          await http.post('/people/').send(entity({ name: 'Flo', ...kept })),
          422,
          'invalid-document',
        );
        assert.deepEqual((await http.get('/people/1/')).body.body, { name: 'Flo', ...kept });
        assert.deepEqual(errors, []);
      });
    }
  });

  describe('dates with a time', () => {
    class Event extends Entity.of({
      body: Type.Object(
        {
          name: Type.String(),
          at: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
          made: Type.Optional(Type.String({ format: 'date-time' })),
        },
        { additionalProperties: false },
      ),
    }) {}
    class Events extends Catalog.of(Event, {
      iri: 'events/',
      ids: 'integer',
      table: 'events',
      page: 10,
      sort: ['at'],
      query: Type.Object({ at: Type.Optional(Type.String()) }),
    }) {}

    it('are those of RFC 3339 however SQLite writes them, and stay as they are stored', async function () {
      if (engine.name !== 'sqlite') this.skip();
      const shown = {
        '2024-01-02 10:00:00': '2024-01-02T10:00:00Z',
        '2024-01-02T10:00:01': '2024-01-02T10:00:01Z',
        '2024-01-02 10:00:02Z': '2024-01-02T10:00:02Z',
        '2024-01-02 10:01': '2024-01-02T10:01:00Z',
        '2024-01-02 10:02:00.123456': '2024-01-02T10:02:00.123456Z',
        '2024-01-02 10:03:00+00:00': '2024-01-02T10:03:00+00:00',
        '2024-01-02T10:04:00.500Z': '2024-01-02T10:04:00.500Z',
        '2024-01-02 10:05:00 +02:00': '2024-01-02T10:05:00+02:00',
        '2024-01-02': '2024-01-02',
        'soon, at 10:00': 'soon, at 10:00',
      };
      await program(
        'CREATE TABLE events (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT, made DATETIME DEFAULT CURRENT_TIMESTAMP)',
        'CREATE INDEX events_at ON events (at)',
        `INSERT INTO events (name, at, made) VALUES ${Object.keys(shown)
          .map((stored) => `('x', '${stored}', '2023-05-06 07:08:09')`)
          .join(', ')}`,
      );
      const { http, errors } = await served([Events]);
      for (const [index, [stored, served_]] of Object.entries(shown).entries()) {
        const path = `/events/${index + 1}/`;
        const found = await http.get(path).expect(200);
        assert.equal(found.body.body.at, served_);
        assert.equal(found.body.body.made, '2023-05-06T07:08:09Z');
        await http
          .patch(path)
          .send(entity({ name: 'y' }))
          .expect(200);
        await http.put(path).send(found.body).expect(200);
        const [row] = await program(`SELECT at, made FROM events WHERE id = ${index + 1}`);
        assert.deepEqual({ ...row }, { at: stored, made: '2023-05-06 07:08:09' });
        const searched = await http.get(`/events/?at=${encodeURIComponent(served_)}`).expect(200);
        assert.deepEqual(searched.body.entities, [`${index + 1}/`], served_);
      }
      const order = Object.values(shown).map((at, index) => ({ at, id: `${index + 1}/` }));
      order.sort((one, two) => (one.at < two.at ? -1 : 1));
      const sorted: string[] = [];
      let next: string | undefined = '?sort=at&limit=3';
      while (next !== undefined) {
        const page: request.Response = await http.get(`/events/${next}`).expect(200);
        sorted.push(...(page.body.entities as string[]));
        next = page.body.catalogs?.next as string | undefined;
      }
      assert.deepEqual(
        sorted,
        order.map(({ id }) => id),
      );

      const made = await http
        .post('/events/')
        .send(entity({ name: 'z', at: '2025-01-01T00:30:00+01:00', made: '2025-01-01T00:30:00.25+01:00' }))
        .expect(201);
      assert.equal(made.body.body.made, '2024-12-31T23:30:00.25Z');
      await http
        .post('/events/')
        .send(entity({ name: 'now', at: null }))
        .expect(201);
      const rows = await program('SELECT at, made FROM events WHERE id > 10 ORDER BY id');
      assert.deepEqual({ ...rows[0] }, { at: '2025-01-01T00:30:00+01:00', made: '2024-12-31 23:30:00.25' });
      assert.match(String(rows[1]?.['made']), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
      assert.match((await http.get('/events/12/')).body.body.made as string, /^\d{4}-\d\d-\d\dT[\d:]+Z$/);
      assert.deepEqual(errors, []);
    });

    it('before Christ, after all years of four digits and without end stay what they are on PostgreSQL', async function () {
      if (engine.name !== 'postgres') this.skip();
      const rows = {
        '0044-03-15 12:00:00 BC': '0044-03-15T12:00:00Z BC',
        '0001-01-01 00:00:00': '0001-01-01T00:00:00Z',
        '12024-01-02 10:00:00.5': '12024-01-02T10:00:00.5Z',
        infinity: 'infinity',
        '-infinity': '-infinity',
      };
      await program(
        'CREATE TABLE events (id serial PRIMARY KEY, name text NOT NULL, at timestamptz, made timestamp)',
        `SET TIME ZONE 'UTC'`,
        `INSERT INTO events (name, at, made) VALUES ${Object.keys(rows)
          .map((at) => `('x', '${at}${at.includes('infinity') ? '' : ' UTC'}', '${at}')`)
          .join(', ')}`.replaceAll(' BC UTC', ' UTC BC'),
      );
      const { http, errors } = await served([Events]);
      const text = 'SELECT at::text || made::text AS t FROM events ORDER BY id';
      const before = (await program(text)).map(({ t }) => t);
      for (const [index, shown] of Object.values(rows).entries()) {
        const path = `/events/${index + 1}/`;
        const found = await http.get(path).expect(200);
        assert.equal(found.body.body.at, shown);
        assert.equal(found.body.body.made, shown);
        await http
          .patch(path)
          .send(entity({ name: 'y' }))
          .expect(200);
        await http.put(path).send(found.body).expect(200);
      }
      assert.deepEqual(
        (await program(text)).map(({ t }) => t),
        before,
      );
      assert.deepEqual(errors, []);
    });
  });

  it('have the other types of PostgreSQL as strings and arrays, and take them back as they were', async function () {
    if (engine.name !== 'postgres') this.skip();
    await program(
      `CREATE TYPE mood AS ENUM ('loud', 'calm')`,
      'CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100)',
      'CREATE DOMAIN words AS text[]',
      `CREATE TABLE odd (id int PRIMARY KEY, name text NOT NULL, tags text[], grid int[][], big bigint[], moods mood[],
        mood mood, share percent, words words, span interval, spans int4range, bytes bytea, home inet, raw text[])`,
      `INSERT INTO odd VALUES (1, 'a', '{a,"b, \\"c\\" \\\\","",NULL,"NULL"}', '{{1,2},{3,4}}', '{9007199254740993,5}', '{loud}',
        'calm', 50, '{x}', '1 day 02:03:04', '[1,5)', '\\x00ff', '10.0.0.1/8', '{a,b}'),
        (2, 'b', '{}', NULL, '{}', '{}', NULL, NULL, '{}', NULL, 'empty', '', NULL, '{}')`,
    );
    const list = <T extends Parameters<typeof Type.Array>[0]>(item: T) => Type.Optional(Type.Array(item));
    const text = Type.Optional(Type.String());
    class Odd extends Entity.of({
      body: Type.Object(
        {
          name: Type.String(),
          tags: list(Type.Union([Type.String(), Type.Null()])),
          grid: list(Type.Array(Type.Integer())),
          big: list(Type.Union([Type.Integer(), Type.String()])),
          moods: list(Type.String()),
          mood: text,
          share: Type.Optional(Type.Integer()),
          words: list(Type.String()),
          span: text,
          spans: text,
          bytes: text,
          home: text,
          raw: text,
        },
        { additionalProperties: false },
      ),
    }) {}
    class Odds extends Catalog.of(Odd, { iri: 'odds/', ids: 'integer', table: 'odd' }) {}
    const { http, errors } = await served([Odds]);
    const dump = async () => (await program('SELECT odd::text AS t FROM odd ORDER BY id')).map(({ t }) => t);
    const before = await dump();
    const first = await http.get('/odds/1/').expect(200);
    assert.deepEqual(first.body.body, {
      name: 'a',
      tags: ['a', 'b, "c" \\', '', null, 'NULL'],
      grid: [
        [1, 2],
        [3, 4],
      ],
      big: ['9007199254740993', 5],
      moods: ['loud'],
      mood: 'calm',
      share: 50,
      words: ['x'],
      span: '1 day 02:03:04',
      spans: '[1,5)',
      bytes: '\\x00ff',
      home: '10.0.0.1/8',
      raw: '{a,b}',
    });
    const second = await http.get('/odds/2/').expect(200);
    assert.deepEqual(second.body.body.tags, []);
    await http.put('/odds/1/').send(first.body).expect(200);
    await http.put('/odds/2/').send(second.body).expect(200);
    assert.deepEqual(await dump(), before);
    // What is changed away and back is what it was: both directions say the same.
    const { name, ...rest } = first.body.body as Record<string, unknown>;
    await http.put('/odds/1/').send(entity({ name })).expect(200);
    const again = await http
      .put('/odds/1/')
      .send(entity({ name, ...rest }))
      .expect(200);
    assert.deepEqual(again.body.body, first.body.body);
    assert.deepEqual(await dump(), before);
    assertProblem(await http.patch('/odds/1/').send(entity({ mood: 'sad' })), 422, 'invalid-document');
    assertProblem(await http.patch('/odds/1/').send(entity({ share: 101 })), 422, 'invalid-document');
    assertProblem(await http.patch('/odds/1/').send(entity({ moods: ['sad'] })), 422, 'invalid-document');
    assert.deepEqual(await dump(), before);
    assert.deepEqual(errors, []);
  });
});
