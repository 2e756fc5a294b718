import assert from 'node:assert/strict';
import request from 'supertest';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

describe('the document in a body', () => {
  const serve = serving();

  /** Posts a document, which is to be refused with nothing written. */
  async function refused(document: unknown) {
    const { origin } = await serve(shop());
    const answer = await request(origin)
      .post('/customers/')
      .send(document as object);
    const list = await request(origin).get('/customers/');
    assert.deepEqual(JSON.parse(list.text).entities, []);
    return assertProblem(answer, 422, 'invalid-document');
  }

  describe('[H16] a body that breaks the schema', () => {
    it('[H16] has every error at its pointer', async () => {
      const problem = await refused(entity({ name: '', visits: -1.5, surname: 'L' }));
      const found = problem.errors?.map(({ pointer, rule }) => `${pointer} ${rule}`).toSorted();
      assert.deepEqual(found, [
        '/body/name minLength',
        '/body/surname additionalProperties',
        '/body/visits minimum',
        '/body/visits type',
      ]);
      assert.ok(problem.errors?.every(({ message }) => message !== ''));
    });

    it('[H16] has what is missing too', async () => {
      const problem = await refused(entity({}));
      assert.deepEqual(problem.errors?.map(({ pointer }) => pointer).toSorted(), [
        '/body/name',
        '/body/visits',
      ]);
    });

    it('[H16] has 20 errors at most', async () => {
      const members = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`member${index}`, 1]));
      const problem = await refused(entity({ ...ADA, ...members }));
      assert.equal(problem.errors?.length, 20);
    });

    const documents: Readonly<Record<string, unknown>> = {
      '/element': { body: ADA },
      '': { element: 'shoji:entity' },
      '/body': entity([1]),
      '/self': { ...entity(ADA), self: 7 },
      '/updated': { ...entity(ADA), updated: 'yesterday' },
      '/catalogs/a b': { ...entity(ADA), catalogs: { 'a b': null } },
    };
    for (const [pointer, document] of Object.entries(documents)) {
      it(`[H16] the protocol's own rules hold too: ${JSON.stringify(document)}`, async () => {
        const problem = await refused(document);
        assert.ok(
          problem.errors?.some((error) => error.pointer === pointer),
          JSON.stringify(problem.errors),
        );
      });
    }

    for (const method of ['put', 'patch'] as const) {
      it(`[H16] ${method} writes nothing of it`, async () => {
        const http = request((await serve(shop())).origin);
        await http.post('/customers/').send(entity(ADA)).expect(201);
        const before = await http.get('/customers/1/');
        const answer = await http[method]('/customers/1/').send(entity({ name: 'Grace', visits: -1 }));
        assert.equal(assertProblem(answer, 422, 'invalid-document').errors?.[0]?.pointer, '/body/visits');
        const after = await http.get('/customers/1/');
        assert.equal(after.text, before.text);
        assert.equal(after.headers['etag'], before.headers['etag']);
      });
    }
  });

  describe('[H17] what only the server writes', () => {
    const sent = { ...ADA, created: '1999-01-01T00:00:00Z' };

    it('[H17] POST is refused', async () => {
      const problem = await refused(entity(sent));
      assert.deepEqual(
        problem.errors?.map(({ pointer, rule }) => [pointer, rule]),
        [['/body/created', 'read-only']],
      );
    });

    for (const method of ['put', 'patch'] as const) {
      it(`[H17] ${method} is refused with another value than it has`, async () => {
        const { origin } = await serve(shop());
        const made = await request(origin).post('/customers/').send(entity(ADA)).expect(201);
        const own = JSON.parse(made.text).body;
        const answer = await request(origin)[method]('/customers/1/').send(entity(sent));
        assert.equal(assertProblem(answer, 422, 'invalid-document').errors?.[0]?.rule, 'read-only');
        const after = await request(origin).get('/customers/1/');
        assert.deepEqual(JSON.parse(after.text).body, own);
      });

      it(`[H17] ${method} without it keeps it`, async () => {
        const http = request((await serve(shop())).origin);
        const made = await http.post('/customers/').send(entity(ADA)).expect(201);
        const { created } = JSON.parse(made.text).body;
        assert.equal(typeof created, 'string');
        const answer = await http[method]('/customers/1/')
          .send(entity({ name: 'Grace', visits: 4 }))
          .expect(200);
        assert.deepEqual(JSON.parse(answer.text).body, { name: 'Grace', visits: 4, created });
      });
    }

    it('[H17] its fragment cannot be written', async () => {
      const { origin } = await serve(shop());
      await request(origin).post('/customers/').send(entity(ADA)).expect(201);
      const answer = await request(origin).put('/customers/1/created').send('"now"').type('json');
      assertProblem(answer, 405, 'method-not-allowed');
      assert.equal(answer.headers['allow'], 'GET, HEAD, OPTIONS');
    });
  });

  describe('[H18] self', () => {
    const mismatches = [
      '/customers/2/',
      '../2/',
      'http://elsewhere.example/customers/2/',
      '/customers/1',
      '?a=1',
      '/countries/1/',
      'http://evil.example/customers/1/',
      'https://evil.example/customers/1/',
      '//evil.example/customers/1/',
      'ftp://127.0.0.1/customers/1/',
      'http://127.0.0.1:1/customers/1/',
      'http://127.0.0.1/customers/1/',
    ];
    for (const method of ['put', 'patch'] as const) {
      for (const self of mismatches) {
        it(`[H18] ${method} with ${JSON.stringify(self)} is refused`, async () => {
          const http = request((await serve(shop())).origin);
          await http.post('/customers/').send(entity(ADA)).expect(201);
          const answer = await http[method]('/customers/1/').send({ ...entity({ ...ADA, visits: 9 }), self });
          assertProblem(answer, 409, 'self-mismatch');
          const after = await http.get('/customers/1/');
          assert.equal(JSON.parse(after.text).body.visits, ADA.visits);
        });
      }

      for (const self of ['', '/customers/1/', './', '../1/', '/customers/%31/']) {
        it(`[H18] ${method} with ${JSON.stringify(self)} is of the target`, async () => {
          const http = request((await serve(shop())).origin);
          await http.post('/customers/').send(entity(ADA)).expect(201);
          await http[method]('/customers/1/')
            .send({ ...entity({ ...ADA, visits: 9 }), self })
            .expect(200);
        });
      }
    }

    it('[H18] POST is held to the catalog', async () => {
      const { origin } = await serve(shop());
      await request(origin)
        .post('/customers/')
        .send({ ...entity(ADA), self: '' })
        .expect(201);
      const answer = await request(origin)
        .post('/customers/')
        .send({ ...entity(ADA), self: '/customers/7/' });
      assertProblem(answer, 409, 'self-mismatch');
    });

    it('[H18] without a base, the authority that the client has sent its request to is its own', async () => {
      const { port } = await serve(shop());
      const send = (host: string, self: string, target = '/customers/1/') => {
        const body = JSON.stringify({ ...entity(ADA), self });
        const fields = [`Host: ${host}`, 'Content-Type: application/json', `Content-Length: ${body.length}`];
        return raw(port, requestText(`PUT ${target}`, fields, body));
      };
      await request(`http://127.0.0.1:${port}`).post('/customers/').send(entity(ADA)).expect(201);
      for (const [host, self] of [
        ['shop.example', 'http://shop.example/customers/1/'],
        ['shop.example', 'https://SHOP.example:443/customers/%31/'],
        ['shop.example:80', '//shop.example/customers/1/'],
        ['shop.example:8080', 'https://shop.example:8080/customers/1/'],
        ['xn--bcher-kva.example', 'https://b%C3%BCcher.example/customers/1/'],
        ['[::1]:3000', 'http://[::1]:3000/customers/1/'],
      ] as const) {
        assert.equal((await send(host, self)).status, 200, self);
      }
      for (const [host, self] of [
        ['shop.example', 'http://shop.example:8080/customers/1/'],
        ['shop.example', 'http://ada@shop.example/customers/1/'],
        ['shop.example', 'http://shop.example.evil.example/customers/1/'],
        ['shop.example', 'ftp://shop.example/customers/1/'],
        ['shop.example', 'http://shop.example/customers/2/'],
      ] as const) {
        assertProblem(await send(host, self), 409, 'self-mismatch');
      }
      const absolute = 'http://outside.example/customers/1/';
      assert.equal((await send('inside.example', absolute, absolute)).status, 200);
      assertProblem(
        await send('inside.example', absolute.replace('out', 'in'), absolute),
        409,
        'self-mismatch',
      );
    });

    it('[H18] with a base outside ASCII, or with its port, each spelling of it counts', async () => {
      const { origin } = await serve(shop({ base: 'https://bücher.example:443' }));
      const http = request(origin);
      const made = await http.post('/customers/').send(entity(ADA)).expect(201);
      assert.equal(made.headers['location'], 'https://xn--bcher-kva.example/customers/1/');
      for (const host of ['xn--bcher-kva.example', 'bücher.example', 'BÜCHER.example:443']) {
        const self = `https://${host}/customers/1/`;
        await http
          .put('/customers/1/')
          .send({ ...entity(ADA), self })
          .expect(200);
      }
      const self = 'https://buecher.example/customers/1/';
      assertProblem(await http.put('/customers/1/').send({ ...entity(ADA), self }), 409, 'self-mismatch');
    });

    it('[H18] with a base, its authority counts', async () => {
      const { origin } = await serve(shop({ base: 'https://api.example.org/v1' }));
      await request(origin).post('/customers/').send(entity(ADA)).expect(201);
      const put = (self: string) =>
        request(origin)
          .put('/customers/1/')
          .send({ ...entity(ADA), self });
      assert.equal((await put('https://api.example.org/v1/customers/1/')).status, 200);
      assert.equal((await put('HTTPS://API.example.org/v1/customers/1/')).status, 200);
      for (const self of ['https://evil.example/v1/customers/1/', 'https://api.example.org/customers/1/']) {
        assertProblem(await put(self), 409, 'self-mismatch', '/v1');
      }
    });
  });
});
