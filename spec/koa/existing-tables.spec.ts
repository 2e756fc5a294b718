import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import type { CatalogClass } from '../../lib/index.js';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import type { Engine } from '../../lib/store/sql/engine.js';
import { SqlStore } from '../../lib/store/sql/sql-store.js';
import { onEachEngine, type TestDatabase } from '../store/sql/engines.js';
import { programOn, type Program } from '../store/sql/mapped-tables.js';
import { assertProblem } from './problems.js';
import { HOSTS, serving } from './serve.js';
import { entity } from './shop.js';

class Note extends Entity {
  static override body = Type.Object({ text: Type.String() }, { additionalProperties: false });
}

class Notes extends Catalog<typeof Note> {
  static override iri = 'notes/';
  static override entity = Note;
  static override ids = 'integer';
  static override table = 'notes';
  static override key = 'no';
  static override page = 3;
  static override sort = ['text'];
}

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

  async function served(classes: readonly CatalogClass[], mount = HOSTS['Koa']) {
    const store = new SqlStore(database.engine());
    const { origin, errors } = await serve(shoji(classes, { store }), mount);
    return { http: request(origin), errors, origin };
  }

  for (const [host, mount] of Object.entries(HOSTS)) {
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
});
