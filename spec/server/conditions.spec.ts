import assert from 'node:assert/strict';
import request from 'supertest';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

const MALFORMED = ['abc', '"a', 'a"', '"a" "b"', "'a'", 'w/"a"', '"a", *', '*, *', '""a""'];

describe('conditional requests', () => {
  const serve = serving();

  async function served() {
    const { origin } = await serve(shop());
    const http = request(origin);
    await http.post('/customers/').send(entity(ADA)).expect(201);
    const etagOf = async (path: string) => (await http.get(path)).headers['etag'] as string;
    return { http, etagOf };
  }

  const READABLE = [
    '/',
    '/customers/',
    '/customers/1/',
    '/customers/1/orders/',
    '/customers/1/name',
    '/countries/',
  ];

  const ALTERED: Readonly<Record<string, (etag: string) => string>> = {
    weakened: (etag) => `W/${etag}`,
    'marked as by Apache': (etag) => etag.replace(/"$/, '-gzip"'),
    'marked as by older ones of Apache': (etag) => etag.replace(/"$/, ';gzip"'),
    'marked for Brotli': (etag) => etag.replace(/"$/, '-br"'),
    'marked and weakened': (etag) => `W/${etag.replace(/"$/, '-gzip"')}`,
    'one of a list, and weakened': (etag) => `"other", W/${etag}`,
  };
  for (const [how, alter] of Object.entries(ALTERED)) {
    it(`[H38] an ETag ${how} is 412 in If-Match, and says what to set at the proxy`, async () => {
      const { http, etagOf } = await served();
      const says = /(weakened|marked).* by a proxy.*Set the proxy not to compress/;
      for (const path of ['/customers/1/', '/customers/1/name', '/customers/settings']) {
        const body = path === '/customers/1/' ? JSON.stringify(entity({ ...ADA, visits: 9 })) : '"Eve"';
        for (const type of path === '/customers/1/' ? ['*/*', 'application/json'] : ['*/*']) {
          const { etag = '' } = (await http.get(path).set('Accept', type)).headers as { etag?: string };
          const put = (condition: string) =>
            http.put(path).type('json').set('If-Match', condition).send(body);
          const refused = await put(alter(etag));
          assert.match(assertProblem(refused, 412, 'precondition-failed').detail ?? '', says);
          assert.equal((await put(etag)).status, 200);
        }
      }
      const etag = await etagOf('/customers/1/');
      const got = await http.get('/customers/1/').set('If-Match', alter(etag));
      assert.match(assertProblem(got, 412, 'precondition-failed').detail ?? '', says);
      const other = await http.delete('/customers/1/').set('If-Match', 'W/"other-gzip"');
      assert.doesNotMatch(assertProblem(other, 412, 'precondition-failed').detail ?? '', /proxy/);
      if (how.startsWith('one of')) return;
      const patch = await http.patch('/customers/').send({
        element: 'shoji:catalog',
        index: { '1/': { visits: 9 } },
        etags: { '1/': alter(etag) },
      });
      assert.match(assertProblem(patch, 412, 'precondition-failed').detail ?? '', says);
    });
  }

  it('[H38] [H41] an ETag that a proxy marked is no ETag of ours in If-None-Match', async () => {
    const { http, etagOf } = await served();
    const etag = await etagOf('/customers/1/');
    for (const mark of ['-gzip', ';gzip', '-br']) {
      const marked = etag.replace(/"$/, `${mark}"`);
      for (const condition of [marked, `W/${marked}`]) {
        const answer = await http.get('/customers/1/').set('If-None-Match', condition);
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['etag'], etag);
      }
    }
  });

  for (const path of READABLE) {
    it(`[H40] ${path} has a strong ETag that stays until something changes`, async () => {
      const { etagOf } = await served();
      const etag = await etagOf(path);
      assert.match(etag, /^"[^"]+"$/);
      assert.equal(await etagOf(path), etag);
    });

    it(`[H41] ${path} is not sent again to who has it`, async () => {
      const { http, etagOf } = await served();
      const etag = await etagOf(path);
      for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, `"a,b" , W/${etag},`, '*']) {
        for (const method of ['get', 'head'] as const) {
          const answer = await http[method](path).set('If-None-Match', condition);
          assert.equal(answer.status, 304, condition);
          assert.ok(!answer.text);
          assert.equal(answer.headers['etag'], etag);
          assert.equal(answer.headers['vary'], 'Accept');
          assert.ok(answer.headers['date']);
          assert.equal(answer.headers['content-type'], undefined);
        }
      }
    });

    it(`[H41] ${path} is sent to who has something else`, async () => {
      const { http } = await served();
      for (const condition of ['"other"', 'W/"other"', '', ...MALFORMED]) {
        assert.equal((await http.get(path).set('If-None-Match', condition)).status, 200, condition);
      }
    });

    it(`[H45] ${path}: If-None-Match outdoes If-Modified-Since`, async () => {
      const { http } = await served();
      const answer = await http
        .get(path)
        .set('If-None-Match', '"other"')
        .set('If-Modified-Since', new Date(Date.now() + 86_400_000).toUTCString());
      assert.equal(answer.status, 200);
    });
  }

  it('[H40] ETags follow what they are of', async () => {
    const { http, etagOf } = await served();
    const before = {
      list: await etagOf('/customers/'),
      one: await etagOf('/customers/1/'),
      root: await etagOf('/'),
    };
    await http
      .patch('/customers/1/')
      .send(entity({ visits: 4 }))
      .expect(200);
    assert.notEqual(await etagOf('/customers/1/'), before.one);
    assert.equal(await etagOf('/'), before.root);
    await http.post('/customers/').send(entity(ADA)).expect(201);
    assert.notEqual(await etagOf('/customers/'), before.list);
  });

  it('[H40] an ETag of an entity never comes back, not even with the same body', async () => {
    const { http, etagOf } = await served();
    const seen = new Set([await etagOf('/customers/1/')]);
    for (const visits of [4, 3, 4, 3]) {
      await http.patch('/customers/1/').send(entity({ visits })).expect(200);
      seen.add(await etagOf('/customers/1/'));
    }
    assert.equal(seen.size, 5);
  });

  const WRITES = ['put', 'patch', 'delete'] as const;
  for (const method of WRITES) {
    const write = (http: Awaited<ReturnType<typeof served>>['http'], path = '/customers/1/') =>
      method === 'delete' ? http.delete(path) : http[method](path).send(entity({ ...ADA, visits: 9 }));

    it(`[H43] ${method} with a stale or weak If-Match writes nothing`, async () => {
      const { http, etagOf } = await served();
      const stale = await etagOf('/customers/1/');
      await http
        .patch('/customers/1/')
        .send(entity({ visits: 4 }))
        .expect(200);
      const before = await http.get('/customers/1/');
      for (const condition of [stale, `W/${before.headers['etag']}`, '"other"', `${stale}, "other"`]) {
        assertProblem(await write(http).set('If-Match', condition), 412, 'precondition-failed');
      }
      assert.equal((await http.get('/customers/1/')).text, before.text);
    });

    it(`[H43] ${method} with the current If-Match, in a list or as *, is carried out`, async () => {
      for (const listed of [(etag: string) => etag, (etag: string) => `"other", ${etag}`, () => '*']) {
        const { http, etagOf } = await served();
        const answer = await write(http).set('If-Match', listed(await etagOf('/customers/1/')));
        assert.ok(answer.ok, answer.text);
      }
    });

    it(`[H46] ${method} with a malformed If-Match or If-None-Match is refused`, async () => {
      const { http } = await served();
      const before = await http.get('/customers/1/');
      for (const condition of MALFORMED) {
        assertProblem(await write(http).set('If-Match', condition), 400, 'bad-precondition');
        assertProblem(await write(http).set('If-None-Match', condition), 400, 'bad-precondition');
      }
      assert.equal((await http.get('/customers/1/')).text, before.text);
    });

    it(`[H45] ${method}: If-Match comes before If-None-Match`, async () => {
      const { http, etagOf } = await served();
      assertProblem(
        await write(http).set('If-Match', '"stale"').set('If-None-Match', 'malformed'),
        412,
        'precondition-failed',
      );
      const etag = await etagOf('/customers/1/');
      assertProblem(
        await write(http).set('If-Match', etag).set('If-None-Match', etag),
        412,
        'precondition-failed',
      );
    });

    it(`[H56] ${method} of what does not exist is 404, or 412 where a condition forbids it`, async () => {
      const { http } = await served();
      assertProblem(await write(http, '/customers/9/'), 404, 'not-found');
      const answer = await write(http, '/customers/9/').set('If-Match', '*');
      if (method === 'put') assertProblem(answer, 412, 'precondition-failed');
      else assertProblem(answer, 404, 'not-found');
    });
  }

  it('[H46] a malformed If-Match on GET is refused too', async () => {
    const { http } = await served();
    for (const condition of MALFORMED) {
      assertProblem(await http.get('/customers/1/').set('If-Match', condition), 400, 'bad-precondition');
    }
  });

  it('[H48] writes answer with the new ETag and the new representation', async () => {
    const { http } = await served();
    for (const answer of [
      await http.put('/customers/1/').send(entity({ ...ADA, visits: 8 })),
      await http.patch('/customers/1/').send(entity({ visits: 9 })),
    ]) {
      const [etag, text] = [answer.headers['etag'], answer.text];
      assert.ok(etag);
      assert.equal(JSON.parse(text).body.visits > 7, true);
      if (JSON.parse(text).body.visits === 9) {
        const read = await http.get('/customers/1/');
        assert.equal(read.headers['etag'], etag);
        assert.equal(read.text, text);
      }
    }
  });

  it('[H49] Range is not looked at', async () => {
    const { http } = await served();
    const whole = await http.get('/customers/1/');
    const answer = await http
      .get('/customers/1/')
      .set('Range', 'bytes=0-1')
      .set('If-Range', whole.headers['etag'] as string);
    assert.equal(answer.status, 200);
    assert.equal(answer.text, whole.text);
  });

  for (const method of ['put', 'patch', 'delete'] as const) {
    it(`${method} holds to If-Unmodified-Since, where there is no If-Match`, async () => {
      const { http, etagOf } = await served();
      const write = () =>
        method === 'delete'
          ? http.delete('/customers/1/')
          : http[method]('/customers/1/').send(entity({ ...ADA, visits: 9 }));
      const early = new Date(Date.now() - 86_400_000).toUTCString();
      const late = new Date(Date.now() + 86_400_000).toUTCString();
      const before = (await http.get('/customers/1/')).text;
      assertProblem(await write().set('If-Unmodified-Since', early), 412, 'precondition-failed');
      assert.equal((await http.get('/customers/1/')).text, before);
      const named = write()
        .set('If-Unmodified-Since', early)
        .set('If-Match', await etagOf('/customers/1/'));
      if (method === 'put') assert.ok((await named).ok);
      assert.ok((await write().set('If-Unmodified-Since', late)).ok);
    });
  }

  it('If-Unmodified-Since with what Last-Modified said misses no change, be it within the second', async () => {
    const { http } = await served();
    const read = await http.get('/customers/1/');
    const date = read.headers['last-modified'] as string;
    assert.ok(date);
    const visits = (count: number) => http.patch('/customers/1/').send(entity({ visits: count }));
    await visits(4).expect(200);
    assertProblem(await visits(5).set('If-Unmodified-Since', date), 412, 'precondition-failed');
    assert.equal(JSON.parse((await http.get('/customers/1/')).text).body.visits, 4);
  });

  it('[H43] under each media type, the tag of that one is good for a change', async () => {
    for (const type of ['application/shoji+json', 'application/shoji', 'application/json']) {
      const { http } = await served();
      const etag = (await http.get('/customers/1/').set('Accept', type)).headers['etag'] as string;
      const write = () => http.patch('/customers/1/').set('If-Match', etag).set('Accept', type);
      const answer = await write().send(entity({ visits: 4 }));
      assert.equal(answer.status, 200);
      assert.equal(
        answer.headers['etag'],
        (await http.get('/customers/1/').set('Accept', type)).headers['etag'],
      );
      assertProblem(await write().send(entity({ visits: 5 })), 412, 'precondition-failed');
    }
  });

  describe('of a fragment', () => {
    const put = (http: Awaited<ReturnType<typeof served>>['http'], value = 'Grace') =>
      http.put('/customers/1/name').type('json').send(JSON.stringify(value));

    it('[H43] a stale If-Match writes nothing, the current one does', async () => {
      const { http, etagOf } = await served();
      const stale = await etagOf('/customers/1/name');
      assert.equal((await put(http).set('If-Match', stale)).status, 200);
      for (const condition of [stale, `W/${await etagOf('/customers/1/name')}`, '"other"']) {
        assertProblem(await put(http, 'Eve').set('If-Match', condition), 412, 'precondition-failed');
      }
      assertProblem(await put(http, 'Eve').set('If-Match', 'a'), 400, 'bad-precondition');
      assertProblem(await put(http, 'Eve').set('If-None-Match', '*'), 412, 'precondition-failed');
      assert.equal((await http.get('/customers/1/name')).text, '"Grace"');
    });

    it('[H44] If-Match: * does not make one that is not there, If-None-Match: * does', async () => {
      const { http } = await served();
      const nickname = () => http.put('/customers/1/nickname').type('json').send('"A"');
      assertProblem(await nickname().set('If-Match', '*'), 412, 'precondition-failed');
      assert.equal((await http.get('/customers/1/nickname')).status, 404);
      assert.equal((await nickname().set('If-None-Match', '*')).status, 200);
      assertProblem(await nickname().set('If-None-Match', '*'), 412, 'precondition-failed');
    });

    it('[H43] DELETE with a stale If-Match removes nothing', async () => {
      const { http, etagOf } = await served();
      await http
        .patch('/customers/1/')
        .send(entity({ nickname: 'A' }))
        .expect(200);
      const path = '/customers/1/nickname';
      assertProblem(await http.delete(path).set('If-Match', '"other"'), 412, 'precondition-failed');
      assert.equal((await http.delete(path).set('If-Match', await etagOf(path))).status, 204);
      assertProblem(await http.delete(path).set('If-Match', '*'), 404, 'not-found');
    });
  });

  describe('of a view that takes values', () => {
    const put = (http: Awaited<ReturnType<typeof served>>['http'], value: unknown) =>
      http.put('/customers/settings').type('json').send(JSON.stringify(value));

    it('[H43] a stale If-Match writes nothing, the current one does', async () => {
      const { http, etagOf } = await served();
      const stale = await etagOf('/customers/settings');
      assert.equal((await put(http, 'one').set('If-Match', stale)).status, 200);
      for (const condition of [stale, `W/${await etagOf('/customers/settings')}`, '"other"']) {
        assertProblem(await put(http, 'two').set('If-Match', condition), 412, 'precondition-failed');
      }
      assertProblem(await put(http, 'two').set('If-Match', 'a'), 400, 'bad-precondition');
      assertProblem(await put(http, 'two').set('If-None-Match', '*'), 412, 'precondition-failed');
      assert.equal((await http.get('/customers/settings')).text, '"one"');
    });

    it('[H50] of many with one ETag, one succeeds', async () => {
      const { http, etagOf } = await served();
      const etag = await etagOf('/customers/settings');
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => put(http, `value ${index}`).set('If-Match', etag)),
      );
      const [first, ...others] = answers.filter(({ status }) => status === 200);
      assert.deepEqual(others, []);
      for (const answer of answers) if (answer !== first) assertProblem(answer, 412, 'precondition-failed');
      assert.equal((await http.get('/customers/settings')).text, first?.text);
    });

    it('a value that breaks its schema is told first', async () => {
      const { http } = await served();
      const theme = http.put('/customers/theme').type('json').set('If-Match', '"other"');
      assertProblem(await theme.send('{"colour": 5}'), 422, 'invalid-document');
    });
  });

  describe('of POST to a catalog', () => {
    it('[H43] a stale If-Match creates nothing, the current one does', async () => {
      const { http, etagOf } = await served();
      const post = (condition: string) =>
        http.post('/customers/').set('If-Match', condition).send(entity(ADA));
      const stale = await etagOf('/customers/');
      assert.equal((await post(stale)).status, 201);
      for (const condition of [stale, `W/${await etagOf('/customers/')}`, '"other"']) {
        assertProblem(await post(condition), 412, 'precondition-failed');
      }
      assertProblem(await post('a'), 400, 'bad-precondition');
      assert.equal((await post('*')).status, 201);
      assert.equal(JSON.parse((await http.get('/customers/')).text).entities.length, 3);
    });

    it('[H50] of many with one ETag, one succeeds', async () => {
      const { http, etagOf } = await served();
      const etag = await etagOf('/customers/');
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => http.post('/customers/').set('If-Match', etag).send(entity(ADA))),
      );
      assert.equal(answers.filter(({ status }) => status === 201).length, 1);
      for (const answer of answers) {
        if (answer.status !== 201) assertProblem(answer, 412, 'precondition-failed');
      }
      assert.equal(JSON.parse((await http.get('/customers/')).text).entities.length, 2);
    });
  });

  it('what is wrong with a request is told before what its preconditions are', async () => {
    const { http } = await served();
    const stale = (test: request.Test) => test.set('If-Match', '"stale"');
    assertProblem(
      await stale(http.put('/customers/1/')).send(entity({ visits: -1 })),
      422,
      'invalid-document',
    );
    assertProblem(
      await stale(http.put('/customers/1/')).type('text').send('a'),
      415,
      'unsupported-media-type',
    );
    assertProblem(await stale(http.patch('/customers/1/')).type('json').send('{'), 400, 'malformed-json');
    assertProblem(await stale(http.delete('/customers/')), 405, 'method-not-allowed');
    assertProblem(await stale(http.post('/customers/')).send(entity({})), 422, 'invalid-document');
  });

  describe('PUT where clients choose ids', () => {
    const put = (http: Awaited<ReturnType<typeof served>>['http'], name = 'France') =>
      http.put('/countries/fr/').send(entity({ name }));

    it('[H42] creates once, with If-None-Match: *', async () => {
      const { http } = await served();
      const made = await put(http).set('If-None-Match', '*');
      assert.equal(made.status, 201);
      assert.equal(made.headers['location'], '/countries/fr/');
      const read = await http.get('/countries/fr/');
      assert.equal(read.text, made.text);
      assert.equal(read.headers['etag'], made.headers['etag']);
      assertProblem(await put(http, 'Francia').set('If-None-Match', '*'), 412, 'precondition-failed');
      assert.equal((await http.get('/countries/fr/')).text, made.text);
    });

    it('[H44] creates nothing without If-None-Match: *', async () => {
      const { http } = await served();
      assertProblem(await put(http), 404, 'not-found');
      assertProblem(await put(http).set('If-Match', '*'), 412, 'precondition-failed');
      assertProblem(await put(http).set('If-Match', '"a"'), 412, 'precondition-failed');
      assert.deepEqual(JSON.parse((await http.get('/countries/')).text).entities, []);
    });

    it('[H42] creates once where many come at once, and the others get 412', async () => {
      const { http } = await served();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => put(http, `France ${index}`).set('If-None-Match', '*')),
      );
      const [made, ...others] = answers.filter(({ status }) => status === 201);
      assert.deepEqual(others, []);
      for (const answer of answers) if (answer !== made) assertProblem(answer, 412, 'precondition-failed');
      assert.equal((await http.get('/countries/fr/')).text, made?.text);
    });

    it('[H42] is 404 where the server chooses ids', async () => {
      const { http } = await served();
      assertProblem(
        await http.put('/customers/77/').set('If-None-Match', '*').send(entity(ADA)),
        404,
        'not-found',
      );
    });
  });
});
