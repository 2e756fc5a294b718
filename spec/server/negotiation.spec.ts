import assert from 'node:assert/strict';
import request from 'supertest';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { serving } from './serve.js';
import { ADA, entity, shop } from './shop.js';

const DOCUMENTS = [
  '/',
  '/customers/',
  '/customers/frequent/',
  '/customers/1/',
  '/customers/1/orders/',
  '/countries/',
];
const VALUES = ['/customers/1/name', '/customers/1/initials', '/customers/visits', '/customers/settings'];

describe('negotiation', () => {
  const serve = serving();

  async function served() {
    const started = await serve(shop());
    await request(started.origin).post('/customers/').send(entity(ADA)).expect(201);
    const get = (path: string, accept?: string) =>
      raw(started.port, requestText(`GET ${path}`, accept === undefined ? [] : [`Accept: ${accept}`]));
    return { ...started, get };
  }

  it('[H28] gives documents as Shoji unless asked for another of its types, always the same bytes', async () => {
    const { get } = await served();
    const chosen: Readonly<Record<string, string>> = {
      '*/*': 'application/shoji+json',
      'application/*': 'application/shoji+json',
      'text/html, */*;q=0.1': 'application/shoji+json',
      'application/json': 'application/json',
      'application/shoji': 'application/shoji',
      'application/shoji+json': 'application/shoji+json',
      'application/json, application/shoji+json;q=0.9': 'application/json',
      'application/shoji+json;q=0, */*': 'application/shoji',
      'APPLICATION/JSON;charset=UTF-8': 'application/json',
      'application/json;odata=verbose': 'application/json',
      'application/json;q=0.5;ext=1': 'application/json',
    };
    for (const path of DOCUMENTS) {
      const plain = await get(path);
      assert.equal(plain.headers['content-type'], 'application/shoji+json');
      assert.equal(plain.headers['vary'], 'Accept');
      for (const [accept, type] of Object.entries(chosen)) {
        const answer = await get(path, accept);
        assert.equal(answer.headers['content-type'], type, accept);
        assert.equal(answer.headers['vary'], 'Accept');
        assert.equal(answer.text, plain.text);
      }
    }
  });

  it('[H28] gives values as JSON', async () => {
    const { get } = await served();
    for (const path of VALUES) {
      for (const accept of [undefined, '*/*', 'application/json', 'application/*;q=0.5']) {
        const answer = await get(path, accept);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.headers['content-type'], 'application/json');
        assert.equal(answer.headers['vary'], 'Accept');
      }
    }
  });

  it('[H28] answers 406 with the types that there are', async () => {
    const { get } = await served();
    for (const path of [...DOCUMENTS, ...VALUES]) {
      for (const accept of ['text/html', 'application/xml, text/*', '*/*;q=0', 'application/jsonp']) {
        const answer = await get(path, accept);
        const problem = assertProblem(answer, 406, 'not-acceptable');
        assert.match(
          problem.detail ?? '',
          VALUES.includes(path)
            ? /: application\/json\.$/
            : /application\/shoji\+json, application\/shoji, application\/json/,
        );
        assert.equal(answer.headers['vary'], 'Accept');
      }
    }
    assertProblem(await get('/customers/1/name', 'application/shoji+json'), 406, 'not-acceptable');
  });

  it('[H28] decides before anything is written', async () => {
    const { origin } = await served();
    const before = await request(origin).get('/customers/');
    const attempts = [
      request(origin).post('/customers/').send(entity(ADA)),
      request(origin)
        .put('/customers/1/')
        .send(entity({ ...ADA, visits: 9 })),
      request(origin)
        .patch('/customers/1/')
        .send(entity({ visits: 9 })),
    ];
    for (const attempt of attempts)
      assertProblem(await attempt.set('Accept', 'text/html'), 406, 'not-acceptable');
    assert.equal((await request(origin).get('/customers/')).text, before.text);
  });

  it('[H28] holds for what writes answer too', async () => {
    const { origin } = await served();
    const answers = [
      await request(origin).post('/customers/').set('Accept', 'application/json').send(entity(ADA)),
      await request(origin).put('/customers/1/').set('Accept', 'application/json').send(entity(ADA)),
      await request(origin)
        .patch('/customers/1/')
        .set('Accept', 'application/json')
        .send(entity({ visits: 9 })),
      await request(origin)
        .put('/customers/1/name')
        .set('Accept', 'application/json')
        .type('json')
        .send('"Grace"'),
    ];
    for (const answer of answers) {
      assert.equal(answer.headers['content-type'], 'application/json');
      assert.equal(answer.headers['vary'], 'Accept');
    }
  });

  for (const accept of [
    '',
    ',',
    'json',
    '/',
    'a/b/c',
    'text/html;q=2',
    'text/html;q',
    '*',
    ';;;',
    'text /html',
    '"',
    'a/b;c="',
    '€',
  ]) {
    it(`[H29] ${JSON.stringify(accept)} is as if it were not there`, async () => {
      const { get } = await served();
      for (const path of ['/customers/1/', '/customers/1/name']) {
        const answer = await get(path, accept);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.headers['content-type'], (await get(path)).headers['content-type']);
      }
    });
  }

  it('[H29] of 1,000 ranges is read all the same', async () => {
    const { get } = await served();
    const accept = Array.from({ length: 1000 }, (_, index) => `a/b${index};q=0.5`).join(',');
    assertProblem(await get('/customers/', accept), 406, 'not-acceptable');
    assert.equal((await get('/customers/', `${accept},*/*`)).status, 200);
  });

  it('[H35] no answer speaks of other origins', async () => {
    const { port } = await served();
    const origin = [
      'Origin: http://other.example',
      'Access-Control-Request-Method: PUT',
      'Access-Control-Request-Headers: x-a',
    ];
    for (const path of [...DOCUMENTS, ...VALUES, '/none', '/customers', '/%zz', '/problems/not-found']) {
      for (const method of ['GET', 'OPTIONS', 'DELETE', 'PROPFIND']) {
        const { headers } = await raw(port, requestText(`${method} ${path}`, origin));
        assert.deepEqual(
          Object.keys(headers).filter((name) => name.startsWith('access-control-')),
          [],
        );
      }
    }
  });
});
