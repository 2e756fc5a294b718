import assert from 'node:assert/strict';
import type { Client, Step } from '../client.js';
import { idsOf, requireProblem } from './ground.js';
import type { Declare } from './ground.js';

export const testProducts: Declare = (shop) => {
  it('are added at an id that the staff chooses, once', async () => {
    const { visitor, staff } = shop();
    const body = { name: 'Hojicha', category: 'tea', price: 990 };
    const iri = '/products/hojicha/';
    await requireProblem(staff.sendBody('PUT', iri, body), 404, 'not-found');
    const { status, headers } = await staff.sendBody('PUT', iri, body, { 'If-None-Match': '*' });
    assert.deepEqual([status, headers.get('Location')], [201, iri]);
    const again = staff.sendBody('PUT', iri, body, { 'If-None-Match': '*' });
    await requireProblem(again, 412, 'precondition-failed');
    assert.deepEqual((await visitor.get(iri)).document.body, body);
    assert.equal((await staff.send('DELETE', iri)).status, 204);
  });

  describe('searches', () => {
    const found = async (...steps: readonly Step[]) => idsOf(await shop().visitor.entities(...steps));

    it('find products by category', async () => {
      assert.deepEqual(await found(['products by category', { category: 'tea' }]), [
        'genmaicha',
        'matcha',
        'sencha',
      ]);
      assert.deepEqual(await found(['products by category', { category: 'pots' }]), ['kyusu']);
      assert.deepEqual(await found('products by category'), await found('products'));
    });

    it('find products by price, both ends included, the cheapest first', async () => {
      assert.deepEqual(await found(['products by price', { min_price: 1250, max_price: 2990 }]), [
        'sencha',
        'yunomi',
        'matcha',
      ]);
      assert.deepEqual(await found(['products by price', { max_price: 890 }]), ['genmaicha']);
      assert.deepEqual(await found(['products by price', { min_price: 6401 }]), []);
      assert.deepEqual(await found('products', 'products by price'), await found('products by price'));
    });

    it('refuse what is no category and no price', async () => {
      const { visitor } = shop();
      for (const step of [
        ['products by category', { category: 'coffee' }],
        ['products by price', { min_price: 'cheap' }],
      ] as const)
        await requireProblem(visitor.follow(step), 400, 'bad-query');
    });
  });

  describe('pages', () => {
    const walked = async (client: Client, iri: string) => {
      const pages: (readonly (string | undefined)[])[] = [];
      for await (const entities of client.pages(iri)) pages.push(idsOf(entities));
      return pages;
    };

    it('are linked to by a template, and lead to each other', async () => {
      const { visitor } = shop();
      const { iri, document } = await visitor.follow('products');
      assert.deepEqual(document.catalogs, {
        'products by price': 'by_price/{?min_price,max_price}',
        page: '{?category,sort,after,limit}',
      });
      const all = idsOf(document.entities);
      assert.deepEqual(all, ['genmaicha', 'kyusu', 'matcha', 'sencha', 'yunomi']);
      assert.deepEqual(await walked(visitor, await visitor.find([['page', { limit: 2 }]], iri)), [
        all.slice(0, 2),
        all.slice(2, 4),
        all.slice(4),
      ]);
      const fromMiddle = await visitor.find([['page', { after: 'm', limit: 3 }]], iri);
      assert.deepEqual(await walked(visitor, fromMiddle), [['matcha', 'sencha', 'yunomi']]);
    });

    it('keep to what is searched for, and to the order', async () => {
      const { visitor } = shop();
      const products = await visitor.find(['products']);
      for (const [values, pages] of [
        [
          { sort: '-price', limit: 3 },
          [
            ['kyusu', 'matcha', 'yunomi'],
            ['sencha', 'genmaicha'],
          ],
        ],
        [{ sort: 'price', limit: 4 }, [['genmaicha', 'sencha', 'yunomi', 'matcha'], ['kyusu']]],
        [{ sort: '-name', category: 'tea', limit: 2 }, [['sencha', 'matcha'], ['genmaicha']]],
        [{ category: 'tea', limit: 2 }, [['genmaicha', 'matcha'], ['sencha']]],
      ] as const) {
        const first = await visitor.find([['page', values]], products);
        assert.deepEqual(await walked(visitor, first), pages, first);
      }
    });

    it('refuse what is no order, no position and no size', async () => {
      const { visitor } = shop();
      for (const query of [
        'sort=category',
        'sort=--price',
        'limit=0',
        'limit=1001',
        'sort=price&after=matcha',
      ])
        await requireProblem(visitor.get(`/products/?${query}`), 400, 'bad-query');
    });

    it('have an ETag that any change of a product changes, and nothing else', async () => {
      const { visitor, staff } = shop();
      const iri = '/products/?sort=price&limit=3';
      const { headers } = await visitor.get(iri);
      const etag = headers.get('ETag') ?? '';
      const isFresh = async () =>
        (await visitor.send('GET', iri, undefined, { 'If-None-Match': etag })).status === 304;
      assert.ok(await isFresh());
      assert.equal(
        (await staff.send('PUT', '/opening_hours', (await staff.get('/opening_hours')).json)).status,
        200,
      );
      assert.ok(await isFresh());
      assert.equal((await staff.send('PUT', '/products/kyusu/price', 6300)).status, 200);
      assert.ok(!(await isFresh()));
      assert.equal((await staff.send('PUT', '/products/kyusu/price', 6400)).status, 200);
      assert.ok(!(await isFresh()));
    });
  });

  describe('are changed by an index', () => {
    const pricesOf = async (client: Client, ...ids: readonly string[]) =>
      Promise.all(ids.map(async (id) => (await client.get(`/products/${id}/price`)).json));

    it('all at once', async () => {
      const { visitor, staff } = shop();
      const body = { name: 'Bancha', category: 'tea', price: 500 };
      await staff.sendBody('PUT', '/products/bancha/', body, { 'If-None-Match': '*' });
      const { status } = await staff.sendIndex('/products/', {
        'sencha/': { price: 1300 },
        'matcha/': { price: 3100 },
        'bancha/': null,
      });
      assert.equal(status, 204);
      assert.deepEqual(await pricesOf(visitor, 'sencha', 'matcha'), [1300, 3100]);
      await requireProblem(visitor.get('/products/bancha/'), 404, 'not-found');
      const back = { 'sencha/': { price: 1250 }, 'matcha/': { price: 2990 } };
      assert.equal((await staff.sendIndex('/products/', back)).status, 204);
    });

    it('or not at all, where one of them cannot be', async () => {
      const { visitor, staff } = shop();
      const before = await pricesOf(visitor, 'sencha', 'matcha');
      const { document } = await requireProblem(
        staff.sendIndex('/products/', { 'sencha/': { price: 1 }, 'matcha/': { price: -1 }, 'coffee/': null }),
        422,
        'invalid-document',
      );
      assert.deepEqual(
        document.errors?.map(({ pointer }) => pointer),
        ['/index/matcha~1/price', '/index/coffee~1'],
      );
      const { headers } = await visitor.get('/products/matcha/');
      const etags = { 'sencha/': '"stale"', 'matcha/': headers.get('ETag') ?? '' };
      const index = { 'sencha/': { price: 1 }, 'matcha/': { price: 1 } };
      await requireProblem(staff.sendIndex('/products/', index, etags), 412, 'precondition-failed');
      assert.deepEqual(await pricesOf(visitor, 'sencha', 'matcha'), before);
    });

    it('by nobody but the staff', async () => {
      const { visitor, ada } = shop();
      for (const client of [visitor, ada]) {
        const reply = client.sendIndex('/products/', { 'sencha/': { price: 1 } });
        await requireProblem(reply, 403, 'forbidden');
      }
    });
  });
};
