import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import { SqlStore } from '../../lib/store/sql/sql-store.js';
import { onEachEngine } from '../store/sql/engines.js';
import type { TestDatabase } from '../store/sql/engines.js';
import { programOn } from '../store/sql/existing-tables.js';
import type { Program } from '../store/sql/existing-tables.js';
import type { Engine } from '../../lib/store/sql/engine.js';
import type { ProblemName } from '../../lib/http/problem.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { entity } from './shop.js';

class Shift extends Entity.of({
  iri: '{shift}/',
  body: Type.Object({ hours: Type.Integer() }, { additionalProperties: false }),
}) {}

class Shifts extends Catalog.of(Shift, {
  iri: 'shifts/',
  ids: 'client',
  table: 'shifts',
  key: 'day',
  within: ['staff_no'],
}) {}

class Employee extends Entity.of({
  body: Type.Object(
    {
      name: Type.String(),
      hired: Type.Integer(),
      badge: Type.Optional(Type.String()),
      boss: Type.Union([Type.String(), Type.Null()]),
    },
    { additionalProperties: false },
  ),
  unique: ['badge'],
  fragments: { 'year of hiring': 'hired' },
}) {
  static override catalogs() {
    return { shifts: Shifts };
  }
}

class Employees extends Catalog.of(Employee, {
  iri: 'employees/',
  ids: 'integer',
  table: 'hr_staff',
  key: 'staff_no',
  columns: { name: 'full_name', hired: 'hired_year' },
  page: 2,
  sort: ['hired'],
  query: Type.Object({ name: Type.Optional(Type.String()) }),
}) {}

class All extends Catalog.of(Employee, { iri: 'all/', entities: '../employees/{id}/' }) {}

const staff = (key: string) => [
  `CREATE TABLE hr_staff (staff_no ${key}, full_name varchar(20) NOT NULL,
    hired_year int NOT NULL CHECK (hired_year > 1900), badge varchar(8) UNIQUE, boss varchar(20))`,
  'CREATE TABLE shifts (staff_no int NOT NULL, day varchar(10) NOT NULL, hours int NOT NULL, PRIMARY KEY (staff_no, day))',
];
const TABLES = { sqlite: staff('INTEGER PRIMARY KEY'), postgres: staff('serial PRIMARY KEY') } as const;

onEachEngine('a table of your own, over HTTP', (engine) => {
  const serve = serving();
  let database: TestDatabase;
  let other: Engine;
  let program: Program;

  beforeEach(async () => {
    database = await engine.database();
    other = database.engine();
    await other.open();
    program = programOn(other);
    await program(
      ...TABLES[engine.name],
      `INSERT INTO hr_staff (full_name, hired_year, badge) VALUES ('Ann', 2001, 'a'), ('Bo', 1999, NULL), ('Cy', 2010, NULL)`,
    );
  });
  afterEach(async () => {
    await other.close();
    await database.drop();
  });

  async function served() {
    const store = new SqlStore(database.engine());
    const { origin, errors } = await serve(shoji([Employees, All], { store }));
    return { http: request(origin), errors };
  }

  it('is read as it is, with an ETag that goes by the columns', async () => {
    const { http } = await served();
    const first = await http.get('/employees/1/').expect(200);
    assert.deepEqual(first.body.body, { name: 'Ann', hired: 2001, badge: 'a', boss: null });
    assert.equal(first.body.updated, undefined);
    assert.equal(first.headers['last-modified'], undefined);
    const etag = first.headers['etag'] as string;
    await http.get('/employees/1/').set('If-None-Match', etag).expect(304);
    assert.deepEqual((await http.get('/employees/2/')).body.body, { name: 'Bo', hired: 1999, boss: null });
    await program(`UPDATE hr_staff SET boss = 'Bo' WHERE staff_no = 1`);
    const second = await http.get('/employees/1/').set('If-None-Match', etag).expect(200);
    assert.equal(second.body.body.boss, 'Bo');
    assert.equal((await http.get('/employees/1/hired')).text, '2001');
    await http.get('/employees/9/').expect(404);
  });

  it('is written under the ETag that was read, and not under one that others have overtaken', async () => {
    const { http } = await served();
    const { etag } = (await http.get('/employees/1/')).headers as { etag: string };
    await program('UPDATE hr_staff SET hired_year = 2002 WHERE staff_no = 1');
    const patch = entity({ badge: 'b' });
    assertProblem(
      await http.patch('/employees/1/').set('If-Match', etag).send(patch),
      412,
      'precondition-failed',
    );
    assertProblem(await http.delete('/employees/1/').set('If-Match', etag), 412, 'precondition-failed');
    const changed = await http.patch('/employees/1/').send(patch).expect(200);
    assert.deepEqual(changed.body.body, { name: 'Ann', hired: 2002, badge: 'b', boss: null });
    const now = changed.headers['etag'] as string;
    await http.get('/employees/1/').set('If-None-Match', now).expect(304);
    await http.delete('/employees/1/').set('If-Match', now).expect(204);
    const rows = await program('SELECT count(*) AS n FROM hr_staff');
    assert.equal(Number(rows[0]?.['n']), 2);
  });

  it('takes new rows, and says what it does not take', async () => {
    const { http, errors } = await served();
    const dan = { name: 'Dan', hired: 2020, badge: 'd', boss: null };
    const made = await http.post('/employees/').send(entity(dan)).expect(201);
    assert.match(made.headers['location'] as string, /\/employees\/4\/$/);
    assert.deepEqual((await http.get('/employees/4/')).body.body, dan);
    const refused = async (body: object, status: number, type: ProblemName) => {
      const answer = await http.post('/employees/').send(entity({ ...dan, badge: 'e', ...body }));
      assertProblem(answer, status, type);
      return (answer.body.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    };
    assert.deepEqual(await refused({ badge: 'a' }, 409, 'conflict'), ['/body/badge']);
    assert.deepEqual(await refused({ hired: 1900 }, 422, 'invalid-document'), ['/body']);
    assert.deepEqual(errors, []);
  });

  it('is listed in pages and as a whole', async () => {
    const { http } = await served();
    const first = await http.get('/employees/').expect(200);
    assert.deepEqual(first.body.entities, ['1/', '2/']);
    assert.equal(first.body.catalogs.next, '?after=2');
    await http
      .get('/employees/')
      .set('If-None-Match', first.headers['etag'] as string)
      .expect(304);
    assert.deepEqual((await http.get('/employees/?after=2')).body.entities, ['3/']);
    const sorted = await http.get('/employees/?sort=-hired').expect(200);
    assert.deepEqual(sorted.body.entities, ['3/', '1/']);
    assert.deepEqual((await http.get(`/employees/${sorted.body.catalogs.next}`)).body.entities, ['2/']);
    assert.deepEqual((await http.get('/employees/?name=Bo')).body.entities, ['2/']);
    assert.deepEqual((await http.get('/all/')).body.entities.length, 3);

    await program(
      `INSERT INTO hr_staff (full_name, hired_year) VALUES ('Dan', 2015)`,
      'DELETE FROM hr_staff WHERE staff_no = 1',
    );
    const after = await http
      .get('/employees/')
      .set('If-None-Match', first.headers['etag'] as string)
      .expect(200);
    assert.deepEqual(after.body.entities, ['2/', '3/']);
  });

  it('changes several rows at once, or none', async () => {
    const { http } = await served();
    const { etag } = (await http.get('/employees/3/')).headers as { etag: string };
    const index = (three: object | null, etags: object) => ({
      element: 'shoji:catalog',
      index: { '2/': { hired: 2000 }, '3/': three },
      etags,
    });
    await program(`UPDATE hr_staff SET full_name = 'Cyd' WHERE staff_no = 3`);
    await http
      .patch('/employees/')
      .send(index(null, { '3/': etag }))
      .expect(412);
    assert.equal((await http.get('/employees/2/')).body.body.hired, 1999);
    const now = (await http.get('/employees/3/')).headers['etag'];
    await http
      .patch('/employees/')
      .send(index(null, { '3/': now }))
      .expect(204);
    assert.equal((await http.get('/employees/2/')).body.body.hired, 2000);
    await http.get('/employees/3/').expect(404);
  });

  it('can stand within another one', async () => {
    const { http } = await served();
    const shift = entity({ hours: 8 });
    await http.put('/employees/9/shifts/monday/').set('If-None-Match', '*').send(shift).expect(404);
    await http.put('/employees/2/shifts/monday/').set('If-None-Match', '*').send(shift).expect(201);
    await http.put('/employees/2/shifts/monday/').set('If-None-Match', '*').send(shift).expect(412);
    assert.deepEqual((await http.get('/employees/2/shifts/')).body.entities, ['monday/']);
    assert.deepEqual((await http.get('/employees/3/shifts/')).body.entities, []);
    assertProblem(await http.delete('/employees/2/'), 409, 'in-use');
    await http.delete('/employees/2/shifts/monday/').expect(204);
    await http.delete('/employees/2/').expect(204);
  });

  it('does not start where the table is not what was declared', async () => {
    await program('DROP TABLE shifts');
    const store = new SqlStore(database.engine());
    const api = shoji([Employees, All], { store });
    await assert.rejects(
      async () => api.start(),
      /the table "shifts" of the catalog "employees\/shifts": the database has none of this name/,
    );
  });
});
