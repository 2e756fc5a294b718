import assert from 'node:assert/strict';
import type { Awaitable, Transaction } from '../../../lib/store/store.js';
import {
  attempt,
  create,
  createAll,
  idsIn,
  keysOf,
  accounts,
  names,
  notesOf,
  numberIn,
  numbers,
  refuses,
  remove,
  replace,
  things,
  type Test,
} from './ground.js';

export function transactions(test: Test): void {
  test('does several things as one', async (store) => {
    const given = await store.transaction(async (transaction) => {
      const { id } = await create(transaction, numbers, { n: 1 });
      await create(transaction, names, { number: id }, 'a');
      await replace(transaction, numbers, id, { n: 2 });
      return id;
    });
    assert.equal(given, '1');
    assert.deepEqual((await store.get(numbers, '1'))?.body, { n: 2 });
    assert.deepEqual((await store.get(names, 'a'))?.body, { number: '1' });
  });

  test('keeps what it gave while it ran', async (store) => {
    const { created, replaced, state } = await store.transaction(async (transaction) => ({
      created: await create(transaction, things, { n: 1 }),
      replaced: await replace(transaction, things, (await create(transaction, things)).id, { n: 2 }),
      state: await transaction.state(things),
    }));
    for (const entity of [created, replaced]) {
      const kept = await store.get(things, entity.id);
      assert.deepEqual([kept?.version, kept?.body], [entity.version, entity.body]);
    }
    assert.equal((await store.state(things)).version, state.version);
  });

  test('does nothing of what is given up', async (store) => {
    await create(store, numbers, { n: 1 });
    await createAll(store, names, ['a']);
    const before = [await store.state(numbers), await store.state(names), await store.state(notesOf('a'))];
    const error = new Error('given up');
    const run = async (transaction: Transaction): Promise<void> => {
      await create(transaction, numbers, { n: 2 });
      await replace(transaction, numbers, '1', { n: 3 });
      await create(transaction, notesOf('a'));
      await create(transaction, names, {}, 'b');
      await remove(transaction, names, 'b');
      throw error;
    };
    await assert.rejects(store.transaction(run), (thrown) => thrown === error);
    assert.deepEqual(await idsIn(store, numbers), ['1']);
    assert.equal(await numberIn(store, numbers, '1'), 1);
    assert.deepEqual(
      [await store.state(numbers), await store.state(names), await store.state(notesOf('a'))],
      before,
    );
    assert.equal((await create(store, numbers)).id, '2', 'no id was given away');
    await remove(store, names, 'a');
  });

  test('gives up what throws at once', async (store) => {
    const error = new Error('at once');
    const run = (): never => {
      throw error;
    };
    await assert.rejects(store.transaction(run), (thrown) => thrown === error);
  });

  test('shows a transaction what it wrote, and nobody else', async (store) => {
    await createAll(store, names, ['a', 'b']);
    const before = await store.state(names);
    await store.transaction(async (transaction) => {
      await create(transaction, names, { color: 'red', size: 2 }, 'c');
      await replace(transaction, names, 'b', { color: 'red', size: 1 });
      await remove(transaction, names, 'a');
      const red = { where: { color: 'red' } };

      assert.deepEqual(await idsIn(transaction, names), ['b', 'c']);
      assert.deepEqual(await idsIn(transaction, names, { order: { member: 'size', descending: true } }), [
        'c',
        'b',
      ]);
      assert.equal(await transaction.get(names, 'a'), undefined);
      assert.deepEqual((await transaction.get(names, 'b'))?.body, { color: 'red', size: 1 });
      assert.equal(await transaction.count(names, red), 2);
      assert.notEqual((await transaction.state(names)).version, before.version);
      const { items, next } = await transaction.page(names, { limit: 1 });
      assert.deepEqual([items.map(({ id }) => id), next], [['b'], 'b']);

      assert.deepEqual(await idsIn(store, names), ['a', 'b']);
      assert.equal(await store.get(names, 'c'), undefined);
      assert.deepEqual((await store.get(names, 'b'))?.body, { id: 'b' });
      assert.equal(await store.count(names, red), 0);
      assert.deepEqual(await store.state(names), before);
      assert.deepEqual(await idsIn(transaction, names), ['b', 'c']);
    });
    assert.deepEqual(await idsIn(store, names), ['b', 'c']);
  });

  test('goes on after a write that was refused, which has changed nothing', async (store) => {
    await create(store, accounts, { email: 'x' }, 'x');
    await store.transaction(async (transaction) => {
      await create(transaction, names, {}, 'a');
      const b = { do: 'create', key: names, id: 'b', body: {} } as const;
      await refuses(transaction, 'exists', [b, { ...b, id: 'a' }]);
      await refuses(transaction, 'missing', [b, { do: 'remove', key: names, id: 'c' }]);
      await refuses(transaction, 'unique', [
        b,
        { do: 'create', key: accounts, id: 'y', body: { email: 'x' } },
      ]);
      await refuses(transaction, 'reference', [
        b,
        { do: 'create', key: accounts, id: 'y', body: { boss: 'nobody' } },
      ]);
      await create(transaction, keysOf('x'));
      await refuses(transaction, 'in-use', [b, { do: 'remove', key: accounts, id: 'x' }]);
      await refuses(transaction, 'bad-id', [b, { do: 'create', key: numbers, id: 'x', body: {} }]);
      assert.deepEqual(await idsIn(transaction, names), ['a']);
      await create(transaction, names, {}, 'd');
    });
    assert.deepEqual(await idsIn(store, names), ['a', 'd']);
    assert.equal(await store.count(accounts), 1);
    assert.equal(await store.count(keysOf('x')), 1);
  });

  test('compares versions with those of the transaction', async (store) => {
    const { version } = await create(store, names, { n: 1 }, 'a');
    await store.transaction(async (transaction) => {
      const change = { do: 'replace', key: names, id: 'a', body: { n: 2 } } as const;
      const [replaced] = await transaction.write([{ ...change, version }]);
      await refuses(transaction, 'version', [{ ...change, version }]);
      await transaction.write([{ ...change, body: { n: 3 }, version: replaced?.version ?? '' }]);
    });
    assert.equal(await numberIn(store, names, 'a'), 3);
  });

  test('takes calls that overlap', async (store) => {
    const ids = await store.transaction(async (transaction) => {
      const [created] = await Promise.all([
        Promise.all(Array.from({ length: 5 }, () => create(transaction, numbers))),
        transaction.count(names),
        idsIn(transaction, names),
        attempt(() => refuses(transaction, 'missing', [{ do: 'remove', key: names, id: 'nobody' }])),
        create(transaction, names, {}, 'a'),
        transaction.state(numbers),
      ]);
      return created.map(({ id }) => id);
    });
    assert.deepEqual(ids.toSorted(), ['1', '2', '3', '4', '5']);
    assert.deepEqual(await idsIn(store, numbers), ['1', '2', '3', '4', '5']);
    assert.deepEqual(await idsIn(store, names), ['a']);
  });

  test('is over when it is over', async (store) => {
    let kept: Transaction | undefined;
    await store.transaction((transaction) => {
      kept = transaction;
    });
    const left = kept ?? assert.fail('it was run');
    const methods: readonly (() => Awaitable<unknown>)[] = [
      () => left.get(names, 'a'),
      () => left.write([{ do: 'create', key: names, id: 'a', body: {} }]),
      () => left.getRecord('key'),
    ];
    for (const method of methods) {
      await assert.rejects(attempt(method), /over/);
    }
    assert.equal(await store.count(names), 0);
  });

  test('goes on beside what is read meanwhile, and after it is left in the middle', async (store) => {
    await createAll(store, names, ['a', 'b', 'c']);
    await store.transaction(async (transaction) => {
      for await (const { id } of transaction.iterate(names)) {
        await replace(transaction, names, id, { seen: true });
        assert.deepEqual(await idsIn(store, names), ['a', 'b', 'c']);
        if (id === 'b') break;
      }
    });
    assert.deepEqual((await store.get(names, 'b'))?.body, { seen: true });
    assert.deepEqual((await store.get(names, 'c'))?.body, { id: 'c' });
  });
}
