import assert from 'node:assert/strict';
import { linksOf } from '../client.js';
import type { Client } from '../client.js';
import { READ, requireProblem } from './ground.js';
import type { Declare } from './ground.js';

const linkNames = async (client: Client, iri: string): Promise<readonly string[]> =>
  Object.keys(linksOf((await client.get(iri)).document));

export const testAccess: Declare = (shop) => {
  describe('a visitor', () => {
    it('sees products, searches and opening hours', async () => {
      const { visitor } = shop();
      const { document, headers } = await visitor.get('/');
      assert.deepEqual(document, {
        element: 'shoji:catalog',
        self: '/',
        title: 'Tea shop',
        catalogs: {
          products: 'products/',
          'products by category': 'products/{?category}',
          'products by price': 'products/by_price/{?min_price,max_price}',
        },
        views: { 'opening hours': 'opening_hours' },
      });
      assert.match(headers.get('Vary') ?? '', /\bAuthorization\b/);
    });

    it('may only read what it sees', async () => {
      const { visitor } = shop();
      const [product = ''] = await visitor.entities('products');
      const price = await visitor.find(['price'], product);
      const links = await Promise.all(['products', 'opening hours'].map((name) => visitor.find([name])));
      for (const iri of ['/', ...links, product, price])
        assert.deepEqual(await visitor.allowed(iri), READ, iri);
      await requireProblem(visitor.sendBody('PUT', product, {}), 403, 'forbidden');
      await requireProblem(visitor.send('DELETE', product), 403, 'forbidden');
      await requireProblem(visitor.send('PUT', price, 1), 403, 'forbidden');
    });

    it('finds nothing else by guessing, whatever the method', async () => {
      const { visitor } = shop();
      const hidden = [
        '/customers/',
        '/customers/1/',
        '/customers/1/orders/',
        '/settings/',
        '/settings/opening_hours/',
        '/turnover',
        '/turnover?year=x',
      ];
      for (const iri of hidden) {
        for (const method of ['GET', 'OPTIONS', 'PUT', 'DELETE'])
          await requireProblem(visitor.send(method, iri), 404, 'not-found');
      }
      await requireProblem(
        visitor.sendBody('POST', '/customers/1/orders/', { items: [{ product: 'sencha', quantity: 1 }] }),
        404,
        'not-found',
      );
    });
  });

  describe('a customer', () => {
    it('sees its customer entity too, and no other', async () => {
      const { ada, ben } = shop();
      assert.deepEqual(await linkNames(ada, '/'), [
        'products',
        'products by category',
        'products by price',
        'customers',
        'opening hours',
      ]);
      const own = await ada.entities('customers');
      assert.equal(own.length, 1);
      const { document } = await ada.get(own[0] ?? '');
      assert.deepEqual(document.body, { name: 'Ada Adler', email: 'ada@example.org' });
      assert.deepEqual(document.catalogs, { orders: 'orders/' });
      assert.notDeepEqual(await ben.entities('customers'), own);
    });

    it('may place orders, and read the rest', async () => {
      const { ada } = shop();
      const [own = ''] = await ada.entities('customers');
      const orders = await ada.find(['orders'], own);
      const [order = ''] = (await ada.get(orders)).document.entities ?? [];
      const first = new URL(order, orders).href;
      const lines = await ada.find(['lines'], first);
      assert.deepEqual(await ada.allowed(orders), ['GET', 'HEAD', 'POST', 'OPTIONS']);
      for (const iri of [own, first, lines, await ada.find(['status'], first)])
        assert.deepEqual(await ada.allowed(iri), READ, iri);
      await requireProblem(
        ada.sendBody('POST', '/customers/', { name: 'A', email: 'a@example.org' }),
        403,
        'forbidden',
      );
      await requireProblem(ada.send('PUT', await ada.find(['status'], first), 'paid'), 403, 'forbidden');
    });

    it('may not change its orders or customers, one by one or by an index', async () => {
      const { ada } = shop();
      const [own = ''] = await ada.entities('customers');
      const orders = await ada.find(['orders'], own);
      const [order = ''] = (await ada.get(orders)).document.entities ?? [];
      const first = new URL(order, orders).href;
      const { document } = await ada.get(first);
      await requireProblem(ada.sendBody('PATCH', first, { items: [] }), 403, 'forbidden');
      await requireProblem(ada.send('DELETE', first), 403, 'forbidden');
      await requireProblem(ada.sendIndex(orders, { [order]: null }), 403, 'forbidden');
      await requireProblem(ada.sendIndex('/customers/', { '1/': { name: 'Eve' } }), 403, 'forbidden');
      assert.deepEqual((await ada.get(first)).document, document);
    });

    it('finds nothing of another customer by guessing', async () => {
      const { ada, ben } = shop();
      const [own = ''] = await ben.entities('customers');
      const orders = await ben.find(['orders'], own);
      const [order = ''] = (await ben.get(orders)).document.entities ?? [];
      const first = new URL(order, orders).href;
      const below = [
        await ben.find(['lines'], first),
        await ben.find(['status'], first),
        new URL('lines/1/', first).href,
      ];
      for (const iri of [own, orders, first, ...below]) {
        assert.equal((await ben.get(iri)).status, 200, iri);
        for (const method of ['GET', 'OPTIONS', 'DELETE'])
          await requireProblem(ada.send(method, iri), 404, 'not-found');
      }
      await requireProblem(
        ada.sendBody('POST', orders, { items: [{ product: 'sencha', quantity: 1 }] }),
        404,
        'not-found',
      );
    });

    it('finds nothing of another customer under its own path', async () => {
      const { ada, ben } = shop();
      const [theirs = ''] = await ben.entities('customers');
      const [order = ''] = (await ben.get(await ben.find(['orders'], theirs))).document.entities ?? [];
      await requireProblem(ada.get(`/customers/1/orders/${order}`), 404, 'not-found');
    });

    it('finds nothing of the staff', async () => {
      const { ada } = shop();
      for (const iri of ['/turnover', '/settings/', '/settings/opening_hours/'])
        await requireProblem(ada.get(iri), 404, 'not-found');
    });
  });

  describe('the staff', () => {
    it('sees everything', async () => {
      const { staff } = shop();
      assert.deepEqual(await linkNames(staff, '/'), [
        'products',
        'products by category',
        'products by price',
        'customers',
        'settings',
        'opening hours',
        'turnover per month',
      ]);
      assert.equal((await staff.entities('customers')).length, 3);
    });

    it('may do everything that is there', async () => {
      const { staff } = shop();
      const entity = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
      const [customer = ''] = await staff.entities('customers');
      const [product = ''] = await staff.entities('products');
      const orders = await staff.find(['orders'], customer);
      const allowed: [string, readonly string[]][] = [
        [await staff.find(['customers']), ['GET', 'HEAD', 'POST', 'PATCH', 'OPTIONS']],
        // Products are made by PUT, at an id that the staff chooses.
        [await staff.find(['products']), ['GET', 'HEAD', 'PATCH', 'OPTIONS']],
        [await staff.find(['products by price']), READ],
        [await staff.find(['opening hours']), ['GET', 'HEAD', 'PUT', 'OPTIONS']],
        [await staff.find(['turnover per month']), READ],
        [await staff.find(['settings']), READ],
        [orders, ['GET', 'HEAD', 'POST', 'PATCH', 'OPTIONS']],
        [customer, entity],
        [product, entity],
        [await staff.find(['price'], product), ['GET', 'HEAD', 'PUT', 'OPTIONS']],
      ];
      for (const [iri, methods] of allowed) assert.deepEqual(await staff.allowed(iri), methods, iri);
    });
  });
};
