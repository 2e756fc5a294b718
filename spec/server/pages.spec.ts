import assert from 'node:assert/strict';
import request from 'supertest';
import { Type } from 'typebox';
import { Catalog, Entity, shoji } from '../../lib/index.js';
import type { ShojiOptions } from '../../lib/index.js';
import { resolveIri } from '../../lib/protocol/iri/resolve-iri.js';
import { validate } from '../../lib/protocol/validate.js';
import { assertProblem } from './problems.js';
import { serving } from './serve.js';
import { entity } from './shop.js';

const KINDS = ['tea', 'coffee'];
const COUNT = 25;

class Product extends Entity.of({
  iri: '{id}/',
  body: Type.Object({ kind: Type.String(), price: Type.Integer() }),
}) {}

class Products extends Catalog.of(Product, {
  iri: 'products/{?kind}',
  ids: 'integer',
  query: Type.Object({ kind: Type.Optional(Type.String()) }),
  page: { size: 10, max: 20 },
  sort: ['price'],
}) {}

interface Page {
  readonly self: string;
  readonly catalogs: Readonly<Record<string, string>>;
  readonly entities: readonly string[];
}

describe('a catalog that is given out in pages', () => {
  const serve = serving();

  async function served(options: ShojiOptions = {}) {
    const api = shoji([Products], options);
    const { origin } = await serve(api);
    await api.start();
    const place = { collection: 'products', parentIds: [] };
    for (let index = 0; index < COUNT; index++) {
      const body = { kind: KINDS[index % 2] as string, price: (index * 7) % COUNT };
      await api.store.write([{ do: 'create', key: place, body }]);
    }
    const http = request(origin);
    const page = async (path: string): Promise<Page> => {
      const { status, text } = await http.get(path);
      assert.equal(status, 200, text);
      assert.deepEqual(validate(JSON.parse(text)).findings, []);
      return JSON.parse(text) as Page;
    };
    /** All pages from this one on, as the links lead. */
    const pages = async (path: string): Promise<Page[]> => {
      const all: Page[] = [];
      for (let at: string | undefined = path; at !== undefined;) {
        const one: Page = await page(at);
        all.push(one);
        at = one.catalogs['next'] === undefined ? undefined : resolveIri(one.catalogs['next'], one.self);
        assert.ok(all.length <= COUNT);
      }
      return all;
    };
    return { http, page, pages };
  }

  const listed = (pages: readonly Page[]) => pages.map(({ entities }) => entities.length);

  it('lists each entity once, on pages that lead to each other', async () => {
    const { pages } = await served();
    const all = await pages('/products/');
    assert.deepEqual(listed(all), [10, 10, 5]);
    assert.deepEqual(
      all.flatMap(({ entities }) => entities),
      Array.from({ length: COUNT }, (_, index) => `${index + 1}/`),
    );
    assert.equal(all[0]?.catalogs['next'], '?after=10');
  });

  it('offers all its variables by the link page', async () => {
    const { page } = await served();
    assert.equal((await page('/products/')).catalogs['page'], '{?kind,sort,after,limit}');
  });

  it('keeps the other variables of the request in the next link, and shows them in self', async () => {
    const { pages } = await served();
    const all = await pages('/products/?limit=4&kind=tea&sort=-price');
    assert.deepEqual(listed(all), [4, 4, 4, 1]);
    assert.equal(all[0]?.self, '/products/?kind=tea&sort=-price&limit=4');
    for (const { self } of all.slice(1)) {
      assert.match(self, /^\/products\/\?kind=tea&sort=-price&after=[\w-]+&limit=4$/);
    }
    assert.equal(new Set(all.flatMap(({ entities }) => entities)).size, 13);
  });

  it('says nothing of a next page where there is none', async () => {
    const { page } = await served();
    for (const path of ['/products/?after=25', '/products/?after=15', '/products/?kind=none']) {
      assert.ok(!('next' in (await page(path)).catalogs), path);
    }
    assert.deepEqual((await page('/products/?after=999')).entities, []);
  });

  it('shows links and entities resolved where it is told to', async () => {
    const { page } = await served({ base: 'https://api.example.org', absoluteLinks: true });
    const { catalogs, entities } = await page('/products/?limit=1');
    assert.equal(catalogs['next'], 'https://api.example.org/products/?after=1&limit=1');
    assert.deepEqual(entities, ['https://api.example.org/products/1/']);
  });

  for (const query of ['sort=price&after=10', 'sort=price&after=%22', 'sort=price&after=WyJ4Il0']) {
    it(`[H24] ?${query} is no position`, async () => {
      const { http } = await served();
      const { errors, detail } = assertProblem(await http.get(`/products/?${query}`), 400, 'bad-query');
      assert.deepEqual(
        errors?.map(({ pointer }) => pointer),
        ['/after'],
      );
      assert.match(detail ?? '', /"after"/);
    });
  }

  for (const limit of ['1000000000', '21', '0', '-1', '1.5', 'many', '']) {
    it(`[H25] limit=${limit} is refused`, async () => {
      const { http } = await served();
      const { errors } = assertProblem(await http.get(`/products/?limit=${limit}`), 400, 'bad-query');
      assert.ok(errors?.every(({ pointer }) => pointer === '/limit'));
    });
  }

  it('[H25] limit=20 is what it allows at most', async () => {
    const { pages } = await served();
    assert.deepEqual(listed(await pages('/products/?limit=20')), [20, 5]);
  });

  it('[H41] a page that is known is not listed again, until the catalog changes', async () => {
    const { http } = await served();
    const path = '/products/?after=10';
    const { etag } = (await http.get(path)).headers as { etag: string };
    assert.match(etag, /^"[^"]+"$/);
    assert.equal((await http.get(path).set('If-None-Match', etag)).status, 304);
    const document = entity({ kind: 'tea', price: 1 });
    await http.post('/products/').send(document).expect(201);
    const again = await http.get(path).set('If-None-Match', etag);
    assert.equal(again.status, 200);
    assert.notEqual(again.headers['etag'], etag);
  });

  it('[H33] HEAD has the fields of GET', async () => {
    const { http } = await served();
    const [head, get] = [await http.head('/products/'), await http.get('/products/')];
    assert.deepEqual({ ...head.headers, date: '' }, { ...get.headers, date: '' });
    assert.ok(!head.text);
  });
});
