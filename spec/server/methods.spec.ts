import assert from 'node:assert/strict';
import request from 'supertest';
import { MemoryStore } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { serving } from './serve.js';
import { ADA, CREATED, entity, shop } from './shop.js';

const ALLOWED: Readonly<Record<string, string>> = {
  '/': 'GET, HEAD, OPTIONS',
  '/customers/': 'GET, HEAD, POST, PATCH, OPTIONS',
  '/customers/frequent/': 'GET, HEAD, OPTIONS',
  '/countries/': 'GET, HEAD, PATCH, OPTIONS',
  '/customers/1/': 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS',
  '/customers/1/orders/': 'GET, HEAD, POST, PATCH, OPTIONS',
  '/customers/1/orders/1/': 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS',
  '/customers/1/orders/1/item': 'GET, HEAD, PUT, OPTIONS',
  '/customers/1/name': 'GET, HEAD, PUT, OPTIONS',
  '/customers/1/nickname': 'GET, HEAD, PUT, DELETE, OPTIONS',
  '/customers/1/created': 'GET, HEAD, OPTIONS',
  '/customers/1/initials': 'GET, HEAD, OPTIONS',
  '/customers/visits': 'GET, HEAD, OPTIONS',
  '/customers/settings': 'GET, HEAD, PUT, OPTIONS',
};
const TYPES = 'application/shoji+json, application/shoji, application/json';
/** What PATCH of an entity takes; of a catalog, it takes Shoji documents only. */
const PATCHES = `${TYPES}, application/merge-patch+json, application/json-patch+json`;

describe('a method', () => {
  const serve = serving();

  async function served() {
    // What changed within this second has another Last-Modified in the next one.
    const store = new MemoryStore({ now: () => new Date(CREATED) });
    const started = await serve(shop({ store }));
    await request(started.origin)
      .post('/customers/')
      .send(entity({ ...ADA, nickname: 'A' }))
      .expect(201);
    await request(started.origin)
      .post('/customers/1/orders/')
      .send(entity({ item: 'pen', quantity: 1 }))
      .expect(201);
    return started;
  }

  for (const [path, allow] of Object.entries(ALLOWED)) {
    it(`[H30] that ${path} lacks is 405 there, and Allow names ${allow}`, async () => {
      const { port } = await served();
      const lacking = ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'].filter(
        (method) => !allow.split(', ').includes(method),
      );
      for (const method of lacking) {
        const answer = await raw(port, requestText(`${method} ${path}`));
        assertProblem(answer, 405, 'method-not-allowed');
        assert.equal(answer.headers['allow'], allow);
      }
    });

    it(`[H32] OPTIONS of ${path} is 204, with what the resource allows and reads`, async () => {
      const { port } = await served();
      const answer = await raw(port, requestText(`OPTIONS ${path}`));
      assert.equal(answer.status, 204);
      assert.equal(answer.text, '');
      assert.equal(answer.headers['allow'], allow);
      assert.equal(answer.headers['accept-post'], allow.includes('POST') ? TYPES : undefined);
      const patches = allow.includes('DELETE') ? PATCHES : TYPES;
      assert.equal(answer.headers['accept-patch'], allow.includes('PATCH') ? patches : undefined);
      assert.equal(answer.headers['content-type'], undefined);
    });
  }

  it('[H30] that the resource lacks is refused before the body is read', async () => {
    const { port } = await served();
    const answer = await raw(
      port,
      requestText('POST /customers/1/', ['Content-Type: text/csv', 'Content-Length: 99999999']),
    );
    assertProblem(answer, 405, 'method-not-allowed');
  });

  for (const method of ['PROPFIND', 'MKCOL', 'QUERY', 'SEARCH', 'PURGE', 'LOCK']) {
    it(`[H31] of an extension is 501, or the parser's 400: ${method}`, async () => {
      const { port } = await served();
      const answer = await raw(port, requestText(`${method} /customers/`));
      assertProblem(
        answer,
        answer.status === 400 ? 400 : 501,
        answer.status === 400 ? 'bad-request' : 'not-implemented',
      );
    });
  }

  for (const method of ['FOO', 'get', 'G%45T', 'GETT']) {
    it(`[H31] of no standard is 400: ${method}`, async () => {
      const { port } = await served();
      assertProblem(await raw(port, requestText(`${method} /customers/`)), 400, 'bad-request');
    });
  }

  it('[H31] TRACE is 405, and sends nothing back', async () => {
    const { port } = await served();
    const answer = await raw(port, requestText('TRACE /customers/', ['Cookie: secret=1', 'X-Echo: echo']));
    assertProblem(answer, 405, 'method-not-allowed');
    assert.doesNotMatch(answer.all, /secret|echo/i);
  });

  it('[H31] CONNECT opens no tunnel', async () => {
    const { port } = await served();
    const attempt = raw(port, requestText('CONNECT evil.example:443', ['Host: evil.example:443']));
    await attempt.then(
      ({ status }) => assert.ok(status >= 400),
      (error: Error) => assert.match(error.message, /closed without a response/),
    );
  });

  it('[H32] OPTIONS of * is 204', async () => {
    const { port } = await served();
    const answer = await raw(port, requestText('OPTIONS *'));
    assert.equal(answer.status, 204);
    assert.equal(answer.text, '');
  });

  it('[H32] OPTIONS of what is not there is 404', async () => {
    const { port } = await served();
    assertProblem(await raw(port, requestText('OPTIONS /none/')), 404, 'not-found');
  });

  const HEADS: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(Object.keys(ALLOWED).map((path) => [path, []])),
    '/customers/visits?limit=1': [],
    '/customers': [],
    '/none': [],
    '/customers/9/': [],
    '/customers/9/name': [],
    '/customers/1/orders/9/': [],
    '/%zz': [],
    '/customers/?page=1': [],
    [`/${'a'.repeat(9000)}`]: [],
    '/customers/visits?limit=0': [],
    '/countries/?': ['Accept: text/html'],
    '/problems/not-found': [],
    '/problems/none': [],
    '/customers/frequent/?visits=3': ['If-None-Match: *'],
    '/customers/1/?': ['If-Match: "stale"'],
    '/customers/1/name?': ['If-Match: malformed'],
    '/customers/1/orders/?': ['If-None-Match: "a", *'],
  };
  for (const [path, fields] of Object.entries(HEADS)) {
    it(`[H33] HEAD has the status and fields of GET, and no body: ${[path.slice(0, 60), ...fields].join(', ')}`, async () => {
      const { port } = await served();
      const get = await raw(port, requestText(`GET ${path}`, fields), { untilClose: true });
      const head = await raw(port, requestText(`HEAD ${path}`, fields), { untilClose: true });
      assert.equal(head.status, get.status);
      assert.equal(head.text, '');
      const { date: _, ...ofGet } = get.headers;
      const { date: __, ...ofHead } = head.headers;
      assert.deepEqual(ofHead, ofGet);
    });
  }
});
