import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import Koa from 'koa';
import { createServer, drain } from '../../lib/index.js';
import type { Api, ServerOptions } from '../../lib/index.js';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { ADA, entity, shop } from './shop.js';

const ADA_TEXT = JSON.stringify(entity(ADA));
const JSON_TYPE = 'Content-Type: application/json';
const LENGTH = `Content-Length: ${ADA_TEXT.length}`;
const KEEP = 'Connection: keep-alive';

/** A whole request that would make a customer. */
const POST = requestText('POST /customers/', [JSON_TYPE, LENGTH, KEEP], ADA_TEXT);

/** Long for a test that waits for an answer, and short for one that waits for the end. */
const LINGER = 150;

/** A client that says what it likes, and learns what was said to it. */
interface Client {
  readonly socket: Socket;
  /** All that came so far. */
  readonly received: () => string;
  /** Comes back once this many answers have come. */
  readonly answers: (count: number) => Promise<void>;
  readonly closed: Promise<unknown>;
}

function client(port: number): Client {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  // To be reset is an end like any other.
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  return {
    socket,
    received: () => text,
    closed,
    answers: async (count) => {
      while (text.split('HTTP/1.1 ').length <= count) await once(socket, 'data');
    },
  };
}

/** Writes a byte again and again for as long as the connection takes it. */
function trickle(socket: Socket, bytes = 'a'): void {
  const drops = setInterval(() => socket.write(bytes), 10);
  socket.once('close', () => clearInterval(drops));
}

const WAYS: Readonly<Record<string, (api: Api) => RequestListener>> = {
  Koa: (api) => {
    const callback = new Koa().use(api.routes()).callback();
    return (req, res) => void callback(req, res);
  },
  'listener()': (api) => api.listener({ onError: (error) => assert.fail(error) }),
};

/** What is answered before it has come whole, and what is missing of it. */
const EARLY: Readonly<
  Record<string, { readonly status: number; readonly sent: string; readonly rest: string }>
> = {
  'a header that is too slow': {
    status: 408,
    sent: POST.slice(0, POST.indexOf('\r\n\r\n') + 2),
    rest: POST.slice(POST.indexOf('\r\n\r\n') + 2),
  },
  'a body that is too slow': { status: 408, sent: POST.slice(0, -1), rest: POST.slice(-1) },
  'a body that is too long': {
    status: 413,
    sent: requestText('POST /customers/', [JSON_TYPE, 'Content-Length: 2000000', KEEP]),
    rest: 'x'.repeat(2_000_000),
  },
  'a body that turns out too long': {
    status: 413,
    sent: `${requestText('POST /customers/', [JSON_TYPE, 'Transfer-Encoding: chunked', KEEP])}200000\r\n${'x'.repeat(2_097_152)}\r\n`,
    rest: '0\r\n\r\n',
  },
  'an expectation that cannot be met': {
    status: 417,
    sent: requestText('POST /customers/', [JSON_TYPE, LENGTH, KEEP, 'Expect: foo']),
    rest: ADA_TEXT,
  },
  'a body that was to be waited with': {
    status: 415,
    sent: requestText('POST /customers/', ['Content-Type: a/b', LENGTH, KEEP, 'Expect: 100-continue']),
    rest: ADA_TEXT,
  },
  'a target without a Host': {
    status: 400,
    sent: `POST /customers/ HTTP/1.1\r\n${JSON_TYPE}\r\n${LENGTH}\r\n\r\n`,
    rest: ADA_TEXT,
  },
  'bytes that are no request': { status: 400, sent: 'hello\r\n\r\n', rest: '' },
  'a field that is too long': {
    status: 431,
    sent: `POST /customers/ HTTP/1.1\r\nHost: test\r\nX: ${'x'.repeat(20_000)}`,
    rest: '\r\n\r\n',
  },
};

/** Those of them that need no waiting. */
const PIPELINED = [
  'a body that is too long',
  'a body that turns out too long',
  'an expectation that cannot be met',
  'a body that was to be waited with',
  'a target without a Host',
  'bytes that are no request',
];

for (const [way, handlerOf] of Object.entries(WAYS)) {
  describe(`[H58] what comes after an early answer, by ${way}`, () => {
    const running: { server: Server; api: Api }[] = [];
    const open = new Set<Socket>();

    /** Comes back once the server has done with all connections, and a client has read what there was. */
    async function gone({ socket, closed }: Client): Promise<void> {
      await Promise.all([...open].map((connection) => once(connection, 'close')));
      socket.end();
      await closed;
    }

    afterEach(async () => {
      open.clear();
      for (const { server, api } of running.splice(0)) {
        server.close();
        server.closeAllConnections();
        await api.stop();
      }
    });

    async function listen(
      options: ServerOptions = {},
      make = (handler: RequestListener) => createServer(handler, options),
    ): Promise<{ server: Server; port: number }> {
      const api = shop();
      const server = make(handlerOf(api)).listen(0, '127.0.0.1');
      server.on('connection', (connection: Socket) => {
        open.add(connection);
        connection.once('close', () => open.delete(connection));
      });
      await once(server, 'listening');
      running.push({ server, api });
      return { server, port: (server.address() as AddressInfo).port };
    }

    /** Only a test of what is too slow may have requests run into the limits. */
    const optionsFor = (status: number) => (status === 408 ? impatient : { lingerTimeout: LINGER });
    const impatient = { headersTimeout: 100, requestTimeout: 100, lingerTimeout: LINGER };

    async function assertNothingMade(port: number): Promise<void> {
      const { text } = await raw(port, requestText('GET /customers/'));
      assert.deepEqual(JSON.parse(text).entities, []);
    }

    for (const [what, { status, sent, rest }] of Object.entries(EARLY)) {
      it(`[H58] is not carried out: ${what}, then the rest of it and another request`, async () => {
        const { port } = await listen(optionsFor(status));
        const asking = client(port);
        const { socket, received, answers } = asking;
        socket.write(sent);
        await answers(1);
        assert.match(received(), new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\nConnection: close\r\n`, 'i'));
        socket.write(rest + POST);
        await gone(asking);
        assert.equal(received().split('HTTP/1.1 ').length, 2, received());
        await assertNothingMade(port);
      });

      it(`[H58] is let come for a while only: ${what}, from a client that ignores the answer`, async () => {
        const { server, port } = await listen(optionsFor(status));
        const { socket, received, answers, closed } = client(port);
        socket.write(sent);
        await answers(1);
        trickle(socket);
        assert.equal(await drain(server, 60_000), 0, 'nothing is left to be cut off');
        await closed;
        assert.equal(received().split('HTTP/1.1 ').length, 2, received());
      });
    }

    for (const what of PIPELINED) {
      const { status, sent, rest } = EARLY[what] as (typeof EARLY)[string];
      it(`[H58] is not carried out where it was sent at once: ${what}, and another request`, async () => {
        const { port } = await listen(optionsFor(status));
        const asking = client(port);
        const { socket, received, answers } = asking;
        socket.write(sent + rest + POST);
        await answers(1);
        await gone(asking);
        assert.deepEqual(received().match(/HTTP\/1\.1 \d+/g), [`HTTP/1.1 ${status}`]);
        await assertNothingMade(port);
      });
    }

    it('[H58] is not waited for from clients that read nothing either', async () => {
      const { server, port } = await listen(impatient);
      for (const { sent } of Object.values(EARLY)) {
        const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
        socket.on('error', () => undefined);
        await once(server, 'connection');
        socket.pause();
        socket.write(sent);
      }
      await Promise.all([...open].map((connection) => once(connection, 'close')));
    });

    it('[H58] takes no place from others for long', async () => {
      const { server, port } = await listen(impatient);
      const clients = Array.from({ length: 20 }, () => client(port));
      for (const { socket } of clients)
        socket.write((EARLY['a header that is too slow'] as { sent: string }).sent);
      await Promise.all(clients.map(({ answers }) => answers(1)));
      for (const { socket } of clients) trickle(socket);
      server.maxConnections = clients.length;
      await assert.rejects(raw(port, requestText('GET /customers/')), 'there is room for no more');
      await Promise.all(clients.map(({ closed }) => closed));
      await assertNothingMade(port);
    });

    it('[H58] lets a client that still sends read the answer', async () => {
      const { port } = await listen({ lingerTimeout: 60_000 });
      for (const what of ['a body that is too long', 'an expectation that cannot be met']) {
        const { socket, received, answers, closed } = client(port);
        socket.write((EARLY[what] as { sent: string }).sent);
        for (let count = 0; count < 50; count++) {
          await new Promise((resolve) => socket.write('x'.repeat(65_536), resolve));
        }
        await answers(1);
        assert.match(received(), /^HTTP\/1\.1 41[37] [^]*"status":41[37]/);
        socket.end();
        await closed;
      }
    });

    for (const [what, sent] of Object.entries({
      'another request': requestText('GET /customers/') + requestText('GET /customers/'),
      'bytes that are no request': `${requestText('GET /customers/')}x`,
      'another request of HTTP/1.0': 'GET /customers/ HTTP/1.0\r\n\r\nGET /customers/ HTTP/1.0\r\n\r\n',
    })) {
      it(`[H58] gets no answer after the one that closes the connection: ${what}`, async () => {
        const { port } = await listen({ lingerTimeout: LINGER });
        const asking = client(port);
        asking.socket.write(sent);
        await asking.answers(1);
        await gone(asking);
        assert.deepEqual(asking.received().match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200']);
      });
    }

    it('[H58] has the same end there where a body is answered without being read', async () => {
      const { port } = await listen({}, createPlainServer);
      const asking = ['GET /customers/', 'GET /customers', 'GET /nowhere/', 'HEAD /customers/'].flatMap(
        (line) =>
          [LENGTH, 'Transfer-Encoding: chunked'].map((framing) => {
            const one = client(port);
            one.socket.write(requestText(line, [framing, KEEP]));
            return { ...one, bytes: framing === LENGTH ? 'a' : '1\r\na\r\n' };
          }),
      );
      await Promise.all(asking.map(({ answers }) => answers(1)));
      for (const { socket, bytes } of asking) {
        const drops = setInterval(() => socket.write(bytes), 100);
        socket.once('close', () => clearInterval(drops));
      }
      await Promise.all(asking.map((one) => one.closed));
      for (const { received } of asking) assert.equal(received().split('HTTP/1.1 ').length, 2, received());
    });

    it('[H31] CONNECT is not implemented, and says so', async () => {
      const { port } = await listen({ lingerTimeout: LINGER });
      const answer = await raw(port, 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', { untilClose: true });
      assertProblem(answer, 501, 'not-implemented');
      assert.equal(answer.headers['connection'], 'close');
    });

    it('[H58] goes on as ever once the rest of the body has come', async () => {
      const { port } = await listen();
      const { socket, received, answers } = client(port);
      const text = requestText('POST /customers/', ['Content-Type: a/b', LENGTH, KEEP], ADA_TEXT);
      socket.write(text.slice(0, -1));
      await answers(1);
      socket.write(text.slice(-1) + POST);
      await answers(2);
      assert.deepEqual(received().match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 415', 'HTTP/1.1 201']);
      socket.destroy();
    });

    it('[H58] has the time of the answer only, where the answer left the connection open', async () => {
      const { port } = await listen({ lingerTimeout: LINGER });
      const requests = [
        ['POST /customers/', 'Content-Type: a/b', 'Content-Length: 100000'],
        ['DELETE /nowhere/', JSON_TYPE, 'Transfer-Encoding: chunked'],
        ['GET /customers/', JSON_TYPE, 'Content-Length: 100000'],
      ] as const;
      for (const [line, ...fields] of requests) {
        const { socket, received, answers, closed } = client(port);
        socket.write(requestText(line, [...fields, KEEP]));
        await answers(1);
        trickle(socket, line.startsWith('DELETE') ? '1\r\na\r\n' : 'a');
        await closed;
        assert.equal(received().split('HTTP/1.1 ').length, 2, received());
      }
    });

    it('[H58] has the same end on a server of Node by itself, where the routes refused a body', async () => {
      const { port } = await listen({}, createPlainServer);
      const [first, second, third] = [client(port), client(port), client(port)];
      const [long, longer] = [EARLY['a body that is too long'], EARLY['a body that turns out too long']];
      const refused = [
        [first, long?.sent ?? '', long?.rest + POST],
        [second, longer?.sent ?? '', longer?.rest + POST],
        [third, requestText('POST /customers/', ['Content-Type: a/b', 'Content-Length: 9999', KEEP]), 'a'],
      ] as const;
      for (const [{ socket }, sent] of refused) socket.write(sent);
      await Promise.all(refused.map(([{ answers }]) => answers(1)));
      for (const { received } of [first, second]) assert.match(received(), /\r\nConnection: close\r\n/i);
      for (const [{ socket }, , rest] of refused) socket.write(rest);
      trickle(third.socket);
      await Promise.all(refused.map(([asking]) => gone(asking)));
      await assertNothingMade(port);
    });
  });
}

describe('[H58] what comes after an answer that closes the connection', () => {
  it('[H58] is not carried out, whoever said so', async () => {
    const carriedOut: string[] = [];
    const app = new Koa().use(async (ctx) => {
      carriedOut.push(ctx.path);
      ctx.set('Connection', 'close');
      ctx.res.write('half');
      if (ctx.path === '/first') await once(server, 'second');
      ctx.body = 'whole';
      ctx.res.end();
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { socket, answers, closed } = client((server.address() as AddressInfo).port);
    const [connection] = (await once(server, 'connection')) as [Socket];
    socket.write(requestText('GET /first', [KEEP]));
    await answers(1);
    const before = connection.bytesRead;
    socket.write(requestText('POST /second', [KEEP, 'Content-Length: 0']));
    while (connection.bytesRead === before) await new Promise(setImmediate);
    server.emit('second');
    await once(connection, 'close');
    socket.end();
    await closed;
    assert.deepEqual(carriedOut, ['/first']);
    server.close();
  });
});

describe('createServer() and api.listener()', () => {
  it('take nothing else for an application, and say what they take', async () => {
    const api = shop();
    for (const app of [api, {}, undefined, null, 'app']) {
      assert.throws(
        () => createServer(app as never),
        /TypeError.*pass api\.listener\(\), or a Koa application/,
      );
    }
    await api.stop();
  });

  it('know the option that was meant', async () => {
    const api = shop();
    const misspelt = { headerTimeout: 5 } as ServerOptions;
    assert.throws(
      () => createServer(api.listener(), misspelt),
      /^TypeError: createServer\(\): "headerTimeout" is no option; did you mean "headersTimeout"\?$/,
    );
    assert.throws(
      () => api.listener({ onErorr: () => undefined } as object),
      /^TypeError: api\.listener\(\): "onErorr" is no option; did you mean "onError"\?$/,
    );
    await api.stop();
  });
});
