import assert from 'node:assert/strict';
import Koa from 'koa';
import api from '../../examples/own-problem/index.js';
import { Client, listen } from './client.js';

describe('examples/own-problem', () => {
  let client: Client;
  let close: () => Promise<void>;

  before(async () => {
    await api.start();
    const running = await listen(new Koa().use(api.routes()).use(api.allowedMethods()));
    client = new Client(running.origin);
    close = running.close;
  });
  after(async () => {
    await close();
    await api.stop();
  });

  const order = (article: string, count: number) =>
    client.send('POST', '/orders/', { element: 'shoji:entity', body: { article, count } });

  it('takes an order that the stock allows', async () => {
    assert.equal((await order('ink', 1)).status, 201);
  });

  it('refuses an order beyond the stock, and says how much is left', async () => {
    const { status, headers, type, json } = await order('ink', 5);
    assert.equal(status, 409);
    assert.equal(type, 'application/problem+json');
    assert.equal(headers.get('retry-after'), '3600');
    assert.deepEqual(json, {
      type: '/problems/out-of-stock',
      title: 'Out of stock',
      status: 409,
      detail: 'There are 2 of ink.',
      left: 2,
    });
  });

  it('has a page about the type where its IRI leads', async () => {
    const response = await fetch(new URL('/problems/out-of-stock', (await client.get('/')).iri));
    assert.equal(response.status, 200);
    assert.match(await response.text(), /Order no more than .*left.* says/);
  });
});
