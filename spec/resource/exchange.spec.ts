import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Catalog, Entity, MemoryStore, View } from '../../lib/index.js';
import { declare } from '../../lib/resource/declaration/declare.js';
import { Findings } from '../../lib/resource/declaration/findings.js';
import { Exchange, catalogOf } from '../../lib/resource/exchange.js';

class Counts extends View {
  static iri = 'counts{?min}';
  static query = Type.Object({ min: Type.Optional(Type.Integer()) });
  value() {
    return [];
  }
}
class Order extends Entity {
  static iri = '{order}/';
  static body = Type.Object({ paid: Type.Boolean() });
  static views = { counts: Counts };
}
class Orders extends Catalog<typeof Order> {
  static iri = 'orders/';
  static entity = Order;
  static query = Type.Object({ paid: Type.Optional(Type.Boolean()), page: Type.Optional(Type.Integer()) });

  list(query: object) {
    return super.list({ ...query });
  }
}
class Customer extends Entity {
  static body = Type.Object({ name: Type.String() });
  static catalogs = { orders: Orders };
}
class Customers extends Catalog<typeof Customer> {
  static iri = 'customers/';
  static entity = Customer;
  static catalogs = {
    again: class Again extends Catalog {
      static iri = 'again/';
      static entity = '../{id}/';
    },
  };
}

const findings = new Findings();
const declaration = declare([Customers], {}, findings);
assert.ok(declaration !== undefined);
findings.throwIfAny();
const store = new MemoryStore();

function exchangeAt(path: string): Exchange {
  assert.ok(declaration !== undefined);
  const match = declaration.tree.find(path);
  assert.ok(match !== undefined);
  const origin = { method: 'GET', base: 'https://example.org', mount: '/v1', state: { user: 'me' } };
  return new Exchange({ declaration, store }, origin, match.resource, match.values);
}

describe('resource/exchange', () => {
  it('knows the values of its path', () => {
    const { params } = exchangeAt('/customers/5/orders/a%20b/counts');
    assert.deepEqual(params, { id: '5', order: 'a b' });
    const exchange = exchangeAt('/customers/');
    assert.deepEqual(exchange.params, {});
    assert.equal(exchange.params, exchange.params, 'made once');
  });

  it('knows its own IRI, with the query that it was asked with', () => {
    const exchange = exchangeAt('/customers/5/orders/7/counts');
    assert.equal(exchange.self, 'https://example.org/v1/customers/5/orders/7/counts');
    exchange.query = { min: 3 };
    assert.equal(exchange.self, 'https://example.org/v1/customers/5/orders/7/counts?min=3');
    assert.equal(exchange.path, '/v1/customers/5/orders/7/counts');
  });

  it('knows the IRIs of others, from where it is', () => {
    const exchange = exchangeAt('/customers/5/orders/7/');
    const { iri, link } = exchange;
    assert.equal(iri(Orders, { paid: true }), 'https://example.org/v1/customers/5/orders/?paid=true');
    assert.equal(iri(Customer, { id: 6 }), 'https://example.org/v1/customers/6/');
    assert.equal(
      link(Order, 'counts', { min: 2 }),
      'https://example.org/v1/customers/5/orders/7/counts?min=2',
    );
    assert.throws(() => exchangeAt('/customers/').iri(Order), /needs values for \{ id, order \}/);
  });

  it('makes the catalog that it belongs to, with the entities kept for it', () => {
    const { catalog } = exchangeAt('/customers/5/orders/7/counts');
    assert.ok(catalog instanceof Orders);
    assert.deepEqual(catalog.collection.place, { catalog: 'customers/orders', within: ['5'] });
    assert.deepEqual(catalog.collection.selection({ paid: true, page: 2 }), { where: { paid: true } });
    assert.deepEqual(catalog.request.params, { id: '5', order: '7' });
    assert.deepEqual(catalog.request.state, { user: 'me' });
  });

  it('keeps entities of another catalog under the name of that one', () => {
    const { catalog } = exchangeAt('/customers/again/');
    assert.deepEqual(catalog.collection.place, { catalog: 'customers', within: [] });
  });

  it('makes other catalogs as it would see them', () => {
    const orders = exchangeAt('/customers/').catalogOf(Orders, { id: '9' });
    assert.ok(orders instanceof Orders);
    assert.deepEqual(orders.collection.place, { catalog: 'customers/orders', within: ['9'] });
  });

  it('tells who listens that nobody waits any more', () => {
    const exchange = exchangeAt('/customers/');
    const { signal } = exchange;
    assert.equal(signal.aborted, false);
    exchange.abort(new Error('gone'));
    assert.equal(signal.aborted, true);
    exchangeAt('/customers/').abort(new Error('nobody listens'));
  });

  it('is served by nodes that know the entities above them', () => {
    const above = (path: string) => exchangeAt(path).node.above.map(({ className }) => className);
    assert.deepEqual(above('/customers/'), []);
    assert.deepEqual(above('/customers/5/'), []);
    assert.deepEqual(above('/customers/5/orders/'), ['Customer']);
    assert.deepEqual(above('/customers/5/orders/7/'), ['Customer']);
    assert.deepEqual(above('/customers/5/orders/7/counts'), ['Customer']);
    assert.equal(catalogOf(exchangeAt('/customers/5/orders/7/counts').node).className, 'Orders');
  });

  it('tells the store of what is searched and what stands within what', () => {
    assert.deepEqual(declaration.plans, [
      { catalog: 'customers', ids: 'uuidv7', searched: [] },
      { catalog: 'customers/orders', ids: 'uuidv7', parent: 'customers', searched: ['paid'] },
    ]);
  });
});
