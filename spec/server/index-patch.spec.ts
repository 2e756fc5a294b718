import assert from 'node:assert/strict';
import request from 'supertest';
import type { Guard, ShojiOptions } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { entity, shop } from './shop.js';
import { onEveryStore } from './stores.js';
import { SPADE, warehouse } from './warehouse.js';
import type { ArticleBody } from './warehouse.js';

const NAMES = ['Spade', 'Hoe', 'Rake', 'Axe'];

function catalog(index: unknown, more: Readonly<Record<string, unknown>> = {}): object {
  return { element: 'shoji:catalog', index, ...more };
}

onEveryStore('PATCH of a catalog', (emptyStore) => {
  const serve = serving();

  async function served(options: ShojiOptions = {}) {
    const api = warehouse({ ...options, store: await emptyStore() });
    const { origin } = await serve(api, (app, routed) => {
      app.use((ctx, next) => {
        ctx.state['role'] = ctx.get('X-Role');
        return next();
      });
      app.use(routed.routes());
    });
    const http = request(origin);
    for (const name of NAMES) {
      await http
        .post('/articles/')
        .set('X-Role', 'admin')
        .send(entity({ ...SPADE, name, code: name }))
        .expect(201);
    }
    const read = async (id: number) => {
      const { status, text, headers } = await http.get(`/articles/${id}/`).set('X-Role', 'admin');
      return { status, etag: headers['etag'] as string, body: JSON.parse(text).body as ArticleBody };
    };
    const patch = (document: object, path = '/articles/') => http.patch(path).send(document);
    const all = async () =>
      (await Promise.all([1, 2, 3, 4].map(read))).map((one) => JSON.stringify(one)).join();
    /** That the patch is refused, and nothing of it was done. */
    const refused = async (document: object, ...problem: [number, Parameters<typeof assertProblem>[2]]) => {
      const before = await all();
      const answer = assertProblem(await patch(document), ...problem);
      assert.equal(await all(), before);
      return (answer.errors ?? []).map(({ pointer }) => pointer);
    };
    return { http, read, patch, refused };
  }

  it('changes and removes several entities at once', async () => {
    const { http, read, patch } = await served();
    const before = await read(3);
    const answer = await patch(catalog({ '1/': { price: 1, tags: ['a'] }, '2/': null, '4/': { price: 4 } }));
    assert.equal(answer.status, 204, answer.text);
    assert.equal(answer.text, '');
    const one = await read(1);
    assert.deepEqual([one.body.name, one.body.price, one.body.tags], ['Spade', 1, ['a']]);
    assert.deepEqual(one.body.changed, ['price', 'tags']);
    assert.equal((await read(2)).status, 404);
    assert.deepEqual(await read(3), before);
    assert.equal((await read(4)).body.price, 4);
    assert.deepEqual(JSON.parse((await http.get('/articles/')).text).entities, ['1/', '3/', '4/']);
  });

  it('resolves references against the catalog', async () => {
    const { read, patch } = await served();
    const index = {
      '/articles/1/': { price: 1 },
      './2/': { price: 2 },
      '../articles/3/': { price: 3 },
      '4': { price: 4 },
    };
    assert.equal((await patch(catalog(index, { self: '/articles/' }))).status, 204);
    for (const id of [1, 2, 3, 4]) assert.equal((await read(id)).body.price, id);
  });

  it('of nothing does nothing', async () => {
    const { http, patch } = await served();
    const { etag } = (await http.get('/articles/')).headers;
    assert.equal((await patch(catalog({}))).status, 204);
    assert.equal((await http.get('/articles/')).headers['etag'], etag);
  });

  it('[H52] with one entry that breaks the schema changes nothing', async () => {
    const { refused } = await served();
    const good = { '1/': { price: 1 }, '2/': null };
    assert.deepEqual(
      await refused(catalog({ ...good, '3/': { price: -1, name: '' } }), 422, 'invalid-document'),
      ['/index/3~1/name', '/index/3~1/price'],
    );
    assert.deepEqual(
      await refused(catalog({ ...good, '/articles/3/': { none: 1 } }), 422, 'invalid-document'),
      ['/index/~1articles~13~1/none'],
    );
    assert.deepEqual(await refused(catalog({ ...good, '3/': { created: 'now' } }), 422, 'invalid-document'), [
      '/index/3~1/created',
    ]);
  });

  it('[H52] with one entry for what is no entity of it changes nothing', async () => {
    const { refused } = await served();
    for (const reference of [
      '9/',
      '',
      'none/',
      '1/price',
      '1/notes/',
      '1/notes/1/',
      '../suppliers/1/',
      '/articles/',
      '1/?a=b',
      '1/#a',
      'http://other.example/else/1/',
      'http://evil.example/articles/1/',
      '//evil.example/articles/1/',
      '%zz/',
      '%ff/',
      'a b/',
      'javascript:1',
    ]) {
      const pointer = `/index/${reference.replaceAll('/', '~1')}`;
      const index = { '1/': { price: 1 }, [reference]: { price: 2 } };
      assert.deepEqual(await refused(catalog(index), 422, 'invalid-document'), [pointer]);
    }
  });

  it('[H52] with two entries for one entity changes nothing', async () => {
    const { refused } = await served();
    const index = { '1/': { price: 1 }, '/articles/1/': { price: 2 } };
    assert.deepEqual(await refused(catalog(index), 422, 'invalid-document'), ['/index/~1articles~11~1']);
    assert.deepEqual(await refused(catalog({ '1/': null, '%31/': { price: 2 } }), 422, 'invalid-document'), [
      '/index/%31~1',
    ]);
  });

  it('[H52] says at most twenty things that are wrong', async () => {
    const { refused } = await served();
    const index = Object.fromEntries(Array.from({ length: 50 }, (_, id) => [`${id + 100}/`, null]));
    assert.equal((await refused(catalog(index), 422, 'invalid-document')).length, 20);
  });

  it('that is no such document is refused', async () => {
    const { http, refused, patch } = await served();
    assert.deepEqual(await refused(entity({ price: 1 }), 422, 'invalid-document'), ['/element']);
    assert.deepEqual(await refused(catalog(undefined), 422, 'invalid-document'), ['/index']);
    assert.deepEqual(await refused(catalog(['1/']), 422, 'invalid-document'), ['/index']);
    assert.deepEqual(await refused(catalog({ '1/': 5 }), 422, 'invalid-document'), ['/index/1~1']);
    assert.deepEqual(await refused(catalog({ '1/': [] }), 422, 'invalid-document'), ['/index/1~1']);
    assert.deepEqual(await refused(catalog({}, { etags: [] }), 422, 'invalid-document'), ['/etags']);
    await refused(catalog({}, { self: '/suppliers/' }), 409, 'self-mismatch');
    await refused([], 422, 'not-a-document');
    const answer = await http.patch('/articles/').type('application/merge-patch+json').send('{}');
    assertProblem(answer, 415, 'unsupported-media-type');
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, id) => [`${id}/`, null]));
    assertProblem(await patch(catalog(many)), 413, 'content-too-large');
  });

  it('[H53] that breaks a constraint changes nothing', async () => {
    const { http, refused } = await served();
    const good = { '1/': { price: 1 } };
    assert.deepEqual(await refused(catalog({ ...good, '2/': { code: 'Rake' } }), 409, 'conflict'), [
      '/index/2~1/code',
    ]);
    assert.deepEqual(
      await refused(catalog({ ...good, '2/': { supplier: 'none' } }), 422, 'invalid-document'),
      ['/index/2~1/supplier'],
    );
    await http
      .post('/articles/2/notes/')
      .send(entity({ text: 'sharp' }))
      .expect(201);
    assert.deepEqual(await refused(catalog({ ...good, '2/': null }), 409, 'in-use'), ['/index/2~1']);
  });

  describe('with etags', () => {
    it('changes what is as it was seen', async () => {
      const { read, patch } = await served();
      const etags = { '1/': (await read(1)).etag, '/articles/2/': (await read(2)).etag };
      assert.equal(
        (await patch(catalog({ '1/': { price: 1 }, '2/': null, '3/': { price: 3 } }, { etags }))).status,
        204,
      );
      assert.equal((await read(1)).body.price, 1);
      assert.equal((await read(2)).status, 404);
      assert.equal((await read(3)).body.price, 3);
    });

    it('[H43] one of which is stale or weak, changes nothing', async () => {
      const { read, patch, refused } = await served();
      const stale = (await read(2)).etag;
      await patch(catalog({ '2/': { price: 2 } }));
      const current = (await read(2)).etag;
      for (const etag of [stale, `W/${current}`, '"other"']) {
        const document = catalog({ '1/': { price: 1 }, '2/': { price: 3 } }, { etags: { '2/': etag } });
        assert.deepEqual(await refused(document, 412, 'precondition-failed'), ['/etags/2~1']);
      }
    });

    it('[H46] one of which is malformed, or of what is not changed, changes nothing', async () => {
      const { refused } = await served();
      for (const [etags, pointer] of [
        [{ '1/': 'a' }, '/etags/1~1'],
        [{ '1/': '*' }, '/etags/1~1'],
        [{ '1/': '"a", "b"' }, '/etags/1~1'],
        [{ '1/': 5 }, '/etags/1~1'],
        [{ '2/': '"a"' }, '/etags/2~1'],
        [{ 'none/x': '"a"' }, '/etags/none~1x'],
      ] as const) {
        const document = catalog({ '1/': { price: 1 } }, { etags });
        assert.deepEqual(await refused(document, 422, 'invalid-document'), [pointer]);
      }
    });
  });

  it('[H43] holds to If-Match of the catalog', async () => {
    const { http, patch, read } = await served();
    const etag = (await http.get('/articles/')).headers['etag'] as string;
    assert.equal((await patch(catalog({ '1/': { price: 1 } })).set('If-Match', etag)).status, 204);
    assertProblem(
      await patch(catalog({ '1/': { price: 2 } })).set('If-Match', etag),
      412,
      'precondition-failed',
    );
    assertProblem(await patch(catalog({ '1/': {} })).set('If-Match', 'a'), 400, 'bad-precondition');
    assert.equal((await read(1)).body.price, 1);
  });

  it('[H47] needs an etag for each entry where changes need one', async () => {
    const { read, patch, refused } = await served({ requireIfMatch: true });
    const etags = { '1/': (await read(1)).etag };
    const index = { '1/': { price: 1 }, '2/': null };
    assert.deepEqual(await refused(catalog(index, { etags }), 428, 'precondition-required'), ['/index/2~1']);
    const whole = { ...etags, '2/': (await read(2)).etag };
    assert.equal((await patch(catalog(index, { etags: whole }))).status, 204);
  });

  it('does not change what the guard lets the caller not change', async () => {
    const guard: Guard = ({ state, resource, method, params }) => {
      if (state['role'] === 'admin' || resource.name !== 'Article') return true;
      if (params['article'] === '4') return false;
      return method === 'GET' || (method === 'PATCH' && params['article'] !== '2');
    };
    const { refused, patch } = await served({ guard });
    const index = { '1/': { price: 1 } };
    assert.equal((await patch(catalog(index))).status, 204);
    assert.deepEqual(await refused(catalog({ ...index, '2/': { price: 2 } }), 403, 'forbidden'), [
      '/index/2~1',
    ]);
    assert.deepEqual(await refused(catalog({ ...index, '3/': null }), 403, 'forbidden'), ['/index/3~1']);
    // What the caller may not read does not exist.
    assert.deepEqual(await refused(catalog({ ...index, '4/': { price: 2 } }), 422, 'invalid-document'), [
      '/index/4~1',
    ]);
  });

  it('works for what is within an entity, and there only', async () => {
    const { http, patch } = await served();
    for (const article of [1, 2]) {
      await http
        .post(`/articles/${article}/notes/`)
        .send(entity({ text: 'sharp' }))
        .expect(201);
    }
    const path = '/articles/1/notes/';
    assert.equal((await patch(catalog({ '1/': { text: 'blunt' } }), path)).status, 204);
    assert.equal(JSON.parse((await http.get('/articles/1/notes/1/')).text).body.text, 'blunt');
    assert.equal(JSON.parse((await http.get('/articles/2/notes/1/')).text).body.text, 'sharp');
    const other = await patch(catalog({ '/articles/2/notes/1/': { text: 'blunt' } }), path);
    assertProblem(other, 422, 'invalid-document');
    assertProblem(await patch(catalog({}), '/articles/9/notes/'), 404, 'not-found');
  });

  it('[H50] of many at once with the same etags, one succeeds', async () => {
    const { read, patch } = await served();
    const etags = { '1/': (await read(1)).etag, '2/': (await read(2)).etag };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, price) =>
        patch(catalog({ '1/': { price }, '2/': { price } }, { etags })),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 204).length, 1);
    for (const answer of answers)
      if (answer.status !== 204) assertProblem(answer, 412, 'precondition-failed');
    assert.equal((await read(1)).body.price, (await read(2)).body.price);
  });

  it('[H52] of many at once without, each is done whole', async () => {
    const { read, patch } = await served();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, price) =>
        patch(catalog({ '1/': { price }, '2/': { price }, '3/': { price } })),
      ),
    );
    for (const { status, text } of answers) assert.equal(status, 204, text);
    const prices = await Promise.all([1, 2, 3].map(async (id) => (await read(id)).body.price));
    assert.equal(new Set(prices).size, 1);
  });
});

describe('PATCH of a catalog', () => {
  const serve = serving();

  it('takes absolute references below the base', async () => {
    const { origin } = await serve(shop({ base: 'https://api.example.org/v1' }));
    const http = request(origin);
    await http
      .post('/customers/')
      .send(entity({ name: 'Ada', visits: 3 }))
      .expect(201);
    const patch = (reference: string) =>
      http.patch('/customers/').send(catalog({ [reference]: { visits: 4 } }));
    assert.equal((await patch('https://api.example.org/v1/customers/1/')).status, 204);
    assert.equal((await patch('HTTPS://API.example.org/v1/customers/1/')).status, 204);
    assert.equal((await patch('1/')).status, 204);
    assertProblem(await patch('https://other.example/v1/customers/1/'), 422, 'invalid-document', '/v1');
    assertProblem(await patch('/customers/1/'), 422, 'invalid-document', '/v1');
  });

  it('works below a prefix', async () => {
    const { origin } = await serve(shop(), (app, api) => {
      app.use(async (ctx, next) => {
        if (!ctx.path.startsWith('/api/')) return next();
        ctx.path = ctx.path.slice('/api'.length);
        await next();
      });
      app.use(api.routes());
    });
    const http = request(origin);
    await http
      .post('/api/customers/')
      .send(entity({ name: 'Ada', visits: 3 }))
      .expect(201);
    const patch = (reference: string) =>
      http.patch('/api/customers/').send(catalog({ [reference]: { visits: 4 } }));
    assert.equal((await patch('/api/customers/1/')).status, 204);
    assert.equal((await patch('1/')).status, 204);
    assertProblem(await patch('/customers/1/'), 422, 'invalid-document', '/api');
  });

  it('reaches ids of any characters by their references', async () => {
    const { origin } = await serve(shop());
    const http = request(origin);
    for (const id of ['a%2Fb', '%C3%A9', '%25', 'a%20b']) {
      const made = await http
        .put(`/countries/${id}/`)
        .set('If-None-Match', '*')
        .send(entity({ name: 'x' }));
      assert.equal(made.status, 201, made.text);
    }
    const { entities } = JSON.parse((await http.get('/countries/')).text) as { entities: string[] };
    assert.equal(entities.length, 4);
    const index = Object.fromEntries(entities.map((reference) => [reference, { name: reference }]));
    assert.equal((await http.patch('/countries/').send(catalog(index))).status, 204);
    for (const reference of entities) {
      assert.equal(JSON.parse((await http.get(`/countries/${reference}`)).text).body.name, reference);
    }
  });
});
