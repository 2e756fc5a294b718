import assert from 'node:assert/strict';
import request from 'supertest';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { serving } from './serve.js';
import { entity } from './shop.js';
import { onEveryStore } from './stores.js';
import { SPADE, warehouse } from './warehouse.js';

const KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"';

onEveryStore('[H55] Idempotency-Key', (emptyStore) => {
  const serve = serving();

  async function served() {
    const serving_ = await serve(warehouse({ store: await emptyStore() }));
    const http = request(serving_.origin);
    const count = async () => JSON.parse((await http.get('/articles/')).text).entities.length as number;
    const post = (key = KEY, body: unknown = SPADE) =>
      http.post('/articles/').set('Idempotency-Key', key).send(entity(body));
    return { http, post, count, port: serving_.port };
  }

  it('has the first answer given again, and nothing created', async () => {
    const { post, count } = await served();
    const first = await post();
    assert.equal(first.status, 201, first.text);
    for (let again = 0; again < 3; again++) {
      const answer = await post();
      assert.equal(answer.status, 201);
      assert.equal(answer.text, first.text);
      for (const name of ['location', 'content-location', 'etag', 'content-type', 'vary']) {
        assert.equal(answer.headers[name], first.headers[name]);
      }
    }
    assert.equal(await count(), 1);
  });

  it('is the same with quotes and without', async () => {
    const { post, count } = await served();
    const first = await post('abc-1');
    assert.equal((await post('"abc-1"')).headers['location'], first.headers['location']);
    assert.equal(await count(), 1);
  });

  it('has the first answer given again after the entity was changed, and after it was removed', async () => {
    const { http, post, count } = await served();
    const first = await post();
    await http
      .patch('/articles/1/')
      .send(entity({ price: 5 }))
      .expect(200);
    assert.equal((await post()).text, first.text);
    await http.delete('/articles/1/').expect(204);
    assert.equal((await post()).text, first.text);
    assert.equal(await count(), 0);
  });

  it('has the answer as the type that is asked for', async () => {
    const { http, post } = await served();
    const first = await post();
    const answer = await post().set('Accept', 'application/json');
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.equal(answer.text, first.text);
    const read = await http.get('/articles/1/').set('Accept', 'application/json');
    assert.equal(answer.headers['etag'], read.headers['etag']);
  });

  it('with another body is refused', async () => {
    const { http, post, count } = await served();
    await post();
    assertProblem(await post(KEY, { ...SPADE, price: 1 }), 422, 'idempotency-mismatch');
    const otherType = http.post('/articles/').set('Idempotency-Key', KEY).type('application/json');
    assertProblem(
      await otherType.send(JSON.stringify({ ...entity(SPADE), title: 'x' })),
      422,
      'idempotency-mismatch',
    );
    assert.equal(await count(), 1);
  });

  it('of another caller or another catalog is another one', async () => {
    const { http, post, count } = await served();
    await post();
    assert.equal((await post(KEY, { name: 'Hoe', price: 1 }).set('Authorization', 'Bearer b')).status, 201);
    assert.equal(await count(), 2);
    for (const article of [1, 2]) {
      const note = http.post(`/articles/${article}/notes/`).set('Idempotency-Key', KEY);
      assert.equal((await note.send(entity({ text: 'sharp' }))).status, 201);
    }
  });

  it('is not used up by a request that is refused', async () => {
    const { http, post, count } = await served();
    assertProblem(await post(KEY, { ...SPADE, price: -1 }), 422, 'invalid-document');
    assertProblem(await post(KEY, { ...SPADE, supplier: 'none' }), 422, 'invalid-document');
    await http
      .put('/suppliers/some/')
      .set('If-None-Match', '*')
      .send(entity({ name: 'Some' }))
      .expect(201);
    assert.equal((await post(KEY, { ...SPADE, supplier: 'some' })).status, 201);
    assert.equal(await count(), 1);
  });

  it('that is malformed, or given twice, is refused', async () => {
    const { post, count, port } = await served();
    for (const key of ['', '""', '"a', 'a b', 'a, b', 'x'.repeat(256)]) {
      assertProblem(await post(key), 400, 'bad-idempotency-key');
    }
    const text = JSON.stringify(entity(SPADE));
    const fields = ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`];
    const twice = ['Idempotency-Key: a', 'Idempotency-Key: a', ...fields];
    assertProblem(await raw(port, requestText('POST /articles/', twice, text)), 400, 'bad-idempotency-key');
    assert.equal(await count(), 0);
  });

  it('of many at once creates once', async () => {
    const { post, count } = await served();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post()));
    assert.equal(await count(), 1);
    const [created] = answers.filter(({ status }) => status === 201);
    for (const answer of answers) {
      if (answer.status === 201) assert.equal(answer.text, created?.text);
      else {
        assertProblem(answer, 503, 'unavailable');
        assert.ok(Number(answer.headers['retry-after']) >= 1);
      }
    }
    const after = await post();
    assert.equal(after.text, created?.text);
  });

  it('holds to preconditions only the first time', async () => {
    const { http, post, count } = await served();
    const etag = (await http.get('/articles/')).headers['etag'] as string;
    assertProblem(await post().set('If-Match', '"other"'), 412, 'precondition-failed');
    const first = await post().set('If-Match', etag);
    assert.equal(first.status, 201, first.text);
    assert.equal((await post().set('If-Match', etag)).text, first.text);
    assert.equal(await count(), 1);
  });

  it('without it each POST creates', async () => {
    const { http, count } = await served();
    for (const price of [1, 1.5]) {
      await http
        .post('/articles/')
        .send(entity({ ...SPADE, price }))
        .expect(201);
    }
    assert.equal(await count(), 2);
  });
});
