import { testAccess } from './shop/access.js';
import { testAuthentication } from './shop/authentication.js';
import { testCustomers } from './shop/customers.js';
import { RunningShop } from './shop/ground.js';
import { testOrders } from './shop/orders.js';
import { testProducts } from './shop/products.js';
import { testRestart } from './shop/restart.js';
import { durableKinds, storeKinds } from './shop/stores.js';
import type { EmptyStore } from './shop/stores.js';
import { testViews } from './shop/views.js';

for (const { name, need, create } of storeKinds) {
  describe(`examples/shop on ${name}`, () => {
    let store: EmptyStore | undefined;
    let running: RunningShop | undefined;

    before(need);
    before(async () => {
      store = await create();
      running = await RunningShop.start(store.named);
    });
    after(async () => {
      await running?.stop();
      await store?.remove();
    });

    for (const [what, declare] of Object.entries({
      authentication: testAuthentication,
      access: testAccess,
      products: testProducts,
      customers: testCustomers,
      orders: testOrders,
      views: testViews,
    })) {
      describe(what, () =>
        declare(() => {
          if (running === undefined) throw new Error('the shop is not running');
          return running;
        }),
      );
    }
  });
}

for (const kind of durableKinds)
  describe(`examples/shop on ${kind.name}, started again`, () => testRestart(kind));
