import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { FetchOptions, FetchOutcome, FetchResponse } from '../../../lib/check/client/fetch.js';
import { createClient } from '../../../lib/check/client/http-client.js';
import { answer, type Behaviour, type HostileServer, hostileServers } from '../hostile.js';
import { runClient, secureServers } from './client-runs.js';

const saying =
  (status: string, fields: readonly string[] = [], body: string | Buffer = ''): Behaviour =>
  (socket) =>
    socket.write(answer(status, fields, body));

describe('a client', () => {
  const hostile = hostileServers();
  const secure = secureServers();
  const open: { close(): void }[] = [];
  afterEach(() => open.splice(0).forEach((client) => client.close()));

  function clientFor({ origin }: { origin: string }, options: FetchOptions & { signal?: AbortSignal } = {}) {
    const client = createClient(`${origin}/`, { timeout: 5000, ...options });
    open.push(client);
    return client;
  }

  function assertAnswered(outcome: FetchOutcome): asserts outcome is FetchResponse {
    assert.equal(outcome.type, 'response', JSON.stringify(outcome));
  }

  const text = ({ body }: FetchResponse): string => Buffer.from(body).toString();

  it('gives status, fields and body of the answer', async () => {
    const fields = ['Content-Type: application/json', 'X-A: 1', 'x-a: 2', 'Link: <a>; rel="b"'];
    const server = await hostile(saying('404 Not Found', fields, '{"a":"é"}'));
    const outcome = await clientFor(server).send({ method: 'GET', iri: `${server.origin}/users/?q=1#top` });
    assertAnswered(outcome);
    const { status, iri, redirects } = outcome;
    assert.deepEqual(
      { status, iri, redirects },
      { status: 404, iri: `${server.origin}/users/?q=1#top`, redirects: [] },
    );
    assert.equal(text(outcome), '{"a":"é"}');
    assert.equal(outcome.headers.get('content-type'), 'application/json');
    assert.equal(outcome.headers.get('x-a'), '1, 2');
    assert.equal(server.requests[0]?.target, '/users/?q=1');
  });

  it('says who it is, what codings it reads, and to which host it speaks', async () => {
    const server = await hostile(saying('200 OK'));
    await clientFor(server).send({ method: 'GET', iri: `${server.origin}/` });
    const headers = server.requests[0]?.headers ?? {};
    assert.match(headers['user-agent'] ?? '', /^koa-shoji\/\d+\.\d+\.\d+ \(shoji check\)$/);
    assert.equal(headers['accept-encoding'], 'gzip, br');
    assert.equal(headers.host, `127.0.0.1:${server.port}`);
  });

  it('sends the fields of the options and, before them, those of the request', async () => {
    const server = await hostile(saying('200 OK'));
    const headers = { Authorization: 'Bearer t', Accept: '*/*' };
    const client = clientFor(server, { headers });
    const iri = `${server.origin}/`;
    await client.send({
      method: 'GET',
      iri,
      headers: { accept: 'text/html', 'Accept-Encoding': 'identity' },
    });
    const sent = server.requests[0]?.headers ?? {};
    assert.equal(sent.authorization, 'Bearer t');
    assert.equal(sent.accept, 'text/html');
    assert.equal(sent['accept-encoding'], 'identity');
  });

  it('sends no fields of the options with TRACE, whose answer would repeat them', async () => {
    const server = await hostile(saying('405 Method Not Allowed'));
    const client = clientFor(server, { headers: { Authorization: 'Bearer t' } });
    await client.send({ method: 'TRACE', iri: `${server.origin}/`, headers: { accept: '*/*' } });
    const sent = server.requests[0]?.headers ?? {};
    assert.equal(sent.authorization, undefined);
    assert.equal(sent.accept, '*/*');
  });

  it('keeps no cookies', async () => {
    const server = await hostile(saying('200 OK', ['Set-Cookie: a=1']));
    const client = clientFor(server);
    for (let count = 0; count < 2; count += 1) await client.send({ method: 'GET', iri: `${server.origin}/` });
    assert.equal(server.requests[1]?.headers.cookie, undefined);
  });

  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    it(`sends the body of ${method}, with its length in bytes`, async () => {
      const server = await hostile(saying('200 OK', ['Connection: close']));
      const request = {
        method,
        iri: `${server.origin}/`,
        headers: { 'Content-Type': 'text/plain' },
        body: 'é',
      };
      assertAnswered(await clientFor(server).send(request));
      const [seen] = server.requests;
      assert.equal(seen?.method, method);
      assert.equal(seen.body, 'é');
      assert.equal(seen.headers['content-length'], '2');
      assert.equal(seen.headers['transfer-encoding'], undefined);
    });
  }

  it('reads answers without a body', async () => {
    const server = await hostile((socket, { target }) =>
      socket.write(
        answer(target.slice(1).replace('_', ' '), ['Content-Length: 10', 'Content-Encoding: gzip']),
      ),
    );
    const client = clientFor(server);
    for (const [method, status] of [
      ['GET', '204_None'],
      ['GET', '304_Same'],
      ['HEAD', '200_OK'],
    ] as const) {
      const outcome = await client.send({ method, iri: `${server.origin}/${status}` });
      assertAnswered(outcome);
      assert.equal(outcome.body.length, 0);
      assert.equal(outcome.headers.get('content-length'), '10');
    }
  });

  it('reads a body that ends with the connection, and one in chunks', async () => {
    const server = await hostile((socket, { target }) => {
      if (target === '/close') socket.end('HTTP/1.0 200 OK\r\n\r\nwhole');
      else
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwho\r\n2\r\nle\r\n0\r\n\r\n');
    });
    const client = clientFor(server);
    for (const path of ['/close', '/chunked']) {
      const outcome = await client.send({ method: 'GET', iri: server.origin + path });
      assertAnswered(outcome);
      assert.equal(text(outcome), 'whole');
    }
  });

  const plain = Buffer.from('{"element":"shoji:catalog"}');
  const CODINGS: readonly [string, Buffer][] = [
    ['gzip', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['GZIP', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['identity', plain],
    ['deflate, gzip', gzipSync(deflateSync(plain))],
    ['gzip', Buffer.concat([gzipSync(plain.subarray(0, 5)), gzipSync(plain.subarray(5))])],
  ];
  for (const [coding, body] of CODINGS) {
    it(`decodes ${coding} (${body.length} bytes)`, async () => {
      const server = await hostile(saying('200 OK', [`Content-Encoding: ${coding}`], body));
      const outcome = await clientFor(server).send({ method: 'GET', iri: `${server.origin}/` });
      assertAnswered(outcome);
      assert.equal(text(outcome), plain.toString());
    });
  }

  it('uses a connection again', async () => {
    const server = await hostile(saying('200 OK', [], 'x'));
    const client = clientFor(server);
    for (let count = 0; count < 3; count += 1) {
      assertAnswered(await client.send({ method: 'GET', iri: `${server.origin}/` }));
    }
    assert.equal(server.connections, 1);
    assert.equal(client.requests, 3);
  });

  it('reads again over a new connection where the server has closed the one that was kept', async () => {
    let answered = 0;
    const server = await hostile((socket) => {
      answered += 1;
      // The first connection answers one request, and is closed by the second.
      if (answered === 2) socket.destroy();
      else socket.write(answer('200 OK', [], 'x'));
    });
    const client = clientFor(server);
    const iri = `${server.origin}/`;
    assertAnswered(await client.send({ method: 'GET', iri }));
    assertAnswered(await client.send({ method: 'GET', iri }));
    assert.equal(server.connections, 2);
  });

  it('never writes twice, and never over a connection that was kept', async () => {
    const server = await hostile((socket, { method }) => {
      if (method === 'POST') socket.destroy();
      else socket.write(answer('200 OK', [], 'x'));
    });
    const client = clientFor(server);
    const iri = `${server.origin}/`;
    assertAnswered(await client.send({ method: 'GET', iri }));
    const outcome = await client.send({ method: 'POST', iri, body: 'x' });
    assert.equal(outcome.type, 'failure');
    assert.equal(outcome.reason, 'unreachable');
    assert.equal(server.connections, 2);
    assert.equal(server.requests.filter(({ method }) => method === 'POST').length, 1);
  });

  describe('keeps to', () => {
    /** Answers none of twelve requests before so many have come, and a moment for more to come has passed. */
    async function mostAtOnce(expected: number, options: FetchOptions): Promise<number> {
      let most = 0;
      const waiting: Socket[] = [];
      const server = await hostile((socket) => {
        waiting.push(socket);
        if (waiting.length !== expected) return;
        setTimeout(() => {
          most = Math.max(most, waiting.length);
          for (const held of waiting.splice(0)) held.write(answer('200 OK'));
        }, 30);
      });
      const client = clientFor(server, options);
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          client.send({ method: 'GET', iri: `${server.origin}/${index}` }),
        ),
      );
      outcomes.forEach(assertAnswered);
      return most;
    }

    it('four at once', async () => assert.equal(await mostAtOnce(4, {}), 4));
    it('as many at once as the option says', async () =>
      assert.equal(await mostAtOnce(2, { concurrency: 2 }), 2));
    it('one at once', async () => assert.equal(await mostAtOnce(1, { concurrency: 1 }), 1));

    it('many at once without a warning of leaks', async () => {
      const warnings: Error[] = [];
      const note = (warning: Error) => warnings.push(warning);
      process.on('warning', note);
      assert.equal(await mostAtOnce(12, { concurrency: 12 }), 12);
      process.off('warning', note);
      assert.deepEqual(warnings, []);
    });

    it('a rate, which redirects count for too', async () => {
      const times: number[] = [];
      const server = await hostile((socket, { target }) => {
        times.push(performance.now());
        const left = Number(target.slice(1));
        socket.write(left === 0 ? answer('200 OK') : answer('302 Found', [`Location: /${left - 1}`]));
      });
      const client = clientFor(server, { rate: 20 });
      assertAnswered(await client.follow({ method: 'GET', iri: `${server.origin}/2` }));
      // Not before their time; how much later, the machine decides.
      assert.ok((times[2] ?? 0) - (times[0] ?? 0) >= 80, String(times));
    });
  });

  describe('does not begin with', () => {
    for (const [name, value] of [
      ['concurrency', 0],
      ['timeout', 0],
      ['bytes', -1],
      ['rate', 0],
      ['redirects', Number.NaN],
    ] as const) {
      it(`${name}: ${value}`, () => {
        assert.throws(
          () => createClient('http://start.example/', { [name]: value }),
          new RegExp(`^RangeError: The option ${name} is ${value}; write a number`),
        );
      });
    }

    it('headers that are none', () => {
      for (const headers of [{ 'a b': 'c' }, { a: 'b\r\nc: d' }]) {
        assert.throws(() => createClient('http://start.example/', { headers }), TypeError);
      }
    });
  });

  describe('that a server has too much to do for', () => {
    const busy = (status: string, retryAfter: string, times: number): Behaviour => {
      let left = times;
      return (socket) => {
        left -= 1;
        socket.write(left < 0 ? answer('200 OK') : answer(status, [`Retry-After: ${retryAfter}`]));
      };
    };

    async function statusAfter(server: HostileServer, method = 'GET'): Promise<number> {
      const outcome = await clientFor(server).send({ method, iri: `${server.origin}/` });
      assertAnswered(outcome);
      return outcome.status;
    }

    for (const status of ['429 Too Many Requests', '503 Service Unavailable']) {
      it(`asks once more after a ${status}, when the server says`, async () => {
        const server = await hostile(busy(status, '0', 1));
        assert.equal(await statusAfter(server), 200);
        assert.equal(server.requests.length, 2);
      });
    }

    it('asks no more than once more', async () => {
      const server = await hostile(busy('503 Service Unavailable', '0', 9));
      assert.equal(await statusAfter(server), 503);
      assert.equal(server.requests.length, 2);
    });

    for (const retryAfter of [
      '3600',
      'Fri, 31 Dec 1999 23:59:59 GMT',
      '-1',
      'soon',
      '99999999999999999999',
    ]) {
      it(`does not wait for a Retry-After of ${retryAfter}`, async () => {
        const server = await hostile(busy('503 Service Unavailable', retryAfter, 1));
        assert.equal(await statusAfter(server), 503);
        assert.equal(server.requests.length, 1);
      });
    }

    it('writes nothing twice', async () => {
      const server = await hostile(busy('503 Service Unavailable', '0', 1));
      assert.equal(await statusAfter(server, 'POST'), 503);
      assert.equal(server.requests.length, 1);
    });
  });

  describe('ends', () => {
    it('everything with the signal: what is under way, what waits, what comes later', async () => {
      const stop = new AbortController();
      const server = await hostile(() => stop.abort());
      const client = clientFor(server, { concurrency: 1, signal: stop.signal });
      const request = { method: 'GET', iri: `${server.origin}/` };
      const outcomes = await Promise.all([
        client.send(request),
        client.follow(request),
        client.send(request),
      ]);
      outcomes.push(await client.send(request));
      for (const outcome of outcomes) {
        assert.equal(outcome.type, 'failure');
        assert.equal(outcome.reason, 'stopped');
      }
      assert.equal(server.connections, 1);
    });

    it('a wait for Retry-After with the signal', async () => {
      const stop = new AbortController();
      const server = await hostile((socket) => {
        socket.write(answer('503 Busy', ['Retry-After: 5']), () => setTimeout(() => stop.abort(), 50));
      });
      const client = clientFor(server, { signal: stop.signal });
      const outcome = await client.send({ method: 'GET', iri: `${server.origin}/` });
      assert.equal(outcome.type === 'failure' && outcome.reason, 'stopped');
    });

    it('with a signal that is aborted before it begins', async () => {
      const server = await hostile(saying('200 OK'));
      const client = clientFor(server, { signal: AbortSignal.abort() });
      const outcome = await client.send({ method: 'GET', iri: `${server.origin}/` });
      assert.equal(outcome.type === 'failure' && outcome.reason, 'stopped');
      assert.equal(server.connections, 0);
    });

    it('what is under way when it is closed', async () => {
      const server = await hostile(() => client.close());
      const client = clientFor(server);
      const outcome = await client.send({ method: 'GET', iri: `${server.origin}/` });
      assert.equal(outcome.type === 'failure' && outcome.reason, 'stopped');
      assert.match(outcome.type === 'failure' ? outcome.message : '', /the client is closed/);
    });

    it('so that its process ends by itself', async () => {
      const server = await hostile(saying('200 OK', [], 'x'));
      const start = `${server.origin}/`;
      const outcomes = await runClient({ start, options: { rate: 50 }, iris: [start, start, 'file:///x'] });
      assert.deepEqual(
        outcomes.map(({ type }) => type),
        ['response', 'response', 'failure'],
      );
    });
  });

  describe('over TLS', () => {
    it('answers where the certificate is trusted', async () => {
      const server = await secure((_request, response) => response.end('x'));
      const [outcome] = await runClient({
        start: `${server.origin}/`,
        options: {},
        iris: [`${server.origin}/`],
      });
      assert.equal(outcome?.type, 'response');
    });

    it('fails where the certificate is not trusted, and sends nothing', async () => {
      const server = await secure((_request, response) => response.end('x'));
      const client = clientFor(server, { headers: { Authorization: 'Bearer t' } });
      const outcome = await client.send({ method: 'GET', iri: `${server.origin}/` });
      assert.equal(outcome.type === 'failure' && outcome.reason, 'unreachable');
      assert.match(outcome.type === 'failure' ? outcome.message : '', /certificate/);
      assert.equal(server.headers.length, 0);
      assert.equal(client.requests, 0);
    });

    it('fails where the server speaks something else', async () => {
      const server = await hostile(saying('200 OK'));
      const origin = server.origin.replace('http:', 'https:');
      const outcome = await clientFor({ origin }, { timeout: 500 }).send({
        method: 'GET',
        iri: `${origin}/`,
      });
      assert.equal(outcome.type, 'failure');
    });
  });
});
