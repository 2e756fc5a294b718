import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Catalog, Entity, MemoryStore, StoreConflictError, View } from '../../lib/index.js';
import { declare } from '../../lib/resource/declaration/declare.js';
import { Findings } from '../../lib/resource/declaration/findings.js';
import { RequestContext, catalogOf } from '../../lib/server/request-context.js';
import type { HttpRequest } from '../../lib/server/http-message.js';
import { ApiContext } from '../../lib/server/api-context.js';
import { sqliteStore } from '../../lib/store/sql/index.js';
import type { CollectionPlan, Store } from '../../lib/store/store.js';

class Counts extends View.of({
  iri: 'counts{?min}',
  query: Type.Object({ min: Type.Optional(Type.Integer()) }),
}) {
  value() {
    return [];
  }
}
class Order extends Entity.of({ iri: '{order}/', body: Type.Object({ paid: Type.Boolean() }) }) {
  static views() {
    return { counts: Counts };
  }
}
class Orders extends Catalog.of(Order, {
  iri: 'orders/',
  query: Type.Object({ paid: Type.Optional(Type.Boolean()), page: Type.Optional(Type.Integer()) }),
}) {
  list(query: object) {
    return super.list({ ...query });
  }
}
class Customer extends Entity.of({ body: Type.Object({ name: Type.String() }) }) {
  static catalogs() {
    return { orders: Orders };
  }
}
class Customers extends Catalog.of(Customer, { iri: 'customers/' }) {
  static catalogs() {
    return {
      again: class Again extends Catalog.of({ iri: 'again/', entities: '../{id}/' }) {},
    };
  }
}

const findings = new Findings();
const declaration = declare([Customers], {}, findings);
assert.ok(declaration !== undefined);
findings.throwIfAny();
const store = new MemoryStore();

function requestAt(path: string, method = 'GET', backing: Store = store): RequestContext {
  assert.ok(declaration !== undefined);
  const match = declaration.tree.find(path);
  assert.ok(match !== undefined);
  const http = { method, path, mount: '/v1', state: { user: 'me' } } as unknown as HttpRequest;
  const api = new ApiContext({ declaration, store: backing, base: 'https://example.org' });
  return new RequestContext(api, http, match.resource, match.values);
}

async function opened<S extends Store>(made: S): Promise<S> {
  assert.ok(declaration !== undefined);
  await made.open(declaration.plans);
  return made;
}

async function namesIn({ collection }: Customers): Promise<string[]> {
  const names: string[] = [];
  for await (const { body } of collection.all()) names.push(body.name);
  return names;
}

describe('server/request-context', () => {
  it('knows the values of its path', () => {
    const { params } = requestAt('/customers/5/orders/a%20b/counts');
    assert.deepEqual(params, { id: '5', order: 'a b' });
    const context = requestAt('/customers/');
    assert.deepEqual(context.params, {});
    assert.equal(context.params, context.params, 'made once');
  });

  it('knows its own IRI, with the query that it was asked with', () => {
    const context = requestAt('/customers/5/orders/7/counts');
    assert.equal(context.self, 'https://example.org/v1/customers/5/orders/7/counts');
    context.query = { min: 3 };
    assert.equal(context.self, 'https://example.org/v1/customers/5/orders/7/counts?min=3');
    assert.equal(context.path, '/v1/customers/5/orders/7/counts');
  });

  it('knows the IRIs of others, from where it is', () => {
    const context = requestAt('/customers/5/orders/7/');
    const { iri, link } = context;
    assert.equal(iri(Orders, { paid: true }), 'https://example.org/v1/customers/5/orders/?paid=true');
    assert.equal(iri(Customer, { id: 6 }), 'https://example.org/v1/customers/6/');
    assert.equal(
      link(Order, 'counts', { min: 2 }),
      'https://example.org/v1/customers/5/orders/7/counts?min=2',
    );
    assert.throws(() => requestAt('/customers/').iri(Order), /needs values for \{ id, order \}/);
  });

  it('makes the catalog that it belongs to, with the entities kept for it', () => {
    const { catalog } = requestAt('/customers/5/orders/7/counts');
    assert.ok(catalog instanceof Orders);
    assert.deepEqual(catalog.collection.key, { collection: 'customers/orders', parentIds: ['5'] });
    assert.deepEqual(catalog.collection.selection({ paid: true, page: 2 }), { where: { paid: true } });
    assert.deepEqual(catalog.request.params, { id: '5', order: '7' });
    assert.deepEqual(catalog.request.state, { user: 'me' });
  });

  it('keeps entities of another catalog under the name of that one', () => {
    const { catalog } = requestAt('/customers/again/');
    assert.deepEqual(catalog.collection.key, { collection: 'customers', parentIds: [] });
  });

  it('makes other catalogs as it would see them', () => {
    const orders = requestAt('/customers/').catalogOf(Orders, { id: '9' });
    assert.ok(orders instanceof Orders);
    assert.deepEqual(orders.collection.key, { collection: 'customers/orders', parentIds: ['9'] });
  });

  it('tells who listens that nobody waits any more', () => {
    const context = requestAt('/customers/');
    const { signal } = context;
    assert.equal(signal.aborted, false);
    context.abort(new Error('gone'));
    assert.equal(signal.aborted, true);
    requestAt('/customers/').abort(new Error('nobody listens'));
  });

  it('is served by nodes that know the entities above them', () => {
    const above = (path: string) => requestAt(path).node.above.map(({ className }) => className);
    assert.deepEqual(above('/customers/'), []);
    assert.deepEqual(above('/customers/5/'), []);
    assert.deepEqual(above('/customers/5/orders/'), ['Customer']);
    assert.deepEqual(above('/customers/5/orders/7/'), ['Customer']);
    assert.deepEqual(above('/customers/5/orders/7/counts'), ['Customer']);
    assert.equal(catalogOf(requestAt('/customers/5/orders/7/counts').node).className, 'Orders');
  });

  it('tells the store of what is searched and what stands within what', () => {
    assert.deepEqual(declaration.plans, [
      { collection: 'customers', ids: 'uuidv7', depth: 0, members: [], unique: [], references: [] },
      {
        collection: 'customers/orders',
        ids: 'uuidv7',
        parent: 'customers',
        depth: 1,
        members: [{ name: 'paid', type: 'boolean', indexed: true }],
        unique: [],
        references: [],
      },
    ]);
  });
});

const folder = mkdtempSync(join(tmpdir(), 'koa-shoji-context-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

const kinds: readonly [string, () => Store][] = [
  ['in memory', () => new MemoryStore()],
  ['in SQLite', () => sqliteStore(join(folder, `${(files += 1)}.db`))],
];
for (const [where, make] of kinds) {
  describe(`server/request-context: several things as one, kept ${where}`, () => {
    const begin = async () => {
      const kept = await opened(make());
      stores.push(kept);
      return { context: requestAt('/customers/', 'POST', kept) };
    };
    const stores: Store[] = [];
    after(async () => {
      for (const kept of stores) await kept.close();
    });

    it('keeps all of them', async () => {
      const { context } = await begin();
      const customer = await context.transaction(async (request) => {
        const { id } = await request.catalogOf(Customers).collection.create({ name: 'Ada' });
        await request.catalogOf(Orders, { id }).collection.create({ paid: true });
        return id;
      });
      assert.deepEqual(await namesIn(context.catalogOf(Customers)), ['Ada']);
      assert.equal(await context.catalogOf(Orders, { id: customer }).collection.count(), 1);
    });

    it('keeps none of them where one fails', async () => {
      const { context } = await begin();
      const failing = context.transaction(async ({ catalogOf: of }) => {
        const { id } = await of(Customers).collection.create({ name: 'Ada' });
        await of(Orders, { id: `${id}0` }).collection.create({ paid: true });
      });
      await assert.rejects(
        failing,
        (error) => error instanceof StoreConflictError && error.reason === 'missing' && error.change === 0,
      );
      assert.deepEqual(await namesIn(context.catalogOf(Customers)), []);
    });

    it('shows what was written to the catalogs that are part of it, and to no others', async () => {
      const { context } = await begin();
      await context.inTransaction(async (part) => {
        const { id } = await part.catalogOf(Customers).collection.create({ name: 'Ada' });
        assert.deepEqual(await namesIn(part.catalog as unknown as Customers), ['Ada']);
        const further = part.catalogOf(Orders, { id }).request.catalogOf(Customers);
        assert.equal((await further.read(id))?.body.name, 'Ada');
        assert.equal(await context.catalogOf(Customers).read(id), undefined);
        assert.equal(await context.catalog.read(id), undefined);
      });
    });

    it('continues what it is part of, and is undone with it', async () => {
      const { context } = await begin();
      const stop = new Error('stop');
      const outer = context.transaction(async (request) => {
        const id = await request.transaction(async ({ catalogOf: of }) => {
          const { id: made } = await of(Customers).collection.create({ name: 'Ada' });
          return made;
        });
        assert.equal((await request.catalogOf(Customers).read(id))?.body.name, 'Ada');
        await request
          .catalogOf(Customers)
          .request.transaction(({ catalogOf: of }) => of(Customers).collection.create({ name: 'Bo' }));
        assert.deepEqual(await namesIn(request.catalogOf(Customers)), ['Ada', 'Bo']);
        throw stop;
      });
      await assert.rejects(outer, (error) => error === stop);
      assert.deepEqual(await namesIn(context.catalogOf(Customers)), []);
    });

    it('begins anew where somebody else changed what it has read', async () => {
      const { context } = await begin();
      const { id } = await context.catalogOf(Customers).collection.create({ name: '' });
      const append = (letter: string) =>
        context.transaction(async ({ catalogOf: of }) => {
          const { collection } = of(Customers);
          const found = await collection.get(id);
          await new Promise((resolve) => setImmediate(resolve));
          await collection.replace(id, { name: `${found?.body.name}${letter}` });
        });
      await Promise.all([append('a'), append('b'), append('c')]);
      const [name = ''] = await namesIn(context.catalogOf(Customers));
      assert.deepEqual(name.split('').toSorted(), ['a', 'b', 'c']);
    });

    it('is the same request', async () => {
      const { context } = await begin();
      context.query = { page: 5 };
      await context.inTransaction((part) => {
        assert.deepEqual(part.query, { page: 5 });
        assert.deepEqual([part.method, part.self, part.state], ['POST', context.self, context.state]);
        assert.equal(part.signal, context.signal);
      });
    });
  });
}

/** Its replica is behind by everything. */
class Replicated extends MemoryStore {
  readonly replica: MemoryStore = new MemoryStore();

  override open(plans: readonly CollectionPlan[]): void {
    super.open(plans);
    this.replica.open(plans);
  }
}

describe('server/request-context: a store with a replica', () => {
  for (const [method, names] of [
    ['GET', ['of the replica']],
    ['HEAD', ['of the replica']],
    ['POST', ['of the store']],
    ['PATCH', ['of the store']],
  ] as const) {
    it(`${method} reads ${names[0]}`, async () => {
      const kept = await opened(new Replicated());
      const place = { collection: 'customers', parentIds: [] };
      await kept.write([{ do: 'create', key: place, body: { name: 'of the store' } }]);
      await kept.replica.write([{ do: 'create', key: place, body: { name: 'of the replica' } }]);
      const customers = requestAt('/customers/', method, kept).catalogOf(Customers);
      assert.deepEqual(await namesIn(customers), names);
      await customers.collection.create({ name: 'new' });
      const of = async (at: Store) => await at.count(place);
      assert.deepEqual([await of(kept), await of(kept.replica)], [2, 1], 'what is written is in the store');
    });
  }

  it('reads what was written before by a request that is answered from a replica', async () => {
    const kept = await opened(new Replicated());
    const context = requestAt('/customers/', 'GET', kept);
    await context.transaction(async ({ catalogOf: of }) => {
      await of(Customers).collection.create({ name: 'Ada' });
      assert.deepEqual(await namesIn(of(Customers)), ['Ada']);
    });
    assert.deepEqual(await namesIn(context.catalogOf(Customers)), []);
  });
});
