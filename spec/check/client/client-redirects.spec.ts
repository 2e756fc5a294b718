import assert from 'node:assert/strict';
import type { FetchOptions, FetchOutcome } from '../../../lib/check/client/fetch.js';
import { createClient } from '../../../lib/check/client/http-client.js';
import { answer, type Behaviour, hostileServers } from '../hostile.js';
import { runClient, secureServers } from './client-runs.js';

/** Redirects `/3` to `/2`, that to `/1`, and that to `/0`, which is no redirect. */
const countdown: Behaviour = (socket, { target }) => {
  const left = Number(target.slice(1));
  socket.write(left === 0 ? answer('200 OK', [], 'here') : answer('302 Found', [`Location: /${left - 1}`]));
};

const location =
  (value: string, status = '302 Found'): Behaviour =>
  (socket, { target }) =>
    socket.write(target === '/' ? answer(status, [`Location: ${value}`]) : answer('200 OK', [], target));

describe('[H80] redirects', () => {
  const hostile = hostileServers();
  const secure = secureServers();

  async function follow(iri: string, options: FetchOptions = {}, method = 'GET'): Promise<FetchOutcome> {
    const client = createClient(iri, { timeout: 5000, ...options });
    try {
      return await client.follow({ method, iri });
    } finally {
      client.close();
    }
  }

  function assertFailed(outcome: FetchOutcome, reason: string, message: RegExp): void {
    assert.equal(outcome.type, 'failure', JSON.stringify(outcome));
    assert.equal(outcome.reason, reason, outcome.message);
    assert.match(outcome.message, message);
  }

  it('are followed up to five after one another', async () => {
    const { origin, requests } = await hostile(countdown);
    const outcome = await follow(`${origin}/5`);
    assert.equal(outcome.type, 'response');
    assert.equal(outcome.iri, `${origin}/0`);
    assert.deepEqual(
      outcome.redirects,
      [5, 4, 3, 2, 1].map((left) => ({
        from: `${origin}/${left}`,
        to: `${origin}/${left - 1}`,
        status: 302,
      })),
    );
    assert.equal(requests.length, 6);
  });

  for (const [redirects, followed] of [
    [undefined, 5],
    [9, 5],
    [2, 2],
    [0, 0],
  ] as const) {
    it(`are ${followed} at most where the option says ${redirects ?? 'nothing'}`, async () => {
      const { origin, requests } = await hostile(countdown);
      const outcome = await follow(`${origin}/9`, redirects === undefined ? {} : { redirects });
      assertFailed(outcome, 'too-many-redirects', new RegExp(`after ${followed} redirects already`));
      assert.equal(outcome.iri, `${origin}/${9 - followed}`);
      assert.equal(outcome.redirects.length, followed);
      assert.equal(requests.length, followed + 1);
    });
  }

  it('that lead back end at once', async () => {
    const { origin, requests } = await hostile((socket, { target }) =>
      socket.write(answer('307 Temporary Redirect', [`Location: ${target === '/a' ? '/b' : '/a'}`])),
    );
    assertFailed(await follow(`${origin}/a`), 'too-many-redirects', /a loop without end/);
    assert.equal(requests.length, 2);
  });

  it('that lead to themselves end at once', async () => {
    const { origin, requests } = await hostile(location('/', '301 Moved Permanently'));
    assertFailed(await follow(`${origin}/`), 'too-many-redirects', /a loop without end/);
    assert.equal(requests.length, 1);
  });

  for (const status of [
    '301 Moved Permanently',
    '303 See Other',
    '307 Temporary Redirect',
    '308 Permanent Redirect',
  ]) {
    it(`are followed for ${status}, by the same method`, async () => {
      const { origin, requests } = await hostile(location('users/?a=1#f', status));
      const outcome = await follow(`${origin}/`, {}, 'HEAD');
      assert.equal(outcome.type, 'response');
      assert.equal(outcome.iri, `${origin}/users/?a=1#f`);
      assert.deepEqual(
        requests.map(({ method, target }) => `${method} ${target}`),
        ['HEAD /', 'HEAD /users/?a=1'],
      );
    });
  }

  for (const status of ['300 Multiple Choices', '304 Not Modified', '201 Created', '404 Not Found']) {
    it(`are not seen in ${status}`, async () => {
      const { origin } = await hostile(location('/elsewhere', status));
      const outcome = await follow(`${origin}/`);
      assert.equal(outcome.type, 'response');
      assert.equal(outcome.status, Number.parseInt(status, 10));
      assert.deepEqual(outcome.redirects, []);
    });
  }

  it('are answers like others to send()', async () => {
    const { origin } = await hostile(countdown);
    const client = createClient(`${origin}/`, {});
    const outcome = await client.send({ method: 'GET', iri: `${origin}/3` });
    client.close();
    assert.equal(outcome.type, 'response');
    assert.equal(outcome.status, 302);
    assert.equal(outcome.headers.get('location'), '/2');
  });

  it('are not followed by methods that change something', async () => {
    const client = createClient('http://start.example/', {});
    await assert.rejects(
      client.follow({ method: 'POST', iri: 'http://start.example/' }),
      /POST is not followed/,
    );
    client.close();
  });

  it('may lead to an IRI in raw UTF-8', async () => {
    const { origin, requests } = await hostile(location(Buffer.from('/caf\u00e9').toString('latin1')));
    const outcome = await follow(`${origin}/`);
    assert.equal(outcome.iri, `${origin}/café`);
    assert.equal(requests[1]?.target, '/caf%C3%A9');
  });

  const MALFORMED: readonly [string, string[], RegExp][] = [
    ['without Location', [], /answered 302 without Location/],
    ['to what is no IRI', ['Location: http://['], /no IP literal/],
    ['to a space', ['Location: /a b'], /may not stand in an IRI/],
    ['to bytes that are no UTF-8 and no ASCII', ['Location: /\xff\\'], /is no IRI/],
    ['to two places', ['Location: /a', 'Location: /b'], /is no IRI/],
    ['to an http IRI without a host', ['Location: http:///a'], /needs a host/],
  ];
  for (const [title, fields, message] of MALFORMED) {
    it(`${title} are malformed`, async () => {
      const { origin, requests } = await hostile((socket) => socket.write(answer('302 Found', fields)));
      const outcome = await follow(`${origin}/`);
      assertFailed(outcome, 'malformed-redirect', message);
      assert.equal(outcome.iri, `${origin}/`);
      assert.equal(requests.length, 1);
    });
  }

  it('with credentials are refused', async () => {
    const { origin, requests, port } = await hostile(location('//user:secret@127.0.0.1:1/'));
    const outcome = await follow(`${origin}/`, { origins: [`http://127.0.0.1:${port}`] });
    assertFailed(outcome, 'refused-origin', /holds credentials/);
    assert.equal(requests.length, 1);
  });

  it('to another origin are refused, unless it is named', async () => {
    const other = await hostile(location('/'));
    const { origin } = await hostile(location(`${other.origin}/there`));
    const options = { allowPrivate: true, headers: { Authorization: 'Bearer t' } };
    assertFailed(await follow(`${origin}/`, options), 'refused-origin', /--allow-origin/);
    assert.equal(other.connections, 0);
    const named = await follow(`${origin}/`, { ...options, origins: [other.origin] });
    assert.equal(named.type, 'response');
    assert.equal(other.requests[0]?.headers.authorization, 'Bearer t');
  });

  it('from https to http lose the headers that were configured, for good', async () => {
    const plain = await hostile((socket, { target }) =>
      socket.end(
        answer(target === '/1' ? '302 Found' : '200 OK', [
          'Connection: close',
          ...(target === '/1' ? [`Location: ${over.origin}/last`] : []),
        ]),
      ),
    );
    const over = await secure((request, response) => {
      response.writeHead(request.url === '/' ? 302 : 200, { location: `${plain.origin}/1` }).end();
    });
    const [outcome] = await runClient({
      start: `${over.origin}/`,
      options: {
        origins: [plain.origin],
        allowPrivate: true,
        headers: { Authorization: 'Bearer t', Cookie: 'a=1' },
      },
      iris: [`${over.origin}/`],
    });
    assert.equal(outcome?.type, 'response', JSON.stringify(outcome));
    assert.equal(outcome.iri, `${over.origin}/last`);
    assert.deepEqual(
      over.headers.map(({ authorization }) => authorization),
      ['Bearer t', undefined],
    );
    assert.equal(plain.requests.length, 1);
    assert.equal(plain.requests[0]?.headers.authorization, undefined);
    assert.equal(plain.requests[0]?.headers.cookie, undefined);
    assert.match(plain.requests[0]?.headers['user-agent'] ?? '', /koa-shoji/);
  });
});
