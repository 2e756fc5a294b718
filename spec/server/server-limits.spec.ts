import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';
import { createServer } from '../../lib/index.js';
import { listening } from './listening.js';
import { assertProblem } from './problems.js';
import { raw, requestText } from './raw.js';
import { entity, shop, ADA } from './shop.js';

const MEBIBYTE = 1024 * 1024;

/** More than two sockets of one machine hold between them. */
const BIG = Buffer.alloc(32 * MEBIBYTE, 'a');

describe('createServer()', () => {
  const listen = listening();
  const ok = () => new Koa().use((ctx) => void (ctx.body = 'ok'));

  async function shopAt(options: Parameters<typeof createServer>[1]) {
    const api = shop();
    const errors: unknown[] = [];
    const app = new Koa().use(api.routes());
    app.on('error', (error) => errors.push(error));
    return { ...(await listen(app, options)), api, errors };
  }

  it('[H67] answers 408 to a header that does not come to its end', async () => {
    const { port } = await listen(ok(), { headersTimeout: 100 });
    const answer = await raw(port, 'GET / HTTP/1.1\r\nHost: test\r\nX-Slow: ', { untilClose: true });
    assertProblem(answer, 408, 'request-timeout');
    assert.equal(answer.headers['connection'], 'close');
  });

  it('[H67] answers 408 to a header that comes drop by drop', async () => {
    const { port } = await listen(ok(), { headersTimeout: 150 });
    const answer = await raw(
      port,
      (socket) => {
        socket.write('GET / HTTP/1.1\r\nHost: test\r\nX-Slow: ');
        const drops = setInterval(() => socket.write('a'), 20);
        socket.once('close', () => clearInterval(drops));
      },
      { untilClose: true },
    );
    assertProblem(answer, 408, 'request-timeout');
  });

  it('[H67] answers 408 to a body that does not come to its end, and carries out nothing', async () => {
    const { port, errors, api } = await shopAt({ requestTimeout: 150 });
    const text = JSON.stringify(entity(ADA));
    const fields = ['Content-Type: application/json', `Content-Length: ${text.length}`];
    const answer = await raw(port, requestText('POST /customers/', fields, text.slice(0, -1)), {
      untilClose: true,
    });
    assertProblem(answer, 408, 'request-timeout');
    assert.equal(answer.all.split('HTTP/1.1').length, 2, answer.all);
    const list = await raw(port, requestText('GET /customers/'));
    assert.deepEqual(JSON.parse(list.text).entities, []);
    assert.deepEqual(errors, [], 'nobody but the client is to blame');
    await api.stop();
  });

  it('[H67] answers 408 on a connection on which nothing comes', async () => {
    const { port } = await listen(ok(), { headersTimeout: 100 });
    assertProblem(await raw(port, () => undefined, { untilClose: true }), 408, 'request-timeout');
  });

  it('[H67] cuts off a reader that stops reading, while others are served', async () => {
    let closed: Promise<unknown> | undefined;
    const app = new Koa().use((ctx) => {
      if (ctx.path === '/big') {
        closed = once(ctx.res, 'close');
        ctx.body = BIG;
      } else ctx.body = 'ok';
    });
    const { port } = await listen(app, { stallTimeout: 200 });
    const stalled = connect(port, '127.0.0.1');
    stalled.on('error', () => undefined);
    stalled.write(requestText('GET /big'));
    await once(stalled, 'readable');
    for (let count = 0; count < 5; count++) assert.equal((await raw(port, requestText('GET /'))).text, 'ok');
    await closed;
    assert.equal((await raw(port, requestText('GET /'))).text, 'ok');
    stalled.destroy();
  });

  it('[H67] lets a reader that is slow but reads have all of it', async () => {
    const app = new Koa().use((ctx) => void (ctx.body = BIG));
    const { port } = await listen(app, { stallTimeout: 300 });
    const slow = connect(port, '127.0.0.1');
    let received = 0;
    slow.on('data', (chunk: Buffer) => {
      received += chunk.length;
      // Many times a pause shorter than the limit, which together are longer.
      if (Math.floor(received / (4 * MEBIBYTE)) === Math.floor((received - chunk.length) / (4 * MEBIBYTE)))
        return;
      slow.pause();
      setTimeout(() => slow.resume(), 100);
    });
    slow.write(requestText('GET /'));
    await once(slow, 'close');
    assert.ok(received > BIG.length, `${received} bytes`);
  });

  it('[H67] does not cut off a client that waits for an answer', async () => {
    const app = new Koa().use(async (ctx) => {
      await sleep(300);
      ctx.body = 'late';
    });
    const { port } = await listen(app, { stallTimeout: 50, requestTimeout: 100 });
    assert.equal((await raw(port, requestText('GET /'))).text, 'late');
  });

  it('[H67] closes a connection without a next request after its time, and not before', async () => {
    const { port } = await listen(ok(), { keepAliveTimeout: 300 });
    const keep = requestText('GET /', ['Connection: keep-alive']);
    const answer = await raw(
      port,
      (socket) => {
        socket.write(keep);
        setTimeout(() => socket.write(keep), 50);
      },
      { untilClose: true },
    );
    assert.equal(answer.all.split('HTTP/1.1 200').length, 3, answer.all);
    assert.equal(answer.closed, true);
  });

  it('has limits by default, and refuses those that contradict each other', () => {
    const server = createServer(ok());
    const { headersTimeout, requestTimeout, keepAliveTimeout, timeout } = server;
    assert.deepEqual(
      { headersTimeout, requestTimeout, keepAliveTimeout, timeout },
      { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5000, timeout: 60_000 },
    );
    assert.equal(createServer(ok(), { requestTimeout: 500 }).headersTimeout, 500);
    assert.equal(createServer(ok(), { requestTimeout: 0 }).headersTimeout, 10_000);
    assert.throws(() => createServer(ok(), { headersTimeout: 2000, requestTimeout: 1000 }), RangeError);
  });
});
