import assert from 'node:assert/strict';
import app, { api } from '../../examples/shop/index.js';
import { Client, linksOf, listen, textIn } from './client.js';
import type { Reply, Step } from './client.js';

const READ = ['GET', 'HEAD', 'OPTIONS'];
const NOWHERE = '018f0000-0000-7000-8000-000000000000';

describe('examples/shop', () => {
  let visitor: Client;
  let ada: Client;
  let ben: Client;
  let staff: Client;
  let stranger: Client;
  let close: () => Promise<void>;

  before(async () => {
    const running = await listen(app);
    const as = (token?: string) => new Client(running.origin, token);
    [visitor, ada, ben, staff, stranger] = [
      as(),
      as('demo-ada'),
      as('demo-ben'),
      as('demo-staff'),
      as('wrong'),
    ];
    close = running.close;
  });
  after(async () => {
    await close();
    await api.stop();
  });

  const linkNames = async (client: Client, iri: string) =>
    Object.keys(linksOf((await client.get(iri)).document));

  async function requireProblem(reply: Promise<Reply>, status: number, name: string): Promise<Reply> {
    const found = await reply;
    assert.equal(found.status, status, found.iri);
    assert.equal(found.type, 'application/problem+json');
    assert.equal(found.document.type, `/problems/${name}`);
    return found;
  }

  describe('authentication', () => {
    it('answers 401 to a token that is not known, and names the scheme', async () => {
      for (const iri of ['/', '/products/', '/customers/1/', '/nowhere']) {
        const { headers } = await requireProblem(stranger.get(iri), 401, 'unauthorized');
        assert.equal(headers.get('WWW-Authenticate'), 'Bearer realm="shop", error="invalid_token"');
      }
    });

    it('answers 401 to credentials that are no bearer token', async () => {
      for (const Authorization of [
        'Basic YWRhOmFkYQ==',
        'Bearer',
        'Bearer demo-staff demo-ada',
        'demo-staff',
      ]) {
        const { headers } = await requireProblem(
          visitor.send('GET', '/', undefined, { Authorization }),
          401,
          'unauthorized',
        );
        assert.ok(headers.has('WWW-Authenticate'), Authorization);
      }
    });

    it('takes the name of the scheme in any case', async () => {
      const { status } = await visitor.send('GET', '/turnover', undefined, {
        Authorization: 'bearer demo-staff',
      });
      assert.equal(status, 200);
    });

    it('leads to a page that explains the problem', async () => {
      const { document } = await stranger.get('/');
      const response = await fetch(new URL(document.type ?? '', (await visitor.get('/')).iri));
      assert.equal(response.status, 200);
      assert.match(await response.text(), /Authentication required/);
    });
  });

  describe('a visitor', () => {
    it('sees products, searches and opening hours', async () => {
      const { document, headers } = await visitor.get('/');
      assert.deepEqual(document, {
        element: 'shoji:catalog',
        self: '/',
        title: 'Tea shop',
        catalogs: {
          products: 'products/',
          'products by category': 'products/{?category}',
          'products by price': 'products/{?min_price,max_price}',
        },
        views: { 'opening hours': 'opening_hours' },
      });
      assert.match(headers.get('Vary') ?? '', /\bAuthorization\b/);
    });

    it('may only read what it sees', async () => {
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

    it('finds nothing of another customer by guessing', async () => {
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
      const [theirs = ''] = await ben.entities('customers');
      const [order = ''] = (await ben.get(await ben.find(['orders'], theirs))).document.entities ?? [];
      await requireProblem(ada.get(`/customers/1/orders/${order}`), 404, 'not-found');
    });

    it('finds nothing of the staff', async () => {
      for (const iri of ['/turnover', '/settings/', '/settings/opening_hours/'])
        await requireProblem(ada.get(iri), 404, 'not-found');
    });
  });

  describe('the staff', () => {
    it('sees everything', async () => {
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
      const entity = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
      const [customer = ''] = await staff.entities('customers');
      const [product = ''] = await staff.entities('products');
      const orders = await staff.find(['orders'], customer);
      const allowed: [string, readonly string[]][] = [
        [await staff.find(['customers']), ['GET', 'HEAD', 'POST', 'OPTIONS']],
        // Products are made by PUT, at an id that the staff chooses.
        [await staff.find(['products']), READ],
        [await staff.find(['opening hours']), ['GET', 'HEAD', 'PUT', 'OPTIONS']],
        [await staff.find(['turnover per month']), READ],
        [await staff.find(['settings']), READ],
        [orders, ['GET', 'HEAD', 'POST', 'OPTIONS']],
        [customer, entity],
        [product, entity],
        [await staff.find(['price'], product), ['GET', 'HEAD', 'PUT', 'OPTIONS']],
      ];
      for (const [iri, methods] of allowed) assert.deepEqual(await staff.allowed(iri), methods, iri);
    });

    it('adds a product at an id of its choice, once', async () => {
      const body = { name: 'Hojicha', category: 'tea', price: 990 };
      const iri = '/products/hojicha/';
      await requireProblem(staff.sendBody('PUT', iri, body), 404, 'not-found');
      const { status, headers } = await staff.sendBody('PUT', iri, body, { 'If-None-Match': '*' });
      assert.deepEqual([status, headers.get('Location')], [201, iri]);
      await requireProblem(
        staff.sendBody('PUT', iri, body, { 'If-None-Match': '*' }),
        412,
        'precondition-failed',
      );
      assert.deepEqual((await visitor.get(iri)).document.body, body);
      assert.equal((await staff.send('DELETE', iri)).status, 204);
    });
  });

  describe('searches', () => {
    const found = async (...steps: readonly Step[]) =>
      (await visitor.entities(...steps)).map((iri) => new URL(iri).pathname.split('/').at(-2));

    it('find products by category', async () => {
      assert.deepEqual(await found(['products by category', { category: 'tea' }]), [
        'genmaicha',
        'matcha',
        'sencha',
      ]);
      assert.deepEqual(await found(['products by category', { category: 'pots' }]), ['kyusu']);
      assert.deepEqual(await found('products by category'), await found('products'));
    });

    it('find products by price, both ends included', async () => {
      assert.deepEqual(await found(['products by price', { min_price: 1250, max_price: 2990 }]), [
        'matcha',
        'sencha',
        'yunomi',
      ]);
      assert.deepEqual(await found(['products by price', { max_price: 890 }]), ['genmaicha']);
      assert.deepEqual(await found(['products by price', { min_price: 6401 }]), []);
    });

    it('refuse what is no category and no price', async () => {
      await requireProblem(
        visitor.follow(['products by category', { category: 'coffee' }]),
        400,
        'bad-query',
      );
      await requireProblem(visitor.follow(['products by price', { min_price: 'cheap' }]), 400, 'bad-query');
    });
  });

  describe('opening hours', () => {
    it('are changed by the staff and seen by everybody', async () => {
      const iri = await staff.find(['opening hours']);
      const before = (await visitor.get(iri)).json;
      const hours = {
        weekdays: { opens: '08:00', closes: '20:00' },
        sunday: { opens: '11:00', closes: '15:00' },
      };
      const { status, json } = await staff.send('PUT', iri, hours);
      assert.deepEqual([status, json], [200, hours]);
      assert.deepEqual((await visitor.get(iri)).json, hours);
      assert.equal((await staff.send('PUT', iri, before)).status, 200);
      assert.deepEqual((await visitor.get(iri)).json, before);
    });

    it('are not changed by others, nor to hours that no day has', async () => {
      const iri = await staff.find(['opening hours']);
      for (const client of [visitor, ada]) {
        await requireProblem(client.send('PUT', iri, {}), 403, 'forbidden');
      }
      const { document } = await requireProblem(
        staff.send('PUT', iri, { weekdays: { opens: '09:00', closes: '24:30' } }),
        422,
        'invalid-document',
      );
      assert.deepEqual(
        document.errors?.map(({ pointer }) => pointer),
        ['/weekdays/closes'],
      );
    });
  });

  describe('turnover', () => {
    it('is summed up by month', async () => {
      const { json } = await staff.follow(['turnover per month', { year: 2025 }]);
      assert.deepEqual(json, [
        { month: '2025-11', orders: 1, total: 4300 },
        { month: '2025-12', orders: 2, total: 12_060 },
      ]);
      assert.deepEqual((await staff.follow(['turnover per month', { year: 2024 }])).json, []);
    });
  });

  describe('orders', () => {
    async function place(client: Client, items: unknown): Promise<Reply> {
      const [own = ''] = await client.entities('customers');
      return client.sendBody('POST', await client.find(['orders'], own), { items });
    }

    it('are placed by a customer; the server computes the total', async () => {
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

    it('are shipped by the staff', async () => {
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
  });
});
