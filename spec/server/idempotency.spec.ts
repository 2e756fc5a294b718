import assert from 'node:assert/strict';
import request from 'supertest';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import type { Guard, ShojiOptions } from '../../lib/index.js';
import { onEveryAdapter, serving } from './serve.js';
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

  it('is one key with quotes and without', async () => {
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

  it('has the first answer given again as the type that is asked for', async () => {
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

  it('of another caller or another catalog is another key', async () => {
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

  it('that is not there lets each POST create', async () => {
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

onEveryStore('[H57] an Idempotency-Key belongs to one caller', (emptyStore) => {
  onEveryAdapter('and target', (serve) => {
    async function served(options: ShojiOptions = {}) {
      const api = warehouse({ store: await emptyStore(), ...options });
      const { origin, errors } = await serve(api, (headers) => ({ user: headers['x-user'] }));
      const http = request(origin);
      let price = 1;
      const post = (fields: Readonly<Record<string, string>>, body: unknown = { name: 'Spade', price: 1 }) =>
        http
          .post('/articles/')
          .set({ 'Idempotency-Key': KEY, ...fields })
          .send(entity(body));
      /** Two requests that may share their key; the bodies are the same, and no two articles may be. */
      const ids = async (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>) => {
        const body = { name: 'Spade', price: price++ };
        const key = { 'Idempotency-Key': `"pair ${price}"` };
        const first = await post({ ...one, ...key }, body);
        assert.equal(first.status, 201, first.text);
        const second = await post({ ...other, ...key }, body);
        return { first, second };
      };
      return { http, post, ids, errors };
    }

    const isOne = ({ first, second }: { first: request.Response; second: request.Response }) => {
      assert.equal(second.status, 201, second.text);
      assert.equal(second.headers['location'], first.headers['location']);
      assert.equal(second.text, first.text);
    };
    // What would be made again breaks a constraint: so it is known that it was tried.
    const areTwo = ({ second }: { second: request.Response }) => assertProblem(second, 409, 'conflict');
    const caller = ({ user }: Readonly<Record<string, unknown>>) => user as string | undefined;

    it('[H76] is shown again only what the caller may see now', async () => {
      let hidden = false;
      const guard: Guard = ({ params }) => !hidden || params['article'] === undefined;
      const { post, http } = await served({ caller, guard });
      const ada = { 'X-User': 'ada' };
      const first = await post(ada);
      assert.equal(first.status, 201, first.text);
      assert.equal((await post(ada)).text, first.text);
      hidden = true;
      const again = assertProblem(await post(ada), 404, 'not-found');
      assert.deepEqual(again, assertProblem(await http.get('/articles/none/').set(ada), 404, 'not-found'));
    });

    for (const guard of [undefined, () => true]) {
      it(`who is told by the option \`caller\`, ${guard ? 'with' : 'without'} a guard`, async () => {
        const { ids } = await served({ caller, guard });
        const ada = { 'X-User': 'ada' };
        isOne(await ids({ ...ada, Authorization: 'Bearer a' }, { ...ada, Authorization: 'Bearer b' }));
        isOne(await ids({ ...ada, Cookie: 'session=1' }, { ...ada, Cookie: 'session=2' }));
        areTwo(await ids({ ...ada, Cookie: 'a' }, { 'X-User': 'ben', Cookie: 'a' }));
      });
    }

    it('and is refused to who is not known, whose answers anybody else would get', async () => {
      for (const user of [{}, { 'X-User': '' }] as Readonly<Record<string, string>>[]) {
        const { http, post } = await served({ caller });
        assertProblem(await post(user), 400, 'bad-idempotency-key');
        const challenge = 'Bearer realm="warehouse"';
        const challenged = await served({ caller, challenge });
        const answer = await challenged.post(user);
        assertProblem(answer, 401, 'unauthorized');
        assert.equal(answer.headers['www-authenticate'], challenge);
        assert.deepEqual((await http.get('/articles/')).body.entities, []);
      }
    });

    it('and is refused under a guard where the API does not say who callers are', async () => {
      const { http, post } = await served({ guard: () => true });
      const { detail } = assertProblem(await post({}), 400, 'bad-idempotency-key');
      assert.match(detail ?? '', /the option "caller" of shoji\(\)/);
      assert.deepEqual((await http.get('/articles/')).body.entities, []);
      const without = await http.post('/articles/').send(entity(SPADE));
      assert.equal(without.status, 201);
    });

    it('who is told by Authorization and Cookie together, without a guard', async () => {
      const { ids } = await served();
      areTwo(await ids({ Cookie: 'session=1' }, { Cookie: 'session=2' }));
      areTwo(await ids({ Authorization: 'Bearer a' }, { Authorization: 'Bearer b' }));
      areTwo(await ids({ Authorization: 'Bearer a' }, { Authorization: 'Bearer A' }));
      areTwo(await ids({ Authorization: 'Bearer a' }, { Authorization: 'Basic a' }));
      areTwo(await ids({ Authorization: 'Bearer a', Cookie: 'b' }, { Authorization: 'Bearer a' }));
      isOne(await ids({ Authorization: 'Bearer a' }, { Authorization: 'bearer   a' }));
      isOne(await ids({ Cookie: 'session=1' }, { Cookie: 'session=1' }));
    });

    it('and is not looked at where the guard refuses the request, the first time or again', async () => {
      let isOpen = true;
      const { post } = await served({ caller, guard: ({ method }) => isOpen || method === 'GET' });
      const ada = { 'X-User': 'ada' };
      const first = await post(ada);
      assert.equal(first.status, 201);
      isOpen = false;
      assertProblem(await post(ada), 403, 'forbidden');
      isOpen = true;
      assert.equal((await post(ada)).text, first.text);
    });

    it('whose option `caller` gives no text is answered 500, for that is a fault of the author', async () => {
      const { post, errors } = await served({ caller: (async () => 'ada') as never });
      assertProblem(await post({}), 500, 'internal-error');
      assert.match(errors[0]?.message ?? '', /the option caller gives a string at once.*found Promise/);
    });
  });
});
