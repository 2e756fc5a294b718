import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import Koa from 'koa';
import { pino } from 'pino';
import { View, health, requestLog, shoji } from '../../lib/index.js';
import type { Logger, ResourceRequest } from '../../lib/index.js';
import { listening } from './listening.js';
import { raw, requestText } from './raw.js';

type Line = Readonly<Record<string, unknown>>;

const LEVELS: Readonly<Record<string, number>> = pino.levels.values;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** A real logger, the lines that it has written, and the wait for a number of them. */
function logging(level = 'debug') {
  const lines: Line[] = [];
  const arrivals = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(JSON.parse(chunk.toString()) as Line);
      arrivals.emit('line');
      done();
    },
  });
  const logger: Logger = pino({ level }, arrivals);
  const atLeast = async (count: number) => {
    while (lines.length < count) await once(arrivals, 'line');
    return lines;
  };
  return { logger, lines, atLeast };
}

describe('requestLog()', () => {
  const listen = listening();

  /** An application that logs, with what is given as its last middleware. */
  async function logged(middleware: Koa.Middleware) {
    const log = logging();
    const app = new Koa().use(requestLog(log.logger)).use(middleware);
    return { ...(await listen(app)), ...log };
  }

  it('writes one line for each request, with what was asked and answered', async () => {
    const { port, atLeast } = await logged((ctx) => void (ctx.body = 'hello'));
    const answer = await raw(port, requestText('GET /a/b'), { untilClose: true });
    const [line = {}] = await atLeast(1);
    const { requestId, level, msg, method, path, status, duration, bytes } = line;
    assert.deepEqual(
      { level, msg, method, path, status },
      {
        level: LEVELS['info'],
        msg: 'answered',
        method: 'GET',
        path: '/a/b',
        status: 200,
      },
    );
    assert.match(requestId as string, UUID);
    assert.equal(answer.headers['x-request-id'], requestId);
    assert.ok(typeof duration === 'number' && duration >= 0);
    assert.equal(bytes, Buffer.byteLength(answer.all));
    assert.ok(!('aborted' in line) && !('query' in line));
  });

  it('counts the bytes of each answer of a connection', async () => {
    const { port, atLeast } = await logged((ctx) => void (ctx.body = 'x'.repeat(Number(ctx.query['n']))));
    const ask = (n: number, connection: string) => requestText(`GET /?n=${n}`, [`Connection: ${connection}`]);
    await raw(
      port,
      (socket) => {
        socket.write(ask(100, 'keep-alive'));
        socket.once('data', () => socket.write(ask(2100, 'close')));
      },
      { untilClose: true },
    );
    const [first, second] = (await atLeast(2)).map(({ bytes }) => bytes as number);
    // Both have a header of the same length but for the digits of a length, and the connection's fate.
    assert.ok(Math.abs((second ?? 0) - (first ?? 0) - 2000) < 40, `${first} ${second}`);
  });

  it('never writes values of the query, nor header fields', async () => {
    const { port, atLeast } = await logged((ctx) => void (ctx.body = 'hello'));
    await raw(
      port,
      requestText('GET /?token=hush1&after=hush2&hush3&token=hush4', [
        'Authorization: Bearer hush5',
        'Cookie: session=hush6',
      ]),
    );
    const [line = {}] = await atLeast(1);
    assert.deepEqual(line['query'], ['token', 'after']);
    assert.doesNotMatch(JSON.stringify(line), /hush/);
  });

  it('takes over a request id that is safe, and no other', async () => {
    const { port, atLeast } = await logged((ctx) => void (ctx.body = ctx.state['requestId']));
    const safe = ['a', 'A-z_0.9', 'a'.repeat(128)];
    for (const id of safe) {
      const answer = await raw(port, requestText('GET /', [`X-Request-Id: ${id}`]));
      assert.deepEqual([answer.headers['x-request-id'], answer.text], [id, id]);
    }
    const unsafe = ['a'.repeat(129), '"', 'a b', 'é', '<script>', '{}', 'a\nb', ''];
    for (const id of unsafe) {
      const answer = await raw(
        port,
        requestText('GET /', [`X-Request-Id: ${id.replace('\n', '\r\nX-More: ')}`]),
      );
      if (id !== 'a\nb') assert.match(answer.headers['x-request-id'] ?? '', UUID, id);
    }
    // Two are one value with a comma.
    const two = await raw(port, requestText('GET /', ['X-Request-Id: a', 'X-Request-Id: b']));
    assert.match(two.headers['x-request-id'] ?? '', UUID);
    const ids = (await atLeast(safe.length + unsafe.length + 1)).map(({ requestId }) => requestId);
    assert.deepEqual(ids.slice(0, 3), safe);
  });

  it('gives middleware and resource classes a logger of their request', async () => {
    class Talking extends View.of({ iri: 'talking' }) {
      override value({ state }: ResourceRequest) {
        (state['log'] as Logger).info({ mood: 'good' }, 'hello');
        return state['requestId'];
      }
    }
    const api = shoji([Talking]);
    const { port, atLeast } = await logged(api.routes());
    await raw(port, requestText('GET /talking', ['X-Request-Id: mine']));
    const [own, line] = await atLeast(2);
    assert.deepEqual([own?.['msg'], own?.['mood'], own?.['requestId']], ['hello', 'good', 'mine']);
    assert.equal(line?.['requestId'], 'mine');
    await api.stop();
  });

  it('writes what a resource class throws with its stack and the id, and the line as an error', async () => {
    class Failing extends View.of({ iri: 'failing' }) {
      override value() {
        throw new Error('the cause of it');
      }
    }
    const api = shoji([Failing]);
    const { port, atLeast } = await logged(api.routes());
    const answer = await raw(port, requestText('GET /failing', ['X-Request-Id: mine']));
    assert.equal(answer.status, 500);
    const [error, line] = await atLeast(2);
    const { message, stack } = (error ?? {})['err'] as { message: string; stack: string };
    assert.equal(message, 'the cause of it');
    assert.match(stack, /request-log\.spec/);
    for (const { level, requestId } of [error ?? {}, line ?? {}]) {
      assert.deepEqual([level, requestId], [LEVELS['error'], 'mine']);
    }
    assert.equal(line?.['status'], 500);
    await api.stop();
  });

  it('keeps the id on answers to errors that other middleware throws', async () => {
    const { port, atLeast } = await logged((ctx) =>
      ctx.path === '/teapot'
        ? ctx.throw(418, { headers: { 'X-Own': 'kept' } })
        : Promise.reject(new Error('oh')),
    );
    for (const path of ['/', '/teapot']) {
      const answer = await raw(port, requestText(`GET ${path}`, ['X-Request-Id: mine']));
      assert.equal(answer.headers['x-request-id'], 'mine');
      assert.equal(answer.headers['x-own'], path === '/' ? undefined : 'kept');
    }
    // What the client is told itself is no error of ours.
    assert.deepEqual(
      (await atLeast(3)).map(({ msg, status, level }) => [msg, status, level]),
      [
        ['failed', undefined, LEVELS['error']],
        ['answered', 500, LEVELS['error']],
        ['answered', 418, LEVELS['info']],
      ],
    );
  });

  it('takes the place of what Koa prints, and leaves listeners of the program alone', async () => {
    const { logger, atLeast } = logging();
    const heard: unknown[] = [];
    const app = new Koa().use(requestLog(logger)).use(() => Promise.reject(new Error('oh')));
    const { port } = await listen(app);
    const [printing] = app.listeners('error');
    assert.ok(printing !== undefined);
    app.on('error', (error) => heard.push(error));
    await raw(port, requestText('GET /'));
    await raw(port, requestText('GET /'));
    assert.equal(app.listeners('error').includes(printing), false);
    assert.equal(heard.length, 2);
    assert.equal((await atLeast(4)).filter(({ msg }) => msg === 'failed').length, 2);
  });

  it('says that a client went away before it was answered, and that it is no error', async () => {
    let asked = () => {};
    const arrival = new Promise<void>((resolve) => (asked = resolve));
    const { port, atLeast } = await logged(async ({ res }) => {
      asked();
      await once(res, 'close');
    });
    await raw(port, (socket) => {
      socket.write(requestText('GET /'));
      void arrival.then(() => socket.destroy());
    }).catch(() => undefined);
    const [line = {}] = await atLeast(1);
    assert.deepEqual([line['msg'], line['aborted'], line['level']], ['aborted', true, LEVELS['info']]);
    assert.ok(!('status' in line));
  });

  it('says that a client went away in the middle of an answer', async () => {
    const { port, lines, atLeast } = await logged((ctx) => {
      ctx.body = Readable.from(
        (function* () {
          for (;;) yield 'more '.repeat(1000);
        })(),
      );
    });
    await raw(port, (socket) => {
      socket.write(requestText('GET /'));
      socket.once('data', () => socket.destroy());
    }).catch(() => undefined);
    await atLeast(1);
    // An error that came of it would be written in the same turn or the next.
    await new Promise(setImmediate);
    assert.deepEqual(
      lines.map(({ msg, status, aborted, level }) => [msg, status, aborted, level]),
      [['aborted', 200, true, LEVELS['info']]],
    );
  });

  it('writes an unknown method as the fault of the client, and probes as debugging', async () => {
    const api = shoji([
      class Quiet extends View.of({ iri: 'quiet' }) {
        override value() {
          return 1;
        }
      },
    ]);
    const { logger, atLeast } = logging();
    const app = new Koa().use(requestLog(logger)).use(health(api)).use(api.routes());
    const { port } = await listen(app);
    await raw(port, requestText('PROPFIND /quiet'));
    await raw(port, requestText('GET /health/ready'));
    await api.stop();
    await raw(port, requestText('GET /health/ready'));
    assert.deepEqual(
      (await atLeast(4)).map(({ msg, status, level }) => [msg, status, level]),
      [
        ['answered', 501, LEVELS['info']],
        ['answered', 200, LEVELS['debug']],
        ['failed', undefined, LEVELS['error']],
        ['answered', 503, LEVELS['error']],
      ],
    );
  });
});
