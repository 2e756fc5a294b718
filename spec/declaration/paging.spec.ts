import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, Entity, View, shoji } from '../../lib/index.js';
import type { QueryOf } from '../../lib/index.js';
import type { CatalogNode } from '../../lib/declaration/nodes.js';
import { assertFound, catalogNode, findingsOf, withOptions } from './declared.js';

class Product extends Entity.of({
  body: Type.Object({
    name: Type.String(),
    price: Type.Integer(),
    note: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    tags: Type.Array(Type.String()),
    code: Type.Union([Type.String(), Type.Integer()]),
    category: Type.String(),
    '-odd': Type.Optional(Type.String()),
  }),
}) {}

function productsWith(options: Readonly<Record<string, unknown>>) {
  return withOptions(class Products extends Catalog.of(Product, { iri: 'products/' }) {}, options);
}

const category = Type.Object({ category: Type.Optional(Type.String()) }, { additionalProperties: false });

function nodeOf(options: Readonly<Record<string, unknown>>): CatalogNode {
  return catalogNode([productsWith(options)], '/products/');
}

describe('declaration: pages', () => {
  it('have a size, and a most that is at least a thousand', () => {
    assert.deepEqual(nodeOf({ page: 100 }).page, { size: 100, max: 1000 });
    assert.deepEqual(nodeOf({ page: 5000 }).page, { size: 5000, max: 5000 });
    assert.deepEqual(nodeOf({ page: { size: 10, max: 20 } }).page, { size: 10, max: 20 });
    assert.equal(nodeOf({}).page, undefined);
  });

  for (const page of [
    0,
    -1,
    1.5,
    '10',
    null,
    [10],
    { size: 10 },
    { size: 20, max: 10 },
    { size: 1, max: 2, more: 3 },
  ]) {
    it(`cannot be ${JSON.stringify(page)}`, () => {
      assertFound(findingsOf([productsWith({ page })]), [
        { class: 'Products', member: 'page' },
        /must be a positive integer, or \{ size, max \} of positive integers of which size is not the larger; found/,
      ]);
    });
  }

  it('bring query variables and a link, after those that are declared', () => {
    const { query, links } = nodeOf({ page: 10, sort: ['name'], query: category });
    assert.deepEqual(query?.names, ['category', 'sort', 'after', 'limit']);
    assert.deepEqual(
      links.map(({ map, name, href }) => [map, name, href]),
      [['catalogs', 'page', '{?category,sort,after,limit}']],
    );
    assert.deepEqual(nodeOf({ page: 10 }).query?.names, ['after', 'limit']);
  });

  it('bring no search by members of the same names', () => {
    class Position extends Entity.of({
      body: Type.Object({ limit: Type.Integer(), after: Type.String(), sort: Type.String() }),
    }) {}
    class Positions extends Catalog.of(Position, { iri: 'positions/', page: 10, sort: ['limit'] }) {}
    const node = catalogNode([Positions], '/positions/');
    assert.deepEqual(node.searchable, []);
    assert.deepEqual(node.sortable, ['limit']);
  });

  it('link their variables under names that a template can hold', () => {
    class Thing extends Entity.of({
      body: Type.Object({ 'a-b': Type.String(), 'c.d': Type.String(), ä: Type.String() }),
    }) {}
    class Things extends Catalog.of(Thing, {
      iri: 'things/{?a%2Db,c.d,%C3%A4}',
      page: 10,
      query: Type.Object({ ...Thing.options.body.properties }),
    }) {}
    assert.deepEqual(
      catalogNode([Things], '/things/').links.map(({ href }) => href),
      ['{?a%2Db,c.d,%C3%A4,after,limit}'],
    );
  });

  it('can be linked to, from elsewhere and by name', () => {
    class Products extends Catalog.of(Product, {
      iri: 'products/',
      page: 10,
      sort: ['price'],
      query: category,
      catalogs: { 'products by category': '{?category,after,limit,sort}' },
    }) {}
    class Home extends Catalog.of({ iri: '/' }) {
      static catalogs() {
        return { products: Products, 'cheapest products': 'products/?sort=price' };
      }
    }
    const api = shoji(Home);
    assert.equal(
      api.link(Products, 'page', { category: 'tea', limit: 5 }),
      '/products/?category=tea&limit=5',
    );
    assert.equal(api.iri(Products, { sort: '-price', after: '7' }), '/products/?sort=-price&after=7');
    assert.equal(api.link(Home, 'cheapest products'), '/products/?sort=price');
  });

  it('can be named in the IRI of the class', () => {
    assertFound(findingsOf([productsWith({ iri: 'products/{?after,limit}', page: 10 })]));
    assertFound(findingsOf([productsWith({ iri: 'products/{?after}' })]), [
      { class: 'Products', member: 'query' },
      /is missing: the IRI .* has the variables after/,
    ]);
  });

  it('have no variables where nothing declares them', () => {
    assertFound(
      findingsOf([productsWith({ catalogs: { page: '{?after,limit}' } })]),
      [
        { class: 'Products', member: 'catalogs', name: 'page', iri: '{?after,limit}' },
        /the variable after is none that Products declares in its query \(it declares none\)/,
      ],
      [
        { class: 'Products', member: 'catalogs', name: 'page', iri: '{?after,limit}' },
        /the variable limit is none/,
      ],
    );
  });

  it('can be of the entities of another catalog', () => {
    class Cheap extends Catalog.of(Product, {
      iri: 'cheap/',
      entities: '../{id}/',
      page: 10,
      sort: ['price'],
    }) {}
    const node = catalogNode([productsWith({ catalogs: { cheap: Cheap } })], '/products/cheap/');
    assert.deepEqual([node.page?.size, node.sortable], [10, ['price']]);
  });

  it('need entities', () => {
    class Home extends Catalog.of({ iri: '/', page: 10 }) {}
    assertFound(findingsOf(Home), [
      { class: 'Home', member: 'page' },
      /the catalog lists none; give Catalog\.of\(\) their class/,
    ]);
  });

  it('are not made of what an overridden list() gives', () => {
    class Products extends Catalog.of(Product, { iri: 'products/', page: 10, sort: ['price'] }) {
      list() {
        return ['1'];
      }
    }
    assertFound(
      findingsOf([Products]),
      [
        { class: 'Products', member: 'page' },
        /the store, which does not know what the overridden list\(\) gives; drop one of the two/,
      ],
      [{ class: 'Products', member: 'sort' }, /drop one of the two/],
    );
  });

  it('have variables and links of their own', () => {
    const query = Type.Object({ limit: Type.Optional(Type.Integer()), sort: Type.Optional(Type.String()) });
    class Products extends Catalog.of(Product, {
      iri: 'products/',
      page: 10,
      query: Type.Object({ after: Type.Optional(Type.String()) }),
      catalogs: { next: '../products/' },
    }) {
      static views() {
        return {
          page: class Counts extends View.of({ iri: 'counts' }) {
            value() {
              return [];
            }
          },
        };
      }
    }
    assertFound(
      findingsOf([Products]),
      [
        { class: 'Products', member: 'query', name: 'after' },
        /is a variable that the option page brings by itself/,
      ],
      [
        { class: 'Products', member: 'catalogs', name: 'next' },
        /is a link that the document of a paged catalog has by itself; rename yours/,
      ],
      [{ class: 'Products', member: 'views', name: 'page' }, /rename yours/],
    );
    assertFound(
      findingsOf([productsWith({ page: 10, sort: ['name'], query })]),
      [{ class: 'Products', member: 'query', name: 'sort' }, /the option sort brings/],
      [{ class: 'Products', member: 'query', name: 'limit' }, /the option page brings/],
    );
  });

  it('leave the names to catalogs without them', () => {
    class Products extends Catalog.of(Product, {
      iri: 'products/',
      query: Type.Object({ after: Type.Optional(Type.String()), sort: Type.Optional(Type.String()) }),
      catalogs: { next: '{?after}', page: '{?sort}' },
    }) {
      list(query: QueryOf<typeof Products>) {
        return super.list({ ...query });
      }
    }
    assertFound(findingsOf([Products]));
  });
});

describe('declaration: sorting', () => {
  it('is by members of one scalar type, or null', () => {
    assert.deepEqual(nodeOf({ sort: ['name', 'price', 'note'] }).sortable, ['name', 'price', 'note']);
    assert.deepEqual(nodeOf({ sort: ['name'] }).query?.names, ['sort']);
    assert.deepEqual(nodeOf({ sort: ['name'] }).links, []);
  });

  const wrong: readonly [string, string, RegExp][] = [
    [
      'a name that is no member',
      'nmae',
      /"nmae" is no member of the body \(it has name, .*\); did you mean "name"\?/,
    ],
    [
      'an array',
      'tags',
      /the member "tags" is not of one scalar type; the schema has to say that it is a string/,
    ],
    ['a member of two types', 'code', /the member "code" is not of one scalar type/],
    [
      'a name that begins with -',
      '-odd',
      /begins with -, which says in the variable sort that the order is descending/,
    ],
  ];
  for (const [what, name, message] of wrong) {
    it(`is not by ${what}`, () => {
      assertFound(findingsOf([productsWith({ sort: ['price', name] })]), [
        { class: 'Products', member: 'sort', name },
        message,
      ]);
    });
  }

  it('names each member once', () => {
    assertFound(findingsOf([productsWith({ sort: ['price', 'name', 'price'] })]), [
      { class: 'Products', member: 'sort', name: 'price' },
      /stands in it twice/,
    ]);
  });

  for (const sort of ['name', [5], [''], null]) {
    it(`cannot be ${JSON.stringify(sort)}`, () => {
      assertFound(findingsOf([productsWith({ sort })]), [
        { class: 'Products', member: 'sort' },
        /must be an array of names; found/,
      ]);
    });
  }
});
