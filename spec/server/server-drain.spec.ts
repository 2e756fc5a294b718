import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Koa from 'koa';
import { drain } from '../../lib/index.js';
import { listening } from './listening.js';
import { raw, requestText } from './raw.js';

const KEEP = ['Connection: keep-alive'];
const LIMIT = 10_000;

/** An application whose answers wait until they are let go. */
function gated() {
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  let asked = () => {};
  const arrival = new Promise<void>((resolve) => (asked = resolve));
  const app = new Koa().use(async (ctx) => {
    if (ctx.path === '/waits') {
      asked();
      await gate;
    }
    ctx.body = 'whole';
  });
  return { app, open, arrival };
}

describe('drain()', () => {
  const listen = listening();

  it('[H66] lets requests in flight be answered, and has them close their connections', async () => {
    const { app, open, arrival } = gated();
    const { server, port } = await listen(app);
    const answer = raw(port, requestText('GET /waits', KEEP), { untilClose: true });
    await arrival;
    const drained = drain(server, LIMIT);
    await assert.rejects(raw(port, requestText('GET /')), 'no connection is taken any more');
    open();
    const { status, text, headers } = await answer;
    assert.deepEqual([status, text, headers['connection']], [200, 'whole', 'close']);
    assert.equal(await drained, 0);
  });

  it('[H66] answers all of several requests that were sent at once', async () => {
    const { app, open, arrival } = gated();
    const { server, port } = await listen(app);
    const twice = requestText('GET /waits', KEEP) + requestText('GET /', KEEP);
    const answer = raw(port, twice, { untilClose: true });
    await arrival;
    const drained = drain(server, LIMIT);
    open();
    assert.deepEqual((await answer).all.match(/^Connection: .*$|whole/gm), [
      'Connection: keep-alive',
      'whole',
      'Connection: close',
      'whole',
    ]);
    assert.equal(await drained, 0);
  });

  it('[H66] waits neither for idle connections nor for those on which nothing ever came', async () => {
    const { app } = gated();
    const { server, port } = await listen(app);
    const silent = connect(port, '127.0.0.1');
    const idle = connect(port, '127.0.0.1');
    idle.write(requestText('GET /', KEEP));
    await Promise.all([once(idle, 'data'), once(silent, 'connect')]);
    const closed = Promise.all([once(idle, 'close'), once(silent, 'close')]);
    // The end of one is only seen by who reads.
    silent.resume();
    assert.equal(await drain(server, 60_000), 0);
    await closed;
  });

  it('[H66] cuts off what is not answered at the limit, and says how much that was', async () => {
    const { app, open, arrival } = gated();
    const { server, port } = await listen(app);
    const cut = assert.rejects(raw(port, requestText('GET /waits')), /closed without a response/);
    await arrival;
    assert.equal(await drain(server, 50), 1);
    await cut;
    open();
  });

  it('[H66] goes on taking requests for the grace period, on connections that close', async () => {
    const { app } = gated();
    const { server, port } = await listen(app);
    const drained = drain(server, LIMIT, { grace: 300 });
    await sleep(50);
    const { status, headers } = await raw(port, requestText('GET /', KEEP), { untilClose: true });
    assert.deepEqual([status, headers['connection']], [200, 'close']);
    assert.equal(await drained, 0);
    await assert.rejects(raw(port, requestText('GET /')));
  });

  it('[H66] stops any server of Node', async () => {
    const app = new Koa().use((ctx) => void (ctx.body = 'whole'));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    assert.equal(await drain(server, LIMIT), 0);
    assert.equal(server.listening, false);
  });
});
