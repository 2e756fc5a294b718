import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, ProblemError, View, defineProblem, shoji } from '../../lib/index.js';
import type { Api, ShojiOptions } from '../../lib/index.js';
import { problemTypes } from '../../lib/http/problem.js';
import type { ProblemName } from '../../lib/http/problem.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import type { Mount } from './serve.js';
import { entity } from './shop.js';

const OutOfStock = defineProblem('out-of-stock', {
  status: 409,
  title: 'Out of <stock>',
  meaning: 'There are fewer left than were ordered.',
  members: Type.Object({
    left: Type.Integer({ description: 'How many there are & remain' }),
    until: Type.Optional(Type.String()),
  }),
});

const Closed = defineProblem('closed', {
  status: 503,
  title: 'Closed',
  meaning: 'The shop is closed at night.',
});

const HOSTS: Readonly<Record<string, Mount>> = {
  'through Koa': (app, api) => app.use(api.routes()),
  'through api.listener()': (app, api) => {
    const listener = api.listener({ onError: (error) => app.emit('error', error) });
    app.use((ctx) => {
      ctx.respond = false;
      listener(ctx.req, ctx.res);
    });
  },
};

/** An API in which everything throws what it is asked to. */
function throwing(act: () => unknown, options: ShojiOptions = {}): Api {
  class Thing extends Entity.of({ body: Type.Object({ name: Type.String() }) }) {}
  class Things extends Catalog.of(Thing, { iri: 'things/', ids: 'integer' }) {
    override update() {
      return act() as never;
    }
  }
  class Shown extends View.of({ iri: 'shown' }) {
    override value() {
      return act();
    }
  }
  return shoji([Things, Shown], options);
}

for (const [how, mount] of Object.entries(HOSTS)) {
  describe(`problems of an API's own, ${how}`, () => {
    const serve = serving();

    it('are answered with their status, title, members and header fields', async () => {
      const act = () => {
        throw new ProblemError(OutOfStock, {
          detail: 'There are 3.',
          members: { left: 3 },
          headers: { 'Retry-After': '120' },
        });
      };
      const { origin, errors } = await serve(throwing(act, { problems: [OutOfStock, Closed] }), mount);
      const answer = await request(origin).get('/shown');
      assert.equal(answer.status, 409);
      assert.equal(answer.headers['content-type'], 'application/problem+json');
      assert.equal(answer.headers['retry-after'], '120');
      assert.deepEqual(JSON.parse(answer.text), {
        type: '/problems/out-of-stock',
        title: 'Out of <stock>',
        status: 409,
        detail: 'There are 3.',
        left: 3,
      });
      assert.deepEqual(errors, []);
    });

    it('lead to a page that says what they mean, and what their members are', async () => {
      const { origin } = await serve(throwing(Object, { problems: [OutOfStock, Closed] }), mount);
      const page = await request(origin).get('/problems/out-of-stock');
      assert.equal(page.status, 200);
      assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
      assert.ok(page.text.includes('<h1>Out of &lt;stock&gt;</h1>'));
      assert.ok(page.text.includes('<p>There are fewer left than were ordered.</p>'));
      assert.ok(page.text.includes('<li><code>left</code> (integer): How many there are &amp; remain</li>'));
      assert.ok(page.text.includes('<li><code>until</code> (string, may be absent)</li>'));
      assert.ok(page.text.includes('Status code: 409.'));
      const closed = await request(origin).get('/problems/closed');
      assert.equal(closed.status, 200);
      assert.ok(!closed.text.includes('<li>'));
    });

    it('say about:blank where their type is not listed, and tell the author', async () => {
      const act = () => {
        throw new ProblemError(OutOfStock, { detail: 'There are 3.', members: { left: 3 } });
      };
      const { origin, errors } = await serve(throwing(act), mount);
      const answer = await request(origin).get('/shown');
      assert.equal(answer.status, 409);
      const { type, title, left } = JSON.parse(answer.text) as Readonly<Record<string, unknown>>;
      assert.deepEqual({ type, title, left }, { type: 'about:blank', title: 'Out of <stock>', left: 3 });
      assertProblem(await request(origin).get('/problems/out-of-stock'), 404, 'not-found');
      assert.match(errors[0]?.message ?? '', /"out-of-stock".*list its type in shoji\(…, \{ problems: \[/);
    });

    const wrong: readonly [string, object, RegExp][] = [
      ['of another type', { members: { left: 'three' } }, /\/left must be integer; found "three"/],
      ['that lack one', { members: {} }, /\/left is required, and missing/],
      ['left away', {}, /\/left is required, and missing/],
      ['that JSON cannot hold', { members: { left: 3, until: 1n } }, /JSON cannot hold a bigint/],
      ['of a reserved name', { members: { left: 3, status: 200 } }, /"status" already/],
      ['that are no object', { members: [3] }, /members of a problem are an object/],
      [
        'and a field of the answer itself',
        { members: { left: 3 }, headers: { 'content-LENGTH': '1' } },
        /it itself/,
      ],
      ['and a broken field', { members: { left: 3 }, headers: { 'Retry After': '1' } }, /Retry After/],
    ];
    for (const [what, options, message] of wrong) {
      it(`with members ${what} are the author's fault`, async () => {
        const act = () => {
          throw new ProblemError(OutOfStock, options as { members: { left: number } });
        };
        const { origin, errors } = await serve(throwing(act, { problems: [OutOfStock] }), mount);
        assertProblem(await request(origin).get('/shown'), 500, 'internal-error');
        assert.match(errors[0]?.message ?? '', message);
      });
    }

    it('keep their members and fields where a PATCH of a catalog says which entry they are of', async () => {
      const act = () => {
        throw new ProblemError(OutOfStock, { members: { left: 3 }, headers: { 'Retry-After': '120' } });
      };
      const { origin } = await serve(throwing(act, { problems: [OutOfStock] }), mount);
      await request(origin)
        .post('/things/')
        .send(entity({ name: 'a' }))
        .expect(201);
      const answer = await request(origin)
        .patch('/things/')
        .send({ element: 'shoji:catalog', index: { '1/': { name: 'b' } } });
      assert.equal(answer.status, 409, answer.text);
      assert.equal(answer.headers['retry-after'], '120');
      const { type, left, errors } = JSON.parse(answer.text) as Readonly<Record<string, unknown>>;
      assert.deepEqual({ type, left }, { type: '/problems/out-of-stock', left: 3 });
      assert.deepEqual(errors, [{ pointer: '/index/1~1', message: 'Out of <stock>', rule: 'out-of-stock' }]);
    });

    it('are problems too where another copy of the package made them', async () => {
      const copy = '../../lib/http/problem.js?other';
      const other = (await import(copy)) as { ProblemError: typeof ProblemError };
      assert.notEqual(other.ProblemError, ProblemError);
      const { origin } = await serve(
        throwing(() => {
          throw new other.ProblemError('conflict', { detail: 'Taken.' });
        }),
        mount,
      );
      const answer = await request(origin).get('/shown');
      assert.equal(assertProblem(answer, 409, 'conflict').detail, 'Taken.');
    });

    for (const name of [
      'payment-required',
      'gone',
      'locked',
      'too-many-requests',
      'unavailable-for-legal-reasons',
      'bad-gateway',
      'gateway-timeout',
    ] satisfies ProblemName[]) {
      it(`need no type of one's own for ${name}`, async () => {
        const act = () => {
          throw new ProblemError(name, { headers: { 'Retry-After': '9' } });
        };
        const { origin } = await serve(throwing(act), mount);
        const answer = await request(origin).get('/shown');
        assertProblem(answer, problemTypes[name].status, name);
        assert.equal(answer.headers['retry-after'], '9');
        assert.equal((await request(origin).get(`/problems/${name}`)).status, 200);
      });
    }

    it('of a name that nobody knows are answered 500, and the log says which there are', async () => {
      const act = () => {
        throw new ProblemError('rate-limited' as 'conflict');
      };
      const { origin, errors } = await serve(throwing(act), mount);
      assertProblem(await request(origin).get('/shown'), 500, 'internal-error');
      assert.match(errors[0]?.message ?? '', /no type of problem named "rate-limited".*too-many-requests/);
    });
  });
}
