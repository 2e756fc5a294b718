import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, Entity, Fragment, View } from '../../../lib/index.js';
import type { CollectionPlan } from '../../../lib/store/store.js';
import { Item, catalogNode, declarationOf, nodeAt } from './declared.js';

const planOf = (resources: unknown, name: string): CollectionPlan => {
  const plan = declarationOf(resources).plans.find(({ collection: catalog }) => catalog === name);
  assert.ok(plan !== undefined);
  return plan;
};

describe('declaration: what a store keeps entities under', () => {
  class Order extends Item {
    static override iri = '{order}/';
  }
  class Orders extends Catalog<typeof Order> {
    static override iri = 'orders/';
    static override entity = Order;
  }
  class Customer extends Item {
    static override catalogs = { orders: Orders };
  }
  class Customers extends Catalog<typeof Customer> {
    static override iri = 'clients/';
    static override entity = Customer;
    static override collection = 'customers/';
  }
  const namesOf = (resources: unknown) =>
    declarationOf(resources).plans.map(({ collection: catalog }) => catalog);

  it('is the name that a class declares, for what stands within its entities too', () => {
    assert.deepEqual(namesOf([Customers]), ['customers', 'customers/orders']);
    class Named extends Orders {
      static override collection = 'bills';
    }
    class Person extends Item {
      static override catalogs = { orders: Named };
    }
    class People extends Catalog<typeof Person> {
      static override iri = 'people/';
      static override entity = Person;
    }
    assert.deepEqual(namesOf([People]), ['people', 'bills']);
  });

  it('does not depend on the variables of the path', () => {
    class Client extends Item {
      static override iri = '{client}/';
      static override catalogs = { orders: Orders };
    }
    class Clients extends Catalog<typeof Client> {
      static override iri = 'customers/';
      static override entity = Client;
    }
    assert.deepEqual(namesOf([Clients]), ['customers', 'customers/orders']);
  });

  it('is of one catalog alone', () => {
    class Others extends Catalog<typeof Item> {
      static override iri = 'customers/';
      static override entity = Item;
    }
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
      class Wrong extends Others {
        static override collection = collection as string;
      }
      assert.throws(() => declarationOf([Wrong]), /collection: must be a string that is not empty/);
    }
    class Lists extends Catalog {
      static override iri = 'lists/';
      static override collection = 'lists';
    }
    assert.throws(
      () => declarationOf([Lists]),
      /collection: names nothing: the catalog has no static entity/,
    );
  });

  class Others extends Catalog<typeof Item> {
    static override iri = 'others/';
    static override entity = Item;
  }
});

describe('declaration: what a store is told', () => {
  class Order extends Entity {
    static iri = '{order}/';
    static body = Type.Object({
      product: Type.String(),
      number: Type.Integer(),
      paid: Type.Union([Type.Boolean(), Type.Null()]),
      tags: Type.Array(Type.String()),
    });
    static unique = ['number', ['product', 'paid']];
    static references = { product: '/products/', number: '../' };
  }
  class Orders extends Catalog<typeof Order> {
    static iri = 'orders/';
    static entity = Order;
    static query = Type.Object({ tags: Type.Optional(Type.Array(Type.String())) });
    static sort = ['number'];
    static ids = 'integer';
    static catalogs = {
      paid: class Paid extends Catalog {
        static iri = 'paid/{?paid}';
        static entity = '../{order}/';
        static query = Type.Object({ paid: Type.Optional(Type.Boolean()) });
      },
    };
  }
  class Customer extends Entity {
    static body = Type.Object({ name: Type.String() });
    static catalogs = { orders: Orders };
  }
  class Customers extends Catalog<typeof Customer> {
    static iri = 'customers/';
    static entity = Customer;
    static ids = 'client';
  }
  class Products extends Catalog<typeof Item> {
    static iri = 'products/';
    static entity = Item;
    static sort = ['name', 'count'];
    static page = 10;
    static query = Type.Object({ name: Type.Optional(Type.String()) });
  }
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
    class Row extends Entity {
      static body = Type.Object(
        { name: Type.String(), price: Type.Integer() },
        { additionalProperties: false },
      );
    }
    class Rows extends Catalog<typeof Row> {
      static iri = 'rows/';
      static entity = Row;
      static table = 'public.rows';
      static columns = { price: 'cents' };
    }
    const { errors, ...table } = planOf([Rows], 'rows').table ?? {};
    assert.deepEqual(table, {
      table: 'public.rows',
      key: 'id',
      within: [],
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
  class Motto extends Fragment {
    static iri = 'motto';
    value() {
      return '';
    }
  }
  class Free extends Fragment {
    static member = 'count';
    static requireIfMatch = false;
  }
  class Strict extends Entity {
    static body = Item.body;
    static requireIfMatch = true;
    static fragments = { name: 'name', count: Free };
  }
  class Settings extends View {
    static iri = 'settings';
    value() {
      return {};
    }
  }
  class Stricts extends Catalog {
    static iri = 'stricts/';
    static entity = Strict;
    static fragments = { motto: Motto };
    static views = { settings: Settings };
  }
  class Lenient extends Catalog {
    static iri = 'lenient/';
    static entity = Item;
    static requireIfMatch = false;
  }

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
  const methodsOf = (statics: object, Base: typeof Items = Items) =>
    catalogNode([Object.assign(class Others extends Base {}, statics)], '/items/').methods;
  class Items extends Catalog<typeof Item> {
    static iri = 'items/';
    static entity: typeof Item = Item;
  }
  const itemWith = (methods: readonly string[]) =>
    class Thing extends Item {
      static methods = methods;
    };

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
