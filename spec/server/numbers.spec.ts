import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import type { Api, Store } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { ADAPTERS, serving } from './serve.js';
import { entity } from './shop.js';
import { onEveryStore } from './stores.js';

class Measure extends Entity.of({
  body: Type.Object(
    {
      label: Type.String(),
      n: Type.Number(),
      whole: Type.Optional(Type.Integer()),
      deep: Type.Optional(Type.Unknown()),
    },
    { additionalProperties: false },
  ),
  unique: ['whole'],
  fragments: { n: 'n' },
}) {}

class Measures extends Catalog.of(Measure, {
  iri: 'measures/',
  ids: 'integer',
  page: 50,
  sort: ['n'],
  query: Type.Object({
    n: Type.Optional(Type.Number()),
    whole: Type.Optional(Type.Integer()),
  }),
}) {}

const api = (store: Store): Api => shoji([Measures], { store });

/** As clients may send them, and as they are served. */
const KEPT = {
  '9007199254740991': '9007199254740991',
  '9007199254740992.0': '9007199254740992',
  '1152921504606847000': '1152921504606847000',
  '-11529215046068470000e-1': '-1152921504606847000',
  '1e21': '1e+21',
  '100000000000000000000000': '1e+23',
  '1e300': '1e+300',
  '1.7976931348623157e308': '1.7976931348623157e+308',
  '5e-324': '5e-324',
  '0.30000000000000004': '0.30000000000000004',
};
const REFUSED = [
  '9007199254740993',
  '9007199254740993.0',
  '1152921504606846976',
  '1.2345678901234567891e19',
  '1e400',
];

const SHOJI = 'application/shoji+json';
const MERGE = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';

onEveryStore('numbers', (emptyStore) => {
  const serve = serving();
  for (const [host, mount] of Object.entries(ADAPTERS)) {
    it(`[H75] are served as they are accepted, and accepted as they are served, through ${host}`, async () => {
      const { origin } = await serve(api(await emptyStore()), mount);
      const http = request(origin);
      for (const [sent, served] of Object.entries(KEPT)) {
        const whole = Number.isInteger(Number(sent)) ? `,"whole":${sent}` : '';
        const made = await http
          .post('/measures/')
          .type(SHOJI)
          .send(`{"element":"shoji:entity","body":{"label":"a","n":${sent}${whole},"deep":[{"x":${sent}}]}}`)
          .expect(201);
        const path = new URL(made.headers['location'] as string, origin).pathname;
        const { text } = await http.get(path).expect(200);
        assert.ok(text.includes(`"n":${served},`), text);
        assert.ok(text.includes(`"deep":[{"x":${served}}]`), text);
        await http.put(path).type(SHOJI).send(text).expect(200);
        await http.put(`${path}n`).type('application/json').send(served).expect(200);
        const merged = await http
          .patch(path)
          .type(MERGE)
          .send(`{"n":${served},"deep":${served}}`)
          .expect(200);
        assert.ok(merged.text.includes(`"n":${served},`), merged.text);
        await http
          .patch(path)
          .type(JSON_PATCH)
          .send(
            `[{"op":"test","path":"/n","value":${sent}},{"op":"replace","path":"/deep","value":${served}}]`,
          )
          .expect(200);
        if (whole === '') continue;
        const again = entity({ label: 'b', n: 0, whole: Number(sent) });
        assertProblem(await http.post('/measures/').send(again), 409, 'conflict');
      }
    });

    it(`[H75] are read from queries as they stand in self, through ${host}`, async () => {
      const { origin } = await serve(api(await emptyStore()), mount);
      const http = request(origin);
      const numbers = Object.keys(KEPT).map(Number);
      for (const n of numbers) {
        const whole = Number.isInteger(n) ? { whole: n } : {};
        await http
          .post('/measures/')
          .send(entity({ label: 'a', n, ...whole }))
          .expect(201);
      }
      for (const [index, [sent, served]] of Object.entries(KEPT).entries()) {
        const names = Number.isInteger(Number(sent)) ? ['n', 'whole'] : ['n'];
        for (const name of names) {
          const found = await http.get(`/measures/?${name}=${encodeURIComponent(sent)}`).expect(200);
          assert.deepEqual(found.body.entities, [`${index + 1}/`], `${name}=${sent}`);
          assert.ok(found.body.self.endsWith(`?${name}=${encodeURIComponent(served)}`), found.body.self);
          const again = await http.get(found.body.self as string).expect(200);
          assert.equal(again.text, found.text);
        }
      }
      const wanted = numbers.map((n, index) => ({ n, id: `${index + 1}/` }));
      wanted.sort((one, other) => one.n - other.n);
      const sorted = await http.get('/measures/?sort=n').expect(200);
      assert.deepEqual(
        sorted.body.entities,
        wanted.map(({ id }) => id),
      );
    });

    it(`[H12] [H75] are refused where they would come out with other digits, through ${host}`, async () => {
      const { origin } = await serve(api(await emptyStore()), mount);
      const http = request(origin);
      const { headers } = await http
        .post('/measures/')
        .send(entity({ label: 'a', n: 1 }))
        .expect(201);
      const path = new URL(headers['location'] as string, origin).pathname;
      for (const literal of REFUSED) {
        const body = `{"element":"shoji:entity","body":{"label":"a","n":${literal}}}`;
        assertProblem(await http.post('/measures/').type(SHOJI).send(body), 400, 'number-range');
        assertProblem(await http.put(path).type(SHOJI).send(body), 400, 'number-range');
        assertProblem(await http.put(`${path}n`).type('application/json').send(literal), 400, 'number-range');
        assertProblem(await http.patch(path).type(MERGE).send(`{"n":${literal}}`), 400, 'number-range');
        const patch = `[{"op":"add","path":"/n","value":${literal}}]`;
        assertProblem(await http.patch(path).type(JSON_PATCH).send(patch), 400, 'number-range');
        const index = `{"element":"shoji:catalog","index":{"1/":{"n":${literal}}}}`;
        assertProblem(await http.patch('/measures/').type(SHOJI).send(index), 400, 'number-range');
        assertProblem(await http.get(`/measures/?n=${literal}`), 400, 'bad-query');
        assertProblem(await http.get(`/measures/?whole=${literal}`), 400, 'bad-query');
      }
      assert.equal((await http.get(path)).body.body.n, 1);
    });
  }
});
