import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, Fragment, View, shoji } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

/** Two kinds of entities of which only one is careful, with parts that do as they please. */
function mixed() {
  let note = 'first';

  class Colour extends View.of({ iri: 'colour', schema: Type.String(), requireIfMatch: true }) {
    override value() {
      return note;
    }

    override replace(value: unknown) {
      note = String(value);
    }
  }

  class Loose extends Fragment.of({ member: 'loose', requireIfMatch: false }) {}

  class Careful extends Entity.of({
    body: Type.Object({ name: Type.String(), loose: Type.Optional(Type.String()) }),
    requireIfMatch: true,
  }) {
    static override fragments() {
      return { name: 'name', loose: Loose };
    }
  }

  class CarefulOnes extends Catalog.of(Careful, { iri: 'careful/', ids: 'integer' }) {
    static override views() {
      return { colour: Colour };
    }
  }

  class Plain extends Entity.of({ body: Type.Object({ name: Type.String() }) }) {}

  class PlainOnes extends Catalog.of(Plain, { iri: 'plain/', ids: 'integer', requireIfMatch: true }) {}

  return shoji([CarefulOnes, PlainOnes]);
}

describe('[H47] where changes need If-Match', () => {
  const serve = serving();

  async function served() {
    const { origin } = await serve(shop({ requireIfMatch: true }));
    const http = request(origin);
    await http
      .post('/customers/')
      .send(entity({ ...ADA, nickname: 'A' }))
      .expect(201);
    const etagOf = async (path: string) => (await http.get(path)).headers['etag'] as string;
    return { http, etagOf };
  }

  type Http = Awaited<ReturnType<typeof served>>['http'];

  const CHANGES: Readonly<
    Record<string, readonly [path: string, change: (http: Http, path: string) => request.Test]>
  > = {
    'PUT of an entity': ['/customers/1/', (http, path) => http.put(path).send(entity(ADA))],
    'PATCH of an entity': ['/customers/1/', (http, path) => http.patch(path).send(entity({ visits: 9 }))],
    'a merge patch of an entity': [
      '/customers/1/',
      (http, path) => http.patch(path).type('application/merge-patch+json').send('{"visits": 9}'),
    ],
    'DELETE of an entity': ['/customers/1/', (http, path) => http.delete(path)],
    'PUT of a fragment': ['/customers/1/name', (http, path) => http.put(path).type('json').send('"Grace"')],
    'DELETE of a fragment': ['/customers/1/nickname', (http, path) => http.delete(path)],
    'PUT of a view': ['/customers/settings', (http, path) => http.put(path).type('json').send('1')],
  };

  for (const [name, [path, change]] of Object.entries(CHANGES)) {
    it(`${name} without it is refused and says what to send`, async () => {
      const { http } = await served();
      const before = (await http.get(path)).text;
      const { detail } = assertProblem(await change(http, path), 428, 'precondition-required');
      assert.match(detail ?? '', /If-Match: "/);
      const dated = change(http, path).set('If-Unmodified-Since', new Date(Date.now() + 9e6).toUTCString());
      assertProblem(await dated, 428, 'precondition-required');
      assert.equal((await http.get(path)).text, before);
    });

    it(`${name} with it is carried out, with a stale one not`, async () => {
      const { http, etagOf } = await served();
      assertProblem(await change(http, path).set('If-Match', '"stale"'), 412, 'precondition-failed');
      const answer = await change(http, path).set('If-Match', await etagOf(path));
      assert.ok(answer.ok, answer.text);
    });

    it(`${name} where nothing is, is 404 all the same`, async () => {
      const { http } = await served();
      const gone = path.replace('/1/', '/9/');
      if (gone !== path) assertProblem(await change(http, gone), 404, 'not-found');
    });
  }

  it('POST needs none', async () => {
    const { http } = await served();
    assert.equal((await http.post('/customers/').send(entity(ADA))).status, 201);
  });

  it('creating by PUT needs If-None-Match: * alone, and what is there is not overwritten', async () => {
    const { http, etagOf } = await served();
    const put = () => http.put('/countries/fr/').send(entity({ name: 'France' }));
    assert.equal((await put().set('If-None-Match', '*')).status, 201);
    assertProblem(await put().set('If-None-Match', '*'), 412, 'precondition-failed');
    assertProblem(await put().set('If-None-Match', '"other"'), 428, 'precondition-required');
    assertProblem(await put(), 428, 'precondition-required');
    assert.equal((await put().set('If-Match', await etagOf('/countries/fr/'))).status, 200);
  });

  it('a body that breaks the schema is told first', async () => {
    const { http } = await served();
    assertProblem(await http.put('/customers/1/').send(entity({ visits: -1 })), 422, 'invalid-document');
    assertProblem(await http.patch('/customers/1/').type('text').send('a'), 415, 'unsupported-media-type');
  });

  it('each class may say so for itself, and a part of an entity else than it', async () => {
    const { origin } = await serve(mixed());
    const http = request(origin);
    for (const path of ['/careful/', '/plain/']) {
      await http
        .post(path)
        .send(entity({ name: 'x' }))
        .expect(201);
    }
    assertProblem(await http.patch('/careful/1/').send(entity({})), 428, 'precondition-required');
    assertProblem(await http.put('/careful/1/name').type('json').send('"y"'), 428, 'precondition-required');
    assert.equal((await http.put('/careful/1/loose').type('json').send('"y"')).status, 200);
    assertProblem(await http.put('/careful/colour').type('json').send('"red"'), 428, 'precondition-required');
    assert.equal((await http.patch('/plain/1/').send(entity({ name: 'y' }))).status, 200);
    const index = { element: 'shoji:catalog', index: { '1/': { name: 'z' } } };
    assertProblem(await http.patch('/careful/').send(index), 428, 'precondition-required');
    assertProblem(await http.patch('/plain/').send(index), 428, 'precondition-required');
  });
});
