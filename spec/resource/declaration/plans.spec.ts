import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, Entity, Fragment, View } from '../../../lib/index.js';
import type { Method } from '../../../lib/index.js';
import type { CollectionPlan } from '../../../lib/store/store.js';
import { Item, catalogNode, declarationOf, nodeAt, withOptions } from './declared.js';

const planOf = (resources: unknown, name: string): CollectionPlan => {
  const plan = declarationOf(resources).plans.find(({ collection: catalog }) => catalog === name);
  assert.ok(plan !== undefined);
  return plan;
};

describe('declaration: what a store keeps entities under', () => {
  class Order extends Item.of({ ...Item.options, iri: '{order}/' }) {}
  class Orders extends Catalog.of(Order, { iri: 'orders/' }) {}
  class Customer extends Item {
    static override catalogs() {
      return { orders: Orders };
    }
  }
  class Customers extends Catalog.of(Customer, { iri: 'clients/', collection: 'customers/' }) {}
  const namesOf = (resources: unknown) =>
    declarationOf(resources).plans.map(({ collection: catalog }) => catalog);

  it('is the name that a class declares, for what stands within its entities too', () => {
    assert.deepEqual(namesOf([Customers]), ['customers', 'customers/orders']);
    class Named extends Orders.of(Orders.entity, { ...Orders.options, collection: 'bills' }) {}
    class Person extends Item {
      static override catalogs() {
        return { orders: Named };
      }
    }
    class People extends Catalog.of(Person, { iri: 'people/' }) {}
    assert.deepEqual(namesOf([People]), ['people', 'bills']);
  });

  it('does not depend on the variables of the path', () => {
    class Client extends Item.of({ ...Item.options, iri: '{client}/' }) {
      static override catalogs() {
        return { orders: Orders };
      }
    }
    class Clients extends Catalog.of(Client, { iri: 'customers/' }) {}
    assert.deepEqual(namesOf([Clients]), ['customers', 'customers/orders']);
  });

  it('is of one catalog alone', () => {
    class Others extends Catalog.of(Item, { iri: 'customers/' }) {}
    for (const resources of [
      [Customers, Others],
      [Others, Customers],
    ]) {
      const message =
        /Customers\.collection: is "customers", under which Others keeps its entities already; give one another name/;
      assert.throws(() => declarationOf(resources), message);
    }
  });

  it('is a name', () => {
    for (const collection of ['', '/', 5, null]) {
      class Wrong extends Others.of({ ...Others.options, collection: collection as string }) {}
      assert.throws(() => declarationOf([Wrong]), /collection: must be a string that is not empty/);
    }
    class Lists extends Catalog.of({ iri: 'lists/', collection: 'lists' }) {}
    assert.throws(
      () => declarationOf([Lists]),
      /collection: names nothing: the catalog is made of no entity class/,
    );
  });

  class Others extends Catalog.of(Item, { iri: 'others/' }) {}
});

describe('declaration: what a store is told', () => {
  class Order extends Entity.of({
    iri: '{order}/',
    body: Type.Object({
      product: Type.String(),
      number: Type.Integer(),
      paid: Type.Union([Type.Boolean(), Type.Null()]),
      tags: Type.Array(Type.String()),
    }),
    unique: ['number', ['product', 'paid']],
    references: { product: '/products/', number: '../' },
  }) {}
  class Orders extends Catalog.of(Order, {
    iri: 'orders/',
    query: Type.Object({ tags: Type.Optional(Type.Array(Type.String())) }),
    sort: ['number'],
    ids: 'integer',
  }) {
    static catalogs() {
      return {
        paid: class Paid extends Catalog.of({
          iri: 'paid/{?paid}',
          entities: '../{order}/',
          query: Type.Object({ paid: Type.Optional(Type.Boolean()) }),
        }) {},
      };
    }
  }
  class Customer extends Entity.of({ body: Type.Object({ name: Type.String() }) }) {
    static catalogs() {
      return { orders: Orders };
    }
  }
  class Customers extends Catalog.of(Customer, { iri: 'customers/', ids: 'client' }) {}
  class Products extends Catalog.of(Item, {
    iri: 'products/',
    sort: ['name', 'count'],
    page: 10,
    query: Type.Object({ name: Type.Optional(Type.String()) }),
  }) {}
  const resources = [Customers, Products];

  it('is where entities stand, and how they are compared', () => {
    assert.deepEqual(planOf(resources, 'customers/orders'), {
      collection: 'customers/orders',
      ids: 'integer',
      depth: 1,
      parent: 'customers',
      members: [
        { name: 'tags', type: 'json', indexed: true },
        { name: 'number', type: 'number', indexed: true },
        { name: 'paid', type: 'boolean', indexed: true },
        { name: 'product', type: 'string', indexed: false },
      ],
      sortedSearches: [{ searched: 'tags', sorted: 'number' }],
      unique: [['number'], ['product', 'paid']],
      references: [
        { member: 'product', collection: 'products' },
        { member: 'number', collection: 'customers/orders' },
      ],
    });
  });

  it('is each member once, whatever it is for', () => {
    assert.deepEqual(planOf(resources, 'products'), {
      collection: 'products',
      ids: 'uuidv7',
      depth: 0,
      members: [
        { name: 'name', type: 'string', indexed: true },
        { name: 'count', type: 'number', indexed: true },
      ],
      sortedSearches: [{ searched: 'name', sorted: 'count' }],
      unique: [],
      references: [],
    });
  });

  it('is a table that was there before', () => {
    class Row extends Entity.of({
      body: Type.Object({ name: Type.String(), price: Type.Integer() }, { additionalProperties: false }),
    }) {}
    class Rows extends Catalog.of(Row, { iri: 'rows/', table: 'public.rows', columns: { price: 'cents' } }) {}
    const { errors, ...table } = planOf([Rows], 'rows').table ?? {};
    assert.deepEqual(table, {
      table: 'public.rows',
      key: 'id',
      parentColumns: [],
      creates: true,
      writes: true,
      columns: {
        name: { name: 'name', type: 'string', isRequired: true },
        price: { name: 'cents', type: 'number', isRequired: true },
      },
    });
    assert.deepEqual(
      errors?.({ name: 'a', price: '1' }).map(({ pointer, rule }) => [pointer, rule]),
      [['/price', 'type']],
    );
  });
});

describe('declaration: changes that need a version', () => {
  class Motto extends Fragment.of({ iri: 'motto' }) {
    value() {
      return '';
    }
  }
  class Free extends Fragment.of({ member: 'count', requireIfMatch: false }) {}
  class Strict extends Entity.of({ body: Item.options.body, requireIfMatch: true }) {
    static fragments() {
      return { name: 'name', count: Free };
    }
  }
  class Settings extends View.of({ iri: 'settings' }) {
    value() {
      return {};
    }
  }
  class Stricts extends Catalog.of(Strict, { iri: 'stricts/' }) {
    static fragments() {
      return { motto: Motto };
    }
    static views() {
      return { settings: Settings };
    }
  }
  class Lenient extends Catalog.of(Item, { iri: 'lenient/', requireIfMatch: false }) {}

  const paths: readonly [string, boolean, boolean][] = [
    ['/', false, true],
    ['/stricts/', false, true],
    ['/stricts/motto', false, true],
    ['/stricts/settings', false, true],
    ['/stricts/1/', true, true],
    ['/stricts/1/name', true, true],
    ['/stricts/1/count', false, false],
    ['/lenient/', false, false],
    ['/lenient/1/', false, true],
  ];
  for (const [path, byDefault, required] of paths) {
    it(`${path}: ${byDefault}, and ${required} where the API requires it`, () => {
      const of = (options: object) => nodeAt(declarationOf([Stricts, Lenient], options), path).requireIfMatch;
      assert.deepEqual([of({}), of({ requireIfMatch: true })], [byDefault, required]);
    });
  }
});

describe('declaration: the methods of a catalog', () => {
  const methodsOf = (options: Readonly<Record<string, unknown>>, Base: typeof Items = Items) =>
    catalogNode([withOptions(class Others extends Base {}, options)], '/items/').methods;
  class Items extends Catalog.of(Item, { iri: 'items/' }) {}
  const itemWith = (methods: readonly Method[]) =>
    class Thing extends Item.of({ ...Item.options, methods: methods }) {};

  it('change several entities where each can be changed', () => {
    assert.deepEqual(methodsOf({}), ['GET', 'POST', 'PATCH']);
    assert.deepEqual(methodsOf({ ids: 'client' }), ['GET', 'PATCH']);
    assert.deepEqual(methodsOf({ entity: itemWith(['GET', 'DELETE']) }), ['GET', 'POST', 'PATCH']);
    assert.deepEqual(methodsOf({ entity: itemWith(['GET', 'PUT']) }), ['GET', 'POST']);
    assert.deepEqual(methodsOf({ methods: ['GET', 'POST'] }), ['GET', 'POST']);
  });

  it('change none that the store does not keep', () => {
    class Elsewhere extends Items {
      read() {
        return undefined;
      }
    }
    assert.deepEqual(methodsOf({}, Elsewhere), ['GET', 'POST']);
  });
});
