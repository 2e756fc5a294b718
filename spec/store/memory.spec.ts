import assert from 'node:assert/strict';
import { MemoryStore } from '../../lib/store/memory/memory-store.js';
import { StoreConflictError } from '../../lib/store/store-errors.js';
import type { Json, JsonObject } from '../../lib/protocol/documents.js';
import type { Transaction } from '../../lib/store/store.js';
import { keysOf, names, notesOf, numbers, plan, plans, things } from '../../lib/store-contract/fixtures.js';
import { storeContract } from '../../lib/store-contract/index.js';

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
    const [created] = store.write([{ do: 'create', key: things, body: { a: 1 } }]);
    assert.ok(created);
    assert.equal(store.get(things, created.id), created);
    assert.deepEqual(store.page(things, { limit: 1 }), { items: [created] });
    assert.equal(store.count(things), 1);
    assert.equal(store.state(things).version, created.version);
    assert.equal(store.close(), undefined);
  });

  it('throws at once', () => {
    assert.throws(() => opened().get({ collection: 'nowhere', parentIds: [] }, 'x'), {
      message: /^the catalog "nowhere" was not opened; opened are: "things", "numbers", /,
    });
    assert.throws(() => new MemoryStore().get(things, 'x'), { message: /opened are: none$/ });
  });

  it('reads the clock that it is given, once a batch', () => {
    let minutes = 0;
    const store = opened({ now: () => new Date(Date.UTC(2026, 0, 1, 0, (minutes += 1))) });
    const [one, two] = store.write([
      { do: 'create', key: things, body: {} },
      { do: 'create', key: names, id: 'a', body: {} },
    ]);
    assert.equal(one?.updated?.toISOString(), '2026-01-01T00:01:00.000Z');
    assert.deepEqual(two?.updated, one.updated);
    store.write([{ do: 'remove', key: names, id: 'a' }]);
    assert.equal(store.state(names).updated?.toISOString(), '2026-01-01T00:02:00.000Z');
    assert.deepEqual(store.state(things).updated, one.updated);
  });

  it('makes each change of a transaction once', async () => {
    let looks = 0;
    const references = new Proxy([], {
      get(target, name): unknown {
        if (name === Symbol.iterator) looks += 1;
        return Reflect.get(target, name);
      },
    });
    const store = new MemoryStore();
    store.open([plan('counted', 'client', { references })]);
    const key = { collection: 'counted', parentIds: [] };
    store.write([{ do: 'create', key, id: 'a', body: {} }]);
    const once = looks;
    assert.notEqual(once, 0);

    await store.transaction((transaction) => transaction.write([{ do: 'create', key, id: 'b', body: {} }]));
    assert.equal(looks, 2 * once);
  });

  it('freezes the bodies that it gives, to their depths', () => {
    const store = opened();
    const [created] = store.write([{ do: 'create', key: things, body: { list: [{ a: 1 }], inner: {} } }]);
    const list = created?.body['list'];
    assert.ok(Array.isArray(list));
    for (const part of [created, created?.body, created?.body['inner'], list, list[0]]) {
      assert.ok(Object.isFrozen(part));
    }
  });

  it('keeps a member called __proto__ a member', () => {
    const store = opened();
    const body = JSON.parse('{"__proto__": {"a": 1}}');
    const [created] = store.write([{ do: 'create', key: things, body }]);
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
          { do: 'create', key: numbers, body: {} },
          { do: 'create', key: numbers, body },
        ]),
      TypeError,
    );
    assert.equal(store.count(numbers), 0);
    assert.equal(store.write([{ do: 'create', key: numbers, body: {} }])[0]?.id, '1');
  });

  it('begins versions anew in every store', () => {
    const change = { do: 'create', key: names, id: 'a', body: {} } as const;
    const [one] = opened().write([change]);
    const [other] = opened().write([change]);
    assert.notEqual(one?.version, other?.version);
    assert.notEqual(opened().state(things).version, opened().state(things).version);
  });

  it('gives versions that an entity tag holds as they are', () => {
    const [created] = opened().write([{ do: 'create', key: things, body: {} }]);
    assert.match(created?.version ?? '', /^[\w.-]+$/);
  });

  it('takes no two plans for one catalog', () => {
    const twice = plan('twice', 'client');
    assert.throws(() => new MemoryStore().open([twice, twice]), {
      message: /two plans are for the catalog "twice"/,
    });
  });

  it('begins anew within an entity that comes back', () => {
    const store = opened();
    const name = { do: 'create', key: names, id: 'a', body: {} } as const;
    store.write([name, { do: 'create', key: notesOf('a'), body: {} }]);
    store.write([
      { do: 'remove', key: notesOf('a'), id: '1' },
      { do: 'remove', key: names, id: 'a' },
    ]);
    const [, note] = store.write([name, { do: 'create', key: notesOf('a'), body: {} }]);
    assert.equal(note?.id, '1', 'nothing was kept of what stood within it');
  });

  it('names what it cannot sort by', () => {
    const store = opened();
    for (const member of ['absent', 'parts', '__proto__']) {
      assert.throws(() => store.page(notesOf('a'), { limit: 1, order: { member } }), {
        name: 'TypeError',
        message: `"names/notes" cannot be sorted by ${JSON.stringify(member)}; its plan has: "n"`,
      });
    }
    assert.throws(() => store.page(things, { limit: 1, order: { member: 'tags' } }), TypeError);
    const unplanned = { limit: 1, order: { member: 'n' } };
    assert.throws(() => store.page(keysOf('a'), unplanned), { message: /its plan has: "label"$/ });
  });

  it('keeps to an order through many writes that nobody looks at', () => {
    const store = opened();
    const order = { member: 'n', descending: true };
    const sorted = (): (string | undefined)[] =>
      store.page(names, { order, limit: 3 }).items.map(({ id }) => id);
    assert.deepEqual(sorted(), []);
    for (let n = 0; n < 2_500; n += 1) {
      store.write([{ do: 'create', key: names, id: `n${n}`, body: { n: n % 2_000 } }]);
    }
    assert.deepEqual(sorted(), ['n1999', 'n1998', 'n1997']);
    store.write([{ do: 'replace', key: names, id: 'n5', body: { n: 3_000 } }]);
    assert.deepEqual(sorted(), ['n5', 'n1999', 'n1998']);
  });

  it('compares unique values as JSON, whatever they are', () => {
    const store = new MemoryStore();
    store.open([plan('any', 'client', { unique: [['value']] })]);
    const place = { collection: 'any', parentIds: [] };
    const values: readonly Json[] = [
      '1',
      1,
      true,
      'true',
      [1, 2],
      [2, 1],
      { a: 1 },
      { a: 1, b: [{ c: 2, d: 3 }] },
    ];
    for (const [n, value] of values.entries()) {
      store.write([{ do: 'create', key: place, id: `n${n}`, body: { value } }]);
    }
    for (const value of [...values, { b: [{ d: 3, c: 2 }], a: 1 }]) {
      assert.throws(
        () => store.write([{ do: 'create', key: place, id: 'other', body: { value } }]),
        StoreConflictError,
      );
    }
  });

  it('forgets memos whose time is over, once there are many', async () => {
    let now = 0;
    const store = opened({ now: () => new Date(now) });
    const remember = (key: string): Promise<void> =>
      store.transaction((transaction) => transaction.putRecord(key, key, new Date(now + 10)));
    for (; now < 2_500; now += 1) await remember(String(now));
    assert.equal(await store.transaction((transaction) => transaction.getRecord('2490')), undefined);
    assert.equal(await store.transaction((transaction) => transaction.getRecord('2491')), '2491');
    await remember('0');
  });

  it('tells when a transaction came to be seen', async () => {
    let minutes = 0;
    const store = opened({ now: () => new Date(Date.UTC(2026, 0, 1, 0, minutes)) });
    await store.transaction(async (transaction) => {
      await transaction.write([{ do: 'create', key: names, id: 'a', body: {} }]);
      minutes = 5;
    });
    assert.equal(store.state(names).updated?.toISOString(), '2026-01-01T00:05:00.000Z');
  });

  it('begins a transaction anew where others wrote what it rests on, and says so in the end', async () => {
    const store = opened();
    store.write([{ do: 'create', key: names, id: 'a', body: {} }]);
    let runs = 0;
    const run = async (transaction: Transaction): Promise<void> => {
      runs += 1;
      await transaction.get(names, 'a');
      await transaction.write([{ do: 'create', key: names, id: 'b', body: {} }]);
      store.write([{ do: 'replace', key: names, id: 'a', body: {} }]);
    };
    await assert.rejects(store.transaction(run), { name: 'StoreUnavailableError', reason: 'busy' });
    assert.ok(runs > 3);
    assert.equal(store.get(names, 'b'), undefined);
  });

  it('does not begin a transaction anew for what others write elsewhere', async () => {
    const store = opened();
    store.write(['a', 'b'].map((id) => ({ do: 'create', key: names, id, body: {} })));
    const other = (body: JsonObject): unknown => store.write([{ do: 'replace', key: names, id: 'b', body }]);
    let runs = 0;
    await store.transaction(async (transaction) => {
      runs += 1;
      await transaction.get(names, 'a');
      await transaction.count(things);
      await transaction.write([{ do: 'create', key: names, id: 'c', body: {} }]);
      other({ n: 1 });
      await transaction.get(names, 'c');
      other({ n: 2 });
      // From here on the transaction rests on all of the place, but for its own part of it.
      await transaction.count(names);
      store.write([{ do: 'create', key: numbers, body: {} }]);
      await transaction.get(names, 'a');
    });
    assert.equal(runs, 1);
    assert.equal(store.count(names), 3);
    assert.deepEqual(store.get(names, 'b')?.body, { n: 2 });
  });

  it('gives no integer in a transaction that others were given and gave up', async () => {
    const store = opened();
    let given = '';
    await store.transaction(async (transaction) => {
      const [created] = await transaction.write([{ do: 'create', key: numbers, body: {} }]);
      if (given === '') {
        store.write([{ do: 'create', key: numbers, body: {} }]);
        store.write([{ do: 'remove', key: numbers, id: '1' }]);
      }
      given = created?.id ?? '';
    });
    assert.equal(given, '2');
  });

  it('leaves empty places alone when the removal of what is above others is given up', async () => {
    const store = opened();
    store.write(['a', 'b'].map((id) => ({ do: 'create', key: names, id, body: {} })));
    store.write([{ do: 'create', key: notesOf('a'), body: {} }]);
    store.write([{ do: 'remove', key: notesOf('a'), id: '1' }]);
    const before = [store.state(notesOf('a')), store.state(notesOf('b'))];
    const remove = { do: 'remove', key: names, id: 'a' } as const;
    assert.throws(() => store.write([remove, remove]), StoreConflictError);
    assert.deepEqual([store.state(notesOf('a')), store.state(notesOf('b'))], before);
  });

  it('begins anew what rests on a refusal that others have made wrong', async () => {
    const store = opened();
    let runs = 0;
    await store.transaction(async (transaction) => {
      runs += 1;
      try {
        await transaction.write([{ do: 'remove', key: names, id: 'a' }]);
      } catch {
        await transaction.write([{ do: 'create', key: names, id: 'there was no a', body: {} }]);
      }
      if (runs === 1) store.write([{ do: 'create', key: names, id: 'a', body: {} }]);
    });
    assert.equal(runs, 2);
    assert.equal(store.count(names), 0);
  });

  it('lets a transaction end that is closed upon', async () => {
    const store = opened();
    const run = async (transaction: Transaction): Promise<void> => {
      await transaction.write([{ do: 'create', key: names, id: 'a', body: {} }]);
      store.close();
    };
    await assert.rejects(store.transaction(run), /closed/);
  });
});
