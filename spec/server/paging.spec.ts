import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { ProblemError } from '../../lib/http/problem.js';
import { Catalog, Entity, MemoryStore } from '../../lib/index.js';
import { Collection } from '../../lib/resource/collection.js';
import { nextReference, pageRequestOf, readPage } from '../../lib/server/render/lists.js';
import { catalogNode, declarationOf } from '../declaration/declared.js';

class Product extends Entity.of({
  body: Type.Object({ name: Type.String(), price: Type.Integer(), tags: Type.Array(Type.String()) }),
}) {}
class Products extends Catalog.of(Product, {
  iri: 'products/',
  ids: 'integer',
  page: { size: 2, max: 3 },
  sort: ['name', 'price'],
  query: Type.Object(
    { name: Type.Optional(Type.String()), tags: Type.Optional(Type.Array(Type.String())) },
    { additionalProperties: false, maxProperties: 2 },
  ),
}) {}

const node = catalogNode([Products], '/products/');
const { page: limits, query: schema } = node;
assert.ok(limits !== undefined && schema !== undefined);
const paged = { ...node, page: limits };

describe('server/render/pages: the query of a paged catalog', () => {
  it('is read by its types', () => {
    assert.deepEqual(schema.read('limit=3&after=7&sort=-price&name=a'), {
      limit: 3,
      after: '7',
      sort: '-price',
      name: 'a',
    });
  });

  it('is checked by the schema of the class as if it stood alone', () => {
    assert.deepEqual(Object.keys(schema.read('name=a&tags=b&limit=1&after=1&sort=name')), [
      'name',
      'tags',
      'limit',
      'after',
      'sort',
    ]);
  });

  const refused: readonly [string, string][] = [
    ['limit=0', 'The query variable "limit" must be >= 1; found 0.'],
    ['limit=1000000000', 'The query variable "limit" must be <= 3; found 1000000000.'],
    ['limit=two', 'The query variable "limit" must be integer; found "two".'],
    ['limit=1&limit=2', 'The query variable "limit" is given 2 times; give it once.'],
    [
      'sort=prize',
      'The query variable "sort" must be one of "name", "-name", "price", "-price"; found "prize" (did you mean "price"?).',
    ],
    [
      'afetr=1',
      'The query variable "afetr" is no variable of this resource (did you mean "after"?); declared are: name, tags, sort, after, limit.',
    ],
  ];
  for (const [text, detail] of refused) {
    it(`[H25] refuses ${text}`, () => {
      assert.throws(
        () => schema.read(text),
        (error) => error instanceof ProblemError && error.type === 'bad-query' && error.message === detail,
      );
    });
  }
});

describe('server/render/pages: the page that is asked for', () => {
  it('is the first, of the declared size', () => {
    assert.deepEqual(pageRequestOf(paged, {}), { limit: 2 });
  });

  it('is where, how many, of what, in which order', () => {
    assert.deepEqual(pageRequestOf(paged, { after: '7', limit: 3, name: 'a', sort: 'price' }), {
      after: '7',
      limit: 3,
      where: { name: 'a' },
      order: { member: 'price', descending: false },
    });
    assert.deepEqual(pageRequestOf(paged, { sort: '-name' }).order, { member: 'name', descending: true });
  });

  it('leads to the next, by the same query', () => {
    assert.equal(nextReference(node, {}, '2'), '?after=2');
    assert.equal(
      nextReference(node, { limit: 3, sort: '-price', tags: ['a', 'b&c'], name: 'ä', after: '7' }, 'WyJh_-'),
      '?name=%C3%A4&tags=a&tags=b%26c&sort=-price&after=WyJh_-&limit=3',
    );
  });

  it('is followed to the end, each entity once', async () => {
    const { collection } = await products();
    const ids: string[] = [];
    let reference: string | undefined = '?name=a';
    while (reference !== undefined) {
      const query = schema.read(reference.slice(1));
      const { items, next } = await readPage(paged, collection, query);
      assert.ok(items.length <= limits.size);
      ids.push(...items.map(({ id }) => id));
      reference = next === undefined ? undefined : nextReference(node, query, next);
    }
    assert.deepEqual(ids, ['1', '3', '5', '7', '9']);
  });

  it('is none after a position that is none', async () => {
    const { collection } = await products();
    await assert.rejects(readPage(paged, collection, { sort: 'price', after: 'nonsense' }), (error) => {
      assert.ok(error instanceof ProblemError);
      assert.equal(error.type, 'bad-query');
      assert.equal(
        error.message,
        'The query variable "after" is no position in this list; take one from a link that the list gives.',
      );
      assert.deepEqual(
        error.errors?.map(({ pointer, rule }) => [pointer, rule]),
        [['/after', 'position']],
      );
      return true;
    });
  });
});

async function products() {
  const store = new MemoryStore();
  await store.open(declarationOf([Products]).plans);
  const collection = new Collection(store, { collection: 'products', parentIds: [] }, node);
  for (let count = 1; count < 10; count++) {
    await collection.create({ name: count % 2 === 1 ? 'a' : 'b', price: 10 - count, tags: [] });
  }
  return { collection };
}
