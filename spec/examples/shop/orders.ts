import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { textIn } from '../client.js';
import { order as place, requireProblem } from './ground.js';
import type { Declare } from './ground.js';

const NOWHERE = '018f0000-0000-7000-8000-000000000000';

export const testOrders: Declare = (shop) => {
  it('are placed by a customer; the server computes the total', async () => {
    const { ada } = shop();
    const items = [
      { product: 'sencha', quantity: 2 },
      { product: 'kyusu', quantity: 1 },
    ];
    const { status, headers, document } = await place(ada, items);
    assert.equal(status, 201);
    const { placed: _, ...body } = document.body ?? {};
    assert.deepEqual(body, {
      items,
      status: 'placed',
      total: 2 * 1250 + 6400,
      prices: { sencha: 1250, kyusu: 6400 },
    });
    assert.ok(Math.abs(Date.parse(textIn(document, 'placed')) - Date.now()) < 3_600_000);
    assert.deepEqual((await ada.get(headers.get('Location') ?? '')).document, document);
  });

  it('have lines of their own', async () => {
    const { ben } = shop();
    const { headers } = await place(ben, [{ product: 'matcha', quantity: 3 }]);
    const order = headers.get('Location') ?? '';
    const lines = await ben.get(await ben.find(['lines'], order));
    assert.deepEqual(lines.document.entities, ['1/']);
    const line = await ben.get(new URL('1/', lines.iri).href);
    assert.deepEqual(line.document.body, {
      product: '/products/matcha/',
      quantity: 3,
      price: 2990,
      amount: 8970,
    });
    assert.equal((await ben.get(textIn(line.document, 'product'))).status, 200);
    await requireProblem(ben.get(new URL('2/', lines.iri).href), 404, 'not-found');
    await requireProblem(ben.get(`/customers/2/orders/${NOWHERE}/lines/`), 404, 'not-found');
  });

  it('are refused where a product does not exist, at its place', async () => {
    const { ada } = shop();
    for (const product of ['coffee', '__proto__', 'constructor', '']) {
      const reply = place(ada, [
        { product: 'sencha', quantity: 1 },
        { product, quantity: 1 },
      ]);
      const { document } = await requireProblem(reply, 422, 'invalid-document');
      assert.deepEqual(
        document.errors?.map(({ pointer, rule }) => [pointer, rule]),
        [['/body/items/1/product', 'product-exists']],
      );
    }
  });

  it('are refused where the customer names the total, the status or the prices', async () => {
    const { ada } = shop();
    const [own = ''] = await ada.entities('customers');
    const orders = await ada.find(['orders'], own);
    const items = [{ product: 'sencha', quantity: 1 }];
    for (const extra of [
      { total: 1 },
      { status: 'paid' },
      { prices: { sencha: 1 } },
      { placed: '2025-01-01T00:00:00Z' },
    ]) {
      const { document } = await requireProblem(
        ada.sendBody('POST', orders, { items, ...extra }),
        422,
        'invalid-document',
      );
      assert.deepEqual(
        document.errors?.map(({ rule }) => rule),
        ['read-only'],
      );
    }
    for (const bad of [[], [{ product: 'sencha', quantity: 0 }], [{ product: 'sencha' }]]) {
      await requireProblem(place(ada, bad), 422, 'invalid-document');
    }
  });

  it('keep the prices they were placed at, when the staff changes them later', async () => {
    const { ada, staff } = shop();
    const { headers } = await place(ada, [{ product: 'genmaicha', quantity: 1 }]);
    const order = headers.get('Location') ?? '';
    const price = await staff.find(['price'], '/products/genmaicha/');
    assert.equal((await staff.send('PUT', price, 1000)).status, 200);
    const items = [
      { product: 'genmaicha', quantity: 2 },
      { product: 'sencha', quantity: 1 },
    ];
    const { document } = await staff.sendBody('PATCH', order, { items });
    assert.equal(document.body?.['total'], 2 * 890 + 1250);
    assert.equal((await staff.send('PUT', price, 890)).status, 200);
  });

  it('are placed once, however often they are sent under one Idempotency-Key', async () => {
    const { ben } = shop();
    const items = [{ product: 'sencha', quantity: 4 }];
    const key = { 'Idempotency-Key': 'ben-1' };
    const first = await place(ben, items, key);
    const [own = ''] = await ben.entities('customers');
    const orders = await ben.find(['orders'], own);
    const listed = (await ben.get(orders)).document.entities;
    const second = await place(ben, items, key);
    assert.deepEqual([first.status, second.status], [201, 201]);
    assert.equal(second.headers.get('Location'), first.headers.get('Location'));
    assert.deepEqual(second.json, first.json);
    assert.deepEqual((await ben.get(orders)).document.entities, listed);
    const other = await place(ben, [{ product: 'sencha', quantity: 5 }], key);
    assert.equal(other.status, 422);
  });

  it('are charged what a product costs at one moment, while its price changes', async () => {
    const { ada, staff } = shop();
    const items = ['yunomi', 'matcha'].map((product) => ({ product, quantity: 2 }));
    const prices = { yunomi: 1800, matcha: 2990 };
    const dearer = { yunomi: 1900, matcha: 3090 };
    const indexOf = (next: object) =>
      Object.fromEntries(Object.entries(next).map(([id, price]) => [`${id}/`, { price }]));
    const [changed, ...replies] = await Promise.all([
      staff.sendIndex('/products/', indexOf(dearer)),
      ...Array.from({ length: 4 }, () => place(ada, items)),
    ]);
    assert.equal(changed.status, 204);
    for (const { status, document } of replies) {
      assert.equal(status, 201);
      const charged = document.body?.['prices'];
      assert.ok(
        [prices, dearer].some((known) => isDeepStrictEqual(charged, known)),
        JSON.stringify(charged),
      );
    }
    assert.equal((await staff.sendIndex('/products/', indexOf(prices))).status, 204);
  });

  it('are shipped by the staff', async () => {
    const { ben, staff } = shop();
    const { headers } = await place(ben, [{ product: 'yunomi', quantity: 1 }]);
    const order = headers.get('Location') ?? '';
    const { status, json } = await staff.send('PUT', await staff.find(['status'], order), 'shipped');
    assert.deepEqual([status, json], [200, 'shipped']);
    assert.equal((await ben.get(order)).document.body?.['status'], 'shipped');
    await requireProblem(
      staff.send('PUT', await staff.find(['status'], order), 'lost'),
      422,
      'invalid-document',
    );
  });

  it('keep their customer from being removed', async () => {
    const { staff } = shop();
    const { headers } = await staff.sendBody('POST', await staff.find(['customers']), {
      name: 'Dora',
      email: 'dora@example.org',
    });
    const customer = headers.get('Location') ?? '';
    const placed = await staff.sendBody('POST', await staff.find(['orders'], customer), {
      items: [{ product: 'sencha', quantity: 1 }],
    });
    const order = placed.headers.get('Location') ?? '';
    assert.ok(order.startsWith(customer));

    await requireProblem(staff.send('DELETE', customer), 409, 'in-use');
    assert.equal((await staff.get(customer)).status, 200);
    assert.equal((await staff.send('DELETE', order)).status, 204);
    assert.equal((await staff.send('DELETE', customer)).status, 204);
    await requireProblem(staff.get(customer), 404, 'not-found');
    await requireProblem(
      staff.sendBody('POST', `${customer}orders/`, { items: [{ product: 'sencha', quantity: 1 }] }),
      404,
      'not-found',
    );
  });
};
