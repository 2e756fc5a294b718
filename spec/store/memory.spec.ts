import assert from 'node:assert/strict';
import { MemoryStore } from '../../lib/store/memory.js';
import type { JsonObject } from '../../lib/protocol/documents.js';
import type { CatalogPlan } from '../../lib/store/store.js';
import { names, numbers, plans, things } from './contract/ground.js';
import { storeContract } from './contract.js';

function opened(options?: ConstructorParameters<typeof MemoryStore>[0]): MemoryStore {
  const store = new MemoryStore(options);
  store.open(plans);
  return store;
}

storeContract({
  name: 'MemoryStore',
  async open(catalogs) {
    const store = new MemoryStore();
    store.open(catalogs);
    return store;
  },
});

describe('store/memory', () => {
  it('answers at once', () => {
    const store = opened();
    const [created] = store.write([{ do: 'create', place: things, body: { a: 1 } }]);
    assert.ok(created);
    assert.equal(store.get(things, created.id), created);
    assert.deepEqual(store.page(things, { limit: 1 }), { items: [created] });
    assert.equal(store.count(things), 1);
    assert.equal(store.state(things).version, created.version);
    assert.equal(store.close(), undefined);
  });

  it('throws at once', () => {
    assert.throws(() => opened().get({ catalog: 'nowhere', within: [] }, 'x'), {
      message: /^the catalog "nowhere" was not opened; opened are: "things", "numbers", /,
    });
    assert.throws(() => new MemoryStore().get(things, 'x'), { message: /opened are: none$/ });
  });

  it('reads the clock that it is given, once a batch', () => {
    let minutes = 0;
    const store = opened({ now: () => new Date(Date.UTC(2026, 0, 1, 0, (minutes += 1))) });
    const [one, two] = store.write([
      { do: 'create', place: things, body: {} },
      { do: 'create', place: names, id: 'a', body: {} },
    ]);
    assert.equal(one?.updated.toISOString(), '2026-01-01T00:01:00.000Z');
    assert.deepEqual(two?.updated, one.updated);
    store.write([{ do: 'remove', place: names, id: 'a' }]);
    assert.equal(store.state(names).updated?.toISOString(), '2026-01-01T00:02:00.000Z');
    assert.deepEqual(store.state(things).updated, one.updated);
  });

  it('freezes the bodies that it gives, to their depths', () => {
    const store = opened();
    const [created] = store.write([{ do: 'create', place: things, body: { list: [{ a: 1 }], inner: {} } }]);
    const list = created?.body['list'];
    assert.ok(Array.isArray(list));
    for (const part of [created, created?.body, created?.body['inner'], list, list[0]]) {
      assert.ok(Object.isFrozen(part));
    }
  });

  it('keeps a member called __proto__ a member', () => {
    const store = opened();
    const body = JSON.parse('{"__proto__": {"a": 1}}');
    const [created] = store.write([{ do: 'create', place: things, body }]);
    assert.equal(created?.text, '{"__proto__":{"a":1}}');
    assert.equal(Object.getPrototypeOf(created.body), Object.prototype);
    assert.equal(store.count(things, { where: { a: 1 } }), 0);
  });

  it('takes back a batch with a body that JSON cannot hold', () => {
    const store = opened();
    const body: Record<string, JsonObject> = {};
    body['itself'] = body;
    assert.throws(
      () =>
        store.write([
          { do: 'create', place: numbers, body: {} },
          { do: 'create', place: numbers, body },
        ]),
      TypeError,
    );
    assert.equal(store.count(numbers), 0);
    assert.equal(store.write([{ do: 'create', place: numbers, body: {} }])[0]?.id, '1');
  });

  it('begins versions anew in every store', () => {
    const change = { do: 'create', place: names, id: 'a', body: {} } as const;
    const [one] = opened().write([change]);
    const [other] = opened().write([change]);
    assert.notEqual(one?.version, other?.version);
    assert.notEqual(opened().state(things).version, opened().state(things).version);
  });

  it('gives versions that an entity tag holds as they are', () => {
    const [created] = opened().write([{ do: 'create', place: things, body: {} }]);
    assert.match(created?.version ?? '', /^[\w.-]+$/);
  });

  it('takes no two plans for one catalog', () => {
    const plan: CatalogPlan = { catalog: 'twice', ids: 'client', searched: [] };
    assert.throws(() => new MemoryStore().open([plan, plan]), {
      message: /two plans are for the catalog "twice"/,
    });
  });
});
