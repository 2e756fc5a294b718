import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, View, shoji } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import type { Mount } from './serve.js';
import { entity } from './shop.js';

const Colour = Type.Union([Type.Literal('red'), Type.Literal('green'), Type.Literal('blue')]);
const Shape = Type.Union([
  Type.Object({ kind: Type.Literal('circle'), radius: Type.Number({ minimum: 0 }) }),
  Type.Object({ kind: Type.Literal('square'), side: Type.Number({ minimum: 0 }) }),
]);

function drawings() {
  class Drawing extends Entity.of({
    body: Type.Object({
      colour: Colour,
      shape: Shape,
      note: Type.Union([Type.String({ minLength: 2 }), Type.Null()]),
    }),
    fragments: { colour: 'colour', shape: 'shape' },
  }) {}
  class Drawings extends Catalog.of(Drawing, {
    iri: 'drawings/{?colour}',
    ids: 'integer',
    query: Type.Object({ colour: Type.Optional(Colour) }),
  }) {}
  class Brush extends View.of({ iri: 'brush', schema: Shape }) {
    override value() {
      return null;
    }
    override replace(value: unknown) {
      return value;
    }
  }
  return shoji([Drawings, Brush]);
}

const GOOD = { colour: 'red', shape: { kind: 'circle', radius: 1 }, note: null };

const HOSTS: Readonly<Record<string, Mount>> = {
  'through Koa': (app, api) => app.use(api.routes()),
  'through api.listener()': (app, api) => {
    const listener = api.listener();
    app.use((ctx) => {
      ctx.respond = false;
      listener(ctx.req, ctx.res);
    });
  },
};

for (const [how, mount] of Object.entries(HOSTS)) {
  describe(`what is said of alternatives, ${how}`, () => {
    const serve = serving();

    type Expected = readonly { pointer: string; message: string }[];
    const shown = (errors: Expected | undefined) =>
      (errors ?? []).map(({ pointer, message }) => `${pointer} ${message}`);

    const bodies: readonly [object, readonly string[]][] = [
      [
        { ...GOOD, colour: 'rde' },
        ['/body/colour must be one of "red", "green", "blue"; found "rde" (did you mean "red"?)'],
      ],
      [{ ...GOOD, shape: { kind: 'circle', radius: -1 } }, ['/body/shape/radius must be >= 0; found -1']],
      [
        { ...GOOD, shape: { kind: 'circel', radius: 1 } },
        ['/body/shape/kind must be one of "circle", "square"; found "circel" (did you mean "circle"?)'],
      ],
      [{ ...GOOD, note: 'x' }, ['/body/note must NOT have fewer than 2 characters; found "x"']],
      [{ ...GOOD, note: 5 }, ['/body/note must be string or null; found 5']],
    ];
    for (const [body, expected] of bodies) {
      it(`[H16] is one error in a body: ${expected[0]}`, async () => {
        const { origin } = await serve(drawings(), mount);
        const refused = await request(origin).post('/drawings/').send(entity(body));
        assert.deepEqual(shown(assertProblem(refused, 422, 'invalid-document').errors), expected);
        await request(origin).post('/drawings/').send(entity(GOOD)).expect(201);
        for (const method of ['put', 'patch'] as const) {
          const answer = await request(origin)[method]('/drawings/1/').send(entity(body));
          assert.deepEqual(shown(assertProblem(answer, 422, 'invalid-document').errors), expected);
        }
      });
    }

    it('is one error in a fragment and in a view', async () => {
      const { origin } = await serve(drawings(), mount);
      await request(origin).post('/drawings/').send(entity(GOOD)).expect(201);
      const put = async (path: string, value: unknown) => {
        const answer = await request(origin)
          .put(path)
          .set('Content-Type', 'application/json')
          .send(JSON.stringify(value));
        return shown(assertProblem(answer, 422, 'invalid-document').errors).map((error) =>
          error.replace('/body', ''),
        );
      };
      const colours = 'must be one of "red", "green", "blue"; found "gren" (did you mean "green"?)';
      const [ofFragment = ''] = await put('/drawings/1/colour', 'gren');
      assert.ok(ofFragment.endsWith(colours), ofFragment);
      const [ofShape = '', ...more] = await put('/drawings/1/shape', { kind: 'square' });
      assert.ok(ofShape.endsWith('/side is required, and missing'), ofShape);
      assert.deepEqual(more, []);
      assert.deepEqual(await put('/brush', { kind: 'square', side: 'x' }), [
        '/side must be number; found "x"',
      ]);
    });

    it('[H24] is what a query variable may be', async () => {
      const { origin } = await serve(drawings(), mount);
      const answer = await request(origin).get('/drawings/?colour=rde');
      const { detail, errors } = assertProblem(answer, 400, 'bad-query');
      const message = 'must be one of "red", "green", "blue"; found "rde" (did you mean "red"?)';
      assert.equal(detail, `The query variable "colour" ${message}.`);
      assert.deepEqual(shown(errors), [`/colour ${message}`]);
      const misspelt = await request(origin).get('/drawings/?color=red');
      assert.deepEqual(shown(assertProblem(misspelt, 400, 'bad-query').errors), [
        '/color is no variable of this resource (did you mean "colour"?); declared are: colour',
      ]);
    });
  });
}
