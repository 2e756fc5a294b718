import assert from 'node:assert/strict';
import request from 'supertest';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { entity } from './shop.js';
import { onEveryStore } from './stores.js';
import { SPADE, warehouse } from './warehouse.js';

onEveryStore('constraints', (emptyStore) => {
  const serve = serving();

  async function served() {
    const { origin } = await serve(warehouse({ store: await emptyStore() }));
    const http = request(origin);
    for (const id of ['ann', 'bob']) {
      await http
        .put(`/suppliers/${id}/`)
        .set('If-None-Match', '*')
        .send(entity({ name: id }))
        .expect(201);
    }
    await http
      .post('/articles/')
      .send(entity({ ...SPADE, code: 'S1', supplier: 'ann' }))
      .expect(201);
    await http
      .post('/articles/')
      .send(entity({ name: 'Hoe', price: 5, code: 'H1' }))
      .expect(201);
    const all = async () => {
      const answers = await Promise.all(
        ['/articles/', '/articles/1/', '/articles/2/'].map((path) => http.get(path)),
      );
      return answers.map(({ text }) => text).join();
    };
    return { http, all };
  }

  type Http = Awaited<ReturnType<typeof served>>['http'];
  type Attempt = readonly [name: string, send: (http: Http) => request.Test, pointers: readonly string[]];

  const TAKEN: readonly Attempt[] = [
    [
      'POST',
      (http) => http.post('/articles/').send(entity({ name: 'New', price: 1, code: 'S1' })),
      ['/body/code'],
    ],
    [
      'PUT',
      (http) => http.put('/articles/2/').send(entity({ name: 'New', price: 1, code: 'S1' })),
      ['/body/code'],
    ],
    ['PATCH', (http) => http.patch('/articles/2/').send(entity({ code: 'S1' })), ['/body/code']],
    [
      'a merge patch',
      (http) => http.patch('/articles/2/').type('application/merge-patch+json').send('{"code": "S1"}'),
      ['/code'],
    ],
    [
      'a JSON Patch',
      (http) =>
        http
          .patch('/articles/2/')
          .type('application/json-patch+json')
          .send('[{"op": "replace", "path": "/code", "value": "S1"}]'),
      ['/0/value'],
    ],
    ['PUT of a fragment', (http) => http.put('/articles/2/code').type('json').send('"S1"'), ['']],
    [
      'POST with the same two',
      (http) => http.post('/articles/').send(entity(SPADE)),
      ['/body/name', '/body/price'],
    ],
  ];

  for (const [name, send, pointers] of TAKEN) {
    it(`[H53] ${name} of values that must be unique is refused, and says which`, async () => {
      const { http, all } = await served();
      const before = await all();
      const { detail, errors } = assertProblem(await send(http), 409, 'conflict');
      assert.deepEqual(
        errors?.map(({ pointer }) => pointer),
        pointers,
      );
      assert.match(detail ?? '', pointers.length > 1 ? /"name" and "price"/ : /"code"/);
      assert.equal(await all(), before);
    });
  }

  it('[H53] what is absent is shared by none, and one may keep what it has', async () => {
    const { http } = await served();
    for (const name of ['A', 'B'])
      await http
        .post('/articles/')
        .send(entity({ name, price: 1 }))
        .expect(201);
    assert.equal((await http.patch('/articles/1/').send(entity({ code: 'S1' }))).status, 200);
    assert.equal((await http.put('/articles/1/').send(entity({ ...SPADE, code: 'S1' }))).status, 200);
  });

  it('[H53] what one gave up, another may have', async () => {
    const { http } = await served();
    await http.delete('/articles/1/').expect(204);
    assert.equal((await http.patch('/articles/2/').send(entity({ code: 'S1' }))).status, 200);
  });

  const DANGLING: readonly Attempt[] = [
    [
      'POST',
      (http) => http.post('/articles/').send(entity({ name: 'New', price: 1, supplier: 'eve' })),
      ['/body/supplier'],
    ],
    ['PATCH', (http) => http.patch('/articles/2/').send(entity({ supplier: 'eve' })), ['/body/supplier']],
    [
      'PUT',
      (http) => http.put('/articles/2/').send(entity({ name: 'New', price: 1, supplier: 'eve' })),
      ['/body/supplier'],
    ],
    ['PUT of a fragment', (http) => http.put('/articles/2/supplier').type('json').send('"eve"'), ['']],
  ];

  for (const [name, send, pointers] of DANGLING) {
    it(`[H53] ${name} of a reference to what does not exist is refused, and says which`, async () => {
      const { http, all } = await served();
      const before = await all();
      const { errors } = assertProblem(await send(http), 422, 'invalid-document');
      assert.deepEqual(
        errors?.map(({ pointer, rule }) => [pointer, rule]),
        [[pointers[0], 'reference']],
      );
      assert.equal(await all(), before);
    });
  }

  it('[H53] DELETE of what is referred to is refused, until nothing refers to it', async () => {
    const { http } = await served();
    assertProblem(await http.delete('/suppliers/ann/'), 409, 'in-use');
    assert.equal((await http.get('/suppliers/ann/')).status, 200);
    assert.equal((await http.delete('/suppliers/bob/')).status, 204);
    await http
      .patch('/articles/1/')
      .type('application/merge-patch+json')
      .send('{"supplier": null}')
      .expect(200);
    assert.equal((await http.delete('/suppliers/ann/')).status, 204);
  });

  it('[H53] DELETE of what others are within is refused, until nothing is', async () => {
    const { http } = await served();
    await http
      .post('/articles/1/notes/')
      .send(entity({ text: 'sharp' }))
      .expect(201);
    assertProblem(await http.delete('/articles/1/'), 409, 'in-use');
    await http.delete('/articles/1/notes/1/').expect(204);
    assert.equal((await http.delete('/articles/1/')).status, 204);
  });

  it('[H53] of many at once that want one value, one gets it', async () => {
    const { http } = await served();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, price) =>
        http.post('/articles/').send(entity({ name: 'Many', price, code: 'one' })),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    for (const answer of answers) if (answer.status !== 201) assertProblem(answer, 409, 'conflict');
  });

  it('[H54] DELETE twice is 204, then 404', async () => {
    const { http } = await served();
    assert.equal((await http.delete('/articles/2/')).status, 204);
    assertProblem(await http.delete('/articles/2/'), 404, 'not-found');
    assertProblem(await http.delete('/articles/2/').set('If-Match', '*'), 404, 'not-found');
  });

  it('[H56] PATCH of what was removed is 404', async () => {
    const { http } = await served();
    const etag = (await http.get('/articles/2/')).headers['etag'] as string;
    await http.delete('/articles/2/').expect(204);
    for (const condition of [etag, '*', undefined]) {
      const patch = http.patch('/articles/2/').send(entity({ price: 1 }));
      assertProblem(
        await (condition === undefined ? patch : patch.set('If-Match', condition)),
        404,
        'not-found',
      );
    }
  });
});
