import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, Fragment, shoji } from '../../lib/index.js';
import type { EntityRecord, FragmentRequest } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { ADA, CREATED, entity, shop } from './shop.js';

describe('fragments', () => {
  const serve = serving();

  async function served() {
    const { origin } = await serve(shop());
    await request(origin)
      .post('/customers/')
      .send(entity({ ...ADA, nickname: 'Countess' }))
      .expect(201);
    const http = request(origin);
    const put = (path: string, json: string) => http.put(path).type('application/json').send(json);
    const body = async () => JSON.parse((await http.get('/customers/1/')).text).body as unknown;
    return { http, put, body };
  }

  it('are linked by name, and give their values', async () => {
    const { http } = await served();
    const { fragments } = JSON.parse((await http.get('/customers/1/')).text);
    assert.deepEqual(fragments, {
      'display name': 'name',
      nickname: 'nickname',
      visits: 'visits',
      'created on': 'created',
    });
    assert.equal((await http.get('/customers/1/name')).text, '"Ada"');
    assert.equal((await http.get('/customers/1/visits')).text, '3');
    assert.equal((await http.get('/customers/1/created')).text, JSON.stringify(CREATED));
  });

  it('are linked only where the body has the member, so that no link leads to nothing', async () => {
    const { http, put } = await served();
    const linked = async () => {
      const { fragments } = JSON.parse((await http.get('/customers/1/')).text) as { fragments: object };
      return 'anything' in fragments;
    };
    assert.equal(await linked(), false);
    const { status } = await put('/customers/1/anything', 'null');
    assert.deepEqual([status, await linked()], [200, true]);
    await http.delete('/customers/1/anything').expect(204);
    assert.equal(await linked(), false);
  });

  it('are not there where the body lacks the member, or the entity is not', async () => {
    const { http, put } = await served();
    assertProblem(await http.get('/customers/1/anything'), 404, 'not-found');
    assertProblem(await http.get('/customers/2/name'), 404, 'not-found');
    assertProblem(await put('/customers/2/name', '"Grace"'), 404, 'not-found');
    assertProblem(await http.delete('/customers/2/nickname'), 404, 'not-found');
    assertProblem(await http.get('/customers/1/surname'), 404, 'not-found');
    assertProblem(await http.get('/customers/1/toString'), 404, 'not-found');
  });

  it('PUT replaces the one member', async () => {
    const { http, put, body } = await served();
    const answer = await put('/customers/1/visits', '4');
    assert.equal(answer.status, 200);
    assert.equal(answer.text, '4');
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.equal(answer.headers['etag'], (await http.get('/customers/1/visits')).headers['etag']);
    assert.deepEqual(await body(), { name: 'Ada', nickname: 'Countess', visits: 4, created: CREATED });
  });

  it('PUT gives a member to a body that lacks it', async () => {
    const { put, body } = await served();
    assert.equal((await put('/customers/1/anything', '[null]')).text, '[null]');
    assert.deepEqual(await body(), {
      name: 'Ada',
      nickname: 'Countess',
      visits: 3,
      anything: [null],
      created: CREATED,
    });
  });

  it('[H16] PUT of what the schema refuses names the place in what was sent', async () => {
    const { put, body } = await served();
    const before = await body();
    for (const json of ['-1', '"many"', 'null', '[1]']) {
      const { errors } = assertProblem(await put('/customers/1/visits', json), 422, 'invalid-document');
      assert.deepEqual(new Set(errors?.map(({ pointer }) => pointer)), new Set(['']));
    }
    assert.deepEqual(await body(), before);
  });

  it('DELETE takes the member away, once', async () => {
    const { http, body } = await served();
    const answer = await http.delete('/customers/1/nickname');
    assert.equal(answer.status, 204);
    assert.equal(answer.text, '');
    assert.deepEqual(await body(), { name: 'Ada', visits: 3, created: CREATED });
    assertProblem(await http.get('/customers/1/nickname'), 404, 'not-found');
    assertProblem(await http.delete('/customers/1/nickname'), 404, 'not-found');
  });

  it('DELETE is not for a member that the schema requires', async () => {
    const { http } = await served();
    const answer = await http.delete('/customers/1/name');
    assertProblem(answer, 405, 'method-not-allowed');
    assert.equal(answer.headers['allow'], 'GET, HEAD, PUT, OPTIONS');
  });

  it('[H41] 304 to who has the value', async () => {
    const { http } = await served();
    const { etag } = (await http.get('/customers/1/name')).headers as { etag: string };
    const answer = await http.get('/customers/1/name').set('If-None-Match', etag);
    assert.equal(answer.status, 304);
    assert.equal(answer.text, '');
  });

  for (const method of ['put', 'delete'] as const) {
    it(`[H43] ${method} goes by the fragment's own ETag`, async () => {
      const { http, put, body } = await served();
      const { etag } = (await http.get('/customers/1/nickname')).headers as { etag: string };
      await put('/customers/1/visits', '4').expect(200);
      const change = () =>
        method === 'put' ? put('/customers/1/nickname', '"A"') : http.delete('/customers/1/nickname');
      const before = await body();
      assertProblem(await change().set('If-Match', etag), 412, 'precondition-failed');
      assertProblem(await change().set('If-Match', 'nonsense'), 400, 'bad-precondition');
      assertProblem(await change().set('If-None-Match', '*'), 412, 'precondition-failed');
      assert.deepEqual(await body(), before);
      const { etag: current } = (await http.get('/customers/1/nickname')).headers as { etag: string };
      const answer = await change().set('If-Match', current);
      assert.equal(answer.status, method === 'put' ? 200 : 204, answer.text);
    });
  }

  it('[H42] PUT with If-None-Match: * makes a member that is not there', async () => {
    const { put } = await served();
    assert.equal((await put('/customers/1/anything', '1').set('If-None-Match', '*')).status, 200);
    assertProblem(
      await put('/customers/1/anything', '2').set('If-None-Match', '*'),
      412,
      'precondition-failed',
    );
  });

  it('[H44] PUT with If-Match: * replaces only what is there', async () => {
    const { put } = await served();
    assertProblem(await put('/customers/1/anything', '1').set('If-Match', '*'), 412, 'precondition-failed');
    assert.equal((await put('/customers/1/nickname', '"A"').set('If-Match', '*')).status, 200);
  });
});

describe('links to fragments', () => {
  const serve = serving();

  class Initial extends Fragment.of({ iri: 'initial' }) {
    override value({ entity: owner }: FragmentRequest) {
      return (owner as EntityRecord<{ nickname?: string }>).body.nickname?.slice(0, 1);
    }
  }

  class Short extends Initial.of({ ...Initial.options, iri: 'short', member: 'nickname' }) {}

  class Person extends Entity.of({
    body: Type.Object({ name: Type.String(), nickname: Type.Optional(Type.String()) }),
  }) {
    static override fragments() {
      return { name: 'name', nickname: 'nickname', initial: Initial, short: Short };
    }
  }

  class Persons extends Catalog.of(Person, { iri: 'persons/', ids: 'integer' }) {}

  class Old extends Persons.of(class Elder extends Person.of({ ...Person.options, iri: '{elder}/' }) {}, {
    ...Persons.options,
    iri: 'old/',
  }) {
    override read(id: string): { body: { name: string } } {
      // As another program has written them: one lacks what it should have, one has it by its prototype alone.
      const body = id === '1' ? { name: undefined } : Object.create({ name: 'Ada', nickname: 'A' });
      return { body: body as { name: string } };
    }
  }

  async function follow(http: ReturnType<typeof request>, path: string) {
    const { fragments = {} } = JSON.parse((await http.get(path).expect(200)).text) as {
      fragments?: Record<string, string>;
    };
    const found: Record<string, string> = {};
    for (const [name, href] of Object.entries(fragments)) {
      const answer = await http.get(`${path}${href}`);
      assert.equal(answer.status, 200, `${path}${href}`);
      found[name] = answer.text;
    }
    return found;
  }

  it('lead to a value, be it null where a class computes none', async () => {
    const http = request((await serve(shoji([Persons, Old]))).origin);
    for (const body of [{ name: 'Ada' }, { name: 'Ada', nickname: 'Countess' }]) {
      await http.post('/persons/').send(entity(body)).expect(201);
    }
    assert.deepEqual(await follow(http, '/persons/1/'), { name: '"Ada"', initial: 'null' });
    assert.deepEqual(await follow(http, '/persons/2/'), {
      name: '"Ada"',
      nickname: '"Countess"',
      initial: '"C"',
      short: '"C"',
    });
    assertProblem(await http.get('/persons/1/short'), 404, 'not-found');
  });

  it('are not shown where what a class draws from elsewhere lacks the member, be it required', async () => {
    const http = request((await serve(shoji([Persons, Old]))).origin);
    assert.deepEqual(await follow(http, '/old/1/'), { initial: 'null' });
    assert.deepEqual(await follow(http, '/old/2/'), { initial: '"A"' });
  });
});

describe('views', () => {
  const serve = serving();

  it('arrange what entities hold, by their query', async () => {
    const { origin } = await serve(shop());
    for (const visits of [5, 7, 9])
      await request(origin)
        .post('/customers/')
        .send(entity({ ...ADA, visits }))
        .expect(201);
    assert.equal((await request(origin).get('/customers/visits')).text, '[5,7,9]');
    assert.equal((await request(origin).get('/customers/visits?above=5&limit=1')).text, '[7]');
  });

  it('of an entity see it', async () => {
    const { origin } = await serve(shop());
    await request(origin).post('/customers/').send(entity(ADA)).expect(201);
    assert.equal((await request(origin).get('/customers/1/initials')).text, '"A"');
    assertProblem(await request(origin).get('/customers/2/initials'), 404, 'not-found');
  });

  it('that are writable take a new value', async () => {
    const { origin } = await serve(shop());
    const put = (json: string) => request(origin).put('/customers/settings').type('json').send(json);
    assert.equal((await request(origin).get('/customers/settings')).text, 'null');
    const answer = await put('{"a":[1,null,"é"]}');
    assert.equal(answer.status, 200);
    assert.equal(answer.text, '{"a":[1,null,"é"]}');
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.equal((await request(origin).get('/customers/settings')).text, '{"a":[1,null,"é"]}');
  });

  it('that are writable answer with what replace() gives', async () => {
    const { origin } = await serve(shop());
    const answer = await request(origin).put('/customers/theme').type('json').send('{"colour":"blue"}');
    assert.equal(answer.text, '{"colour":"blue"}');
  });

  it('[H16] that are writable hold to their schema', async () => {
    const { origin } = await serve(shop());
    const answer = await request(origin).put('/customers/theme').type('json').send('{"colour":7}');
    const { errors } = assertProblem(answer, 422, 'invalid-document');
    assert.deepEqual(
      errors?.map(({ pointer, rule }) => [pointer, rule]),
      [['/colour', 'type']],
    );
  });
});
