import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, View, shoji } from '../../lib/index.js';
import type { QueryOf, Store, ViewRequest } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { entity } from './shop.js';
import { onEveryStore } from './stores.js';

/** Tasks whose schemas have defaults, in bodies, queries and values. */
function tasks(store: Store) {
  const asked: unknown[] = [];
  let kept: unknown = null;

  class Task extends Entity.of({
    body: Type.Object(
      {
        name: Type.String(),
        state: Type.String({ default: 'open' }),
        size: Type.Optional(Type.Object({ unit: Type.String({ default: 'h' }), count: Type.Integer() })),
        revision: Type.Integer({ readOnly: true, default: 1 }),
      },
      { additionalProperties: false },
    ),
    fragments: { size: 'size' },
  }) {}

  class Settings extends View.of({
    iri: 'settings{?colour}',
    query: Type.Object({ colour: Type.String({ default: 'red' }) }),
    schema: Type.Object({ dark: Type.Boolean({ default: false }) }),
  }) {
    override value({ query }: ViewRequest<typeof Settings>) {
      return [query.colour, kept];
    }
    override replace(value: unknown) {
      kept = value;
    }
  }

  class Named extends Catalog.of(Task, {
    iri: 'named/{?name,words}',
    entities: '../{id}/',
    query: Type.Object({
      name: Type.String({ default: 'Milk' }),
      words: Type.Array(Type.String(), { default: ['a', 'b'] }),
    }),
  }) {
    override list(query: QueryOf<typeof Named>) {
      asked.push(query);
      return this.collection.search({ name: query.name });
    }
  }

  class Tasks extends Catalog.of(Task, {
    iri: 'tasks/{?state}',
    ids: 'integer',
    page: 1,
    query: Type.Object({ state: Type.Optional(Type.String({ default: 'open' })) }),
  }) {
    static override catalogs() {
      return { named: Named };
    }
    static override views() {
      return { settings: Settings };
    }
  }

  class Chosen extends Catalog.of(class extends Task.of({ ...Task.options, iri: '{chosen}/' }) {}, {
    iri: 'chosen/',
    ids: 'client',
  }) {}

  return { api: shoji([Tasks, Chosen], { store }), asked, kept: () => kept };
}

onEveryStore('defaults', (emptyStore) => {
  const serve = serving();

  async function served() {
    const { api, asked, kept } = tasks(await emptyStore());
    const http = request((await serve(api)).origin);
    const post = (body: object) => http.post('/tasks/').send(entity(body));
    const bodyOf = async (path: string) => JSON.parse((await http.get(path)).text).body as object;
    return { http, post, bodyOf, asked, kept };
  }

  it('POST: what the body lacks is kept with its default, and the 201 shows it', async () => {
    const { post, bodyOf } = await served();
    const answer = await post({ name: 'Milk', size: { count: 2 } });
    assert.equal(answer.status, 201, answer.text);
    const body = { name: 'Milk', state: 'open', size: { unit: 'h', count: 2 }, revision: 1 };
    assert.deepEqual(JSON.parse(answer.text).body, body);
    assert.deepEqual(await bodyOf('/tasks/1/'), body);
  });

  it('[H55] POST again with one key is the same request, whether it was filled or not', async () => {
    const { post } = await served();
    const keyed = () => post({ name: 'Milk' }).set('Idempotency-Key', '"k"');
    const first = await keyed();
    assert.equal((await keyed()).headers['location'], first.headers['location']);
    const other = await post({ name: 'Milk', state: 'open' }).set('Idempotency-Key', '"k"');
    assert.equal(other.status, 422);
  });

  it('[H17] POST of a member that only the server writes stays 422, be it the default', async () => {
    const { post } = await served();
    const { errors } = assertProblem(await post({ name: 'Milk', revision: 1 }), 422, 'invalid-document');
    assert.deepEqual(
      errors?.map(({ rule }) => rule),
      ['read-only'],
    );
  });

  it('[H48] PUT: what the body lacks is its default again, and the ETag is of what is kept', async () => {
    const { http, post, bodyOf } = await served();
    await post({ name: 'Milk', state: 'done', size: { unit: 'min', count: 2 } });
    const answer = await http.put('/tasks/1/').send(entity({ name: 'Bread', size: { count: 1 } }));
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await bodyOf('/tasks/1/'), {
      name: 'Bread',
      state: 'open',
      size: { unit: 'h', count: 1 },
      revision: 1,
    });
    const read = await http.get('/tasks/1/');
    assert.deepEqual([answer.text, answer.headers['etag']], [read.text, read.headers['etag']]);
  });

  it('PUT that makes an entity fills it, too', async () => {
    const { http, bodyOf } = await served();
    await http
      .put('/chosen/a/')
      .set('If-None-Match', '*')
      .send(entity({ name: 'Milk' }))
      .expect(201);
    assert.deepEqual(await bodyOf('/chosen/a/'), { name: 'Milk', state: 'open', revision: 1 });
  });

  it('PUT of a fragment fills what is within its value', async () => {
    const { http, post, bodyOf } = await served();
    await post({ name: 'Milk' });
    const answer = await http.put('/tasks/1/size').send({ count: 3 });
    assert.equal(answer.text, '{"count":3,"unit":"h"}');
    assert.deepEqual(await bodyOf('/tasks/1/'), {
      name: 'Milk',
      state: 'open',
      revision: 1,
      size: { unit: 'h', count: 3 },
    });
  });

  it('PUT of a view fills what its class is given', async () => {
    const { http, kept } = await served();
    await http.put('/tasks/settings').send({}).expect(200);
    assert.deepEqual(kept(), { dark: false });
  });

  it('PATCH, in any format, fills nothing', async () => {
    const { http, post, bodyOf } = await served();
    await post({ name: 'Milk', state: 'done' });
    for (const [type, patch] of [
      ['application/shoji+json', entity({ size: { count: 1 } })],
      ['application/merge-patch+json', { size: { count: 1 } }],
      ['application/merge-patch+json', { state: null }],
      ['application/json-patch+json', [{ op: 'remove', path: '/state' }]],
    ] as const) {
      const answer = await http.patch('/tasks/1/').type(type).send(JSON.stringify(patch));
      assertProblem(answer, 422, 'invalid-document');
    }
    const index = { '1/': { size: { count: 1 } } };
    assertProblem(
      await http.patch('/tasks/').send({ element: 'shoji:catalog', index }),
      422,
      'invalid-document',
    );
    assert.deepEqual(await bodyOf('/tasks/1/'), { name: 'Milk', state: 'done', revision: 1 });
  });

  it('of a query are there when it is searched by, and self stays as it was asked for', async () => {
    const { http, post } = await served();
    for (const state of ['open', 'done', 'open']) await post({ name: 'Milk', state });
    const first = JSON.parse((await http.get('/tasks/')).text);
    assert.deepEqual([first.self, first.entities], ['/tasks/', ['1/']]);
    assert.doesNotMatch(first.catalogs.next, /state/);
    const second = JSON.parse((await http.get(`/tasks/${first.catalogs.next as string}`)).text);
    assert.deepEqual(second.entities, ['3/']);
    const done = JSON.parse((await http.get('/tasks/?state=done')).text);
    assert.deepEqual([done.self, done.entities], ['/tasks/?state=done', ['2/']]);
  });

  it('of a query are given to list() and to views', async () => {
    const { http, post, asked } = await served();
    await post({ name: 'Milk' });
    const { self, entities } = JSON.parse((await http.get('/tasks/named/')).text);
    assert.deepEqual([self, entities], ['/tasks/named/', ['../1/']]);
    await http.get('/tasks/named/?name=Bread&words=');
    assert.deepEqual(asked, [
      { name: 'Milk', words: ['a', 'b'] },
      { name: 'Bread', words: [''] },
    ]);
    assert.equal((await http.get('/tasks/settings')).text, '["red",null]');
    assert.equal((await http.get('/tasks/settings?colour=')).text, '["",null]');
  });
});
