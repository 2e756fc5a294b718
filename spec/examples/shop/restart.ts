import assert from 'node:assert/strict';
import { ShojiProcess } from '../../cli/shoji-process.js';
import { Client } from '../client.js';
import { RunningShop, order, requireProblem } from './ground.js';
import type { EmptyStore, StoreKind } from './stores.js';

/** What a shop still knows once its process has ended, and what several processes know of each other. */
export function testRestart({ need, create }: StoreKind): void {
  let store: EmptyStore;
  const running = new Set<RunningShop>();

  async function start(): Promise<RunningShop> {
    const shop = await RunningShop.start(store.named);
    running.add(shop);
    return shop;
  }

  async function stop(shop: RunningShop): Promise<void> {
    running.delete(shop);
    await shop.stop();
  }

  before(need);
  beforeEach(async () => {
    store = await create();
  });
  afterEach(async () => {
    for (const shop of running) await stop(shop);
    await store.remove();
  });

  it('has all that it had, with the same ETags, and gets nothing back that was removed', async () => {
    const first = await start();
    assert.equal((await first.staff.send('DELETE', '/products/kyusu/')).status, 204);
    assert.equal((await first.staff.send('PUT', '/products/sencha/price', 1300)).status, 200);
    const placed = await order(first.ada, [{ product: 'sencha', quantity: 1 }], {
      'Idempotency-Key': 'once',
    });
    assert.equal(placed.status, 201);
    const iris = [
      '/products/?sort=-price',
      '/products/by_price/',
      '/products/sencha/',
      '/customers/',
      '/customers/1/orders/',
      placed.headers.get('Location') ?? '',
      '/opening_hours',
      '/turnover',
    ];
    const seen = async ({ staff }: RunningShop) =>
      Promise.all(
        iris.map(async (iri) => {
          const { status, headers, json } = await staff.get(iri);
          assert.equal(status, 200, iri);
          return [iri, headers.get('ETag'), json];
        }),
      );
    const before = await seen(first);
    await stop(first);

    const second = await start();
    assert.deepEqual(await seen(second), before);
    await requireProblem(second.visitor.get('/products/kyusu/'), 404, 'not-found');
    const again = await order(second.ada, [{ product: 'sencha', quantity: 1 }], {
      'Idempotency-Key': 'once',
    });
    assert.deepEqual([again.status, again.json], [201, placed.json]);
    assert.deepEqual(await seen(second), before);
  });

  it('gets nothing back where everything was removed', async () => {
    const first = await start();
    for (const iri of await first.staff.entities('products')) await first.staff.send('DELETE', iri);
    await stop(first);
    const second = await start();
    assert.deepEqual(await second.staff.entities('products'), []);
    assert.equal((await second.staff.entities('customers')).length, 3);
  });

  it('gives its first wares once to a store that two start on at the same time', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    assert.equal((await one.staff.entities('products')).length, 5);
    assert.equal((await other.staff.entities('customers')).length, 3);

    assert.equal((await one.staff.send('PUT', '/products/sencha/price', 1300)).status, 200);
    assert.equal((await other.visitor.get('/products/sencha/price')).json, 1300);
  });

  it('is started by several processes at the same time', async () => {
    const started = await Promise.allSettled(
      [1, 2, 3].map(() => ShojiProcess.serve('examples/shop', { STORE: store.named })),
    );
    const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    try {
      assert.deepEqual(
        started.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : [])),
        [],
      );
      for (const { address } of servers)
        assert.equal((await new Client(address).entities('products')).length, 5);
    } finally {
      for (const server of servers) await server.stop();
    }
  });
}
