import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Router } from '@koa/router';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, Fragment, shoji } from '../../lib/index.js';
import type { BodyOf, Guard } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { raw } from './raw.js';
import { serving } from './serve.js';
import { entity } from './shop.js';

class Note extends Entity.of({
  body: Type.Object(
    { text: Type.Optional(Type.String()), secret: Type.Optional(Type.String()) },
    { minProperties: 1 },
  ),
  fragments: { text: 'text', secret: 'secret' },
}) {}

/** Notes 1, 2, and so on, with nothing of their own. */
class Notes extends Catalog.of(Note, { iri: 'notes/', ids: 'integer' }) {}

describe('what resource classes and clients may rely on', () => {
  const serve = serving();

  it('a copy of an entity with another body is rendered with that body', async () => {
    class Redacted extends Notes {
      async read(id: string) {
        const found = await super.read(id);
        return found && { ...found, body: { text: 'public' } };
      }
    }
    const { origin } = await serve(shoji([Redacted]));
    await request(origin)
      .post('/notes/')
      .send(entity({ text: 'a', secret: 's' }))
      .expect(201);
    const { body } = await request(origin).get('/notes/1/').expect(200);
    assert.deepEqual(body.body, { text: 'public' });
  });

  it('a guard that promises an answer is refused, and lets nobody in', async () => {
    const guard = (async () => true) as unknown as Guard;
    const { origin, errors } = await serve(shoji([Notes], { guard }));
    assertProblem(await request(origin).get('/notes/'), 500, 'internal-error');
    assert.match(errors[0]?.message ?? '', /a guard says true or false at once; found Promise/);
  });

  it('nothing of the prefix that it is mounted under gets out of the string that self is', async () => {
    const { port } = await serve(shoji([Notes]), (app, api) => {
      app.use(new Router().use('/:tenant', api.routes()).routes());
    });
    const answer = await raw(port, 'GET /x","body":{"admin":true},"y":"/notes/ HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.equal(answer.status, 400);
    assert.doesNotMatch(answer.text, /"body":\{"admin"/);
  });

  it('a member that is deleted is not there for the schema either', async () => {
    const { origin } = await serve(shoji([Notes]));
    await request(origin)
      .post('/notes/')
      .send(entity({ text: 'a', secret: 's' }))
      .expect(201);
    await request(origin).delete('/notes/1/secret').expect(204);
    assertProblem(await request(origin).delete('/notes/1/text'), 422, 'invalid-document');
    const { body } = await request(origin).get('/notes/1/');
    assert.deepEqual(body.body, { text: 'a' });
  });

  it("POST is held to the catalog's own entity tag, and tells where the new document is", async () => {
    const { origin } = await serve(shoji([Notes]));
    const { headers } = await request(origin).get('/notes/');
    const post = () =>
      request(origin)
        .post('/notes/')
        .set('If-Match', headers['etag'] ?? '')
        .send(entity({ text: 'a' }));
    const created = await post();
    assert.equal(created.status, 201);
    assert.equal(created.headers['content-location'], '/notes/1/');
    assertProblem(await post(), 412, 'precondition-failed');
  });

  it('If-Match * names no version, so that nobody who was faster makes it false', async () => {
    const { origin } = await serve(shoji([Notes]));
    await request(origin)
      .post('/notes/')
      .send(entity({ text: 'a' }))
      .expect(201);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        request(origin)
          .patch('/notes/1/')
          .set('If-Match', '*')
          .send(entity({ text: String(index) })),
      ),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  });

  for (const id of ['..', 'counts']) {
    it(`an entity that no path would lead to is an error: ${id}`, async () => {
      class Counts extends Fragment.of({ iri: 'counts' }) {
        value() {
          return 1;
        }
      }
      class Fixed extends Catalog.of(Note, { iri: 'notes/', ids: 'client' }) {
        static fragments() {
          return { counts: Counts };
        }
        create(body: BodyOf<typeof Note>) {
          return this.collection.create(body, { id });
        }
      }
      const { origin, errors } = await serve(shoji([Fixed]));
      const answer = await request(origin)
        .post('/notes/')
        .send(entity({ text: 'a' }));
      assertProblem(answer, 500, 'internal-error');
      assert.match(
        errors[0]?.message ?? '',
        /no path leads to an entity with the id "(\.\.|counts)" in Fixed/,
      );
    });
  }

  it('an API that was stopped answers 503 until it is there again', async () => {
    const api = shoji([Notes]);
    const { origin } = await serve(api);
    await request(origin).get('/notes/').expect(200);
    await api.stop();
    const answer = await request(origin).get('/notes/');
    assertProblem(answer, 503, 'unavailable');
    assert.equal(answer.headers['retry-after'], '5');
  });

  it('a body that other middleware has read already is an error that says so', async () => {
    const { origin, errors } = await serve(shoji([Notes]), (app, api) => {
      app.use(async (ctx, next) => {
        for await (const chunk of ctx.req) assert.ok(chunk);
        await next();
      });
      app.use(api.routes());
    });
    const answer = await request(origin)
      .post('/notes/')
      .send(entity({ text: 'a' }));
    assertProblem(answer, 500, 'internal-error');
    assert.match(errors[0]?.message ?? '', /the body was read already/);
    assert.match(errors[0]?.message ?? '', /use api\.routes\(\) .* before a body parser/);
  });

  it('a body of which other middleware has read a part, or made text, is the same', async () => {
    const before: Readonly<Record<string, (req: IncomingMessage) => unknown>> = {
      'read already': async (req) => {
        await once(req, 'readable');
        req.read(1);
      },
      'decoded by setEncoding\\(\\) already': (req) => req.setEncoding('utf8'),
    };
    for (const [what, touch] of Object.entries(before)) {
      const { origin, errors } = await serve(shoji([Notes]), (app, api) => {
        app.use(async (ctx, next) => {
          await touch(ctx.req);
          await next();
        });
        app.use(api.routes());
      });
      const answer = await request(origin)
        .post('/notes/')
        .send(entity({ text: 'a' }));
      assertProblem(answer, 500, 'internal-error');
      assert.match(errors[0]?.message ?? '', new RegExp(`the body was ${what}`));
    }
  });

  it('a body that other middleware has paused is read', async () => {
    const { origin } = await serve(shoji([Notes]), (app, api) => {
      app.use((ctx, next) => {
        ctx.req.pause();
        return next();
      });
      app.use(api.routes());
    });
    await request(origin)
      .post('/notes/')
      .send(entity({ text: 'a' }))
      .expect(201);
  });
});
