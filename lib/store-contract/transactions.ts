import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { Awaitable, Transaction, Store } from '../store/store.js';
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
  insist,
} from './fixtures.js';
import type { Test } from './fixtures.js';

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

  test('shows what a transaction wrote to that transaction alone', async (store) => {
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

/**
 * Waits until so many have come here, or for a while: a store that lets one transaction go on only when the
 * other is over cannot have both here.
 */
function meeting(guests: number): () => Promise<void> {
  let come = 0;
  let all = (): void => {};
  const complete = new Promise<void>((resolve) => (all = resolve));
  return async () => {
    come += 1;
    if (come === guests) all();
    await Promise.race([complete, setTimeout(50)]);
  };
}

export function isolation(test: Test): void {
  test('counts right, however many count at the same time', async (store) => {
    await create(store, numbers, { n: 0 });
    await Promise.all(
      Array.from({ length: 20 }, () =>
        insist(store, async (transaction) => {
          const n = await numberIn(transaction, numbers, '1');
          await replace(transaction, numbers, '1', { n: n + 1 });
        }),
      ),
    );
    assert.equal(await numberIn(store, numbers, '1'), 20);
  });

  // Write skew: each of the two could go on if the other did not.
  test('acts as if one went after the other, where two write what the other has read', async (store) => {
    await createAll(store, names, ['a', 'b']);
    const bothHaveRead = meeting(2);
    const leave = (id: string) =>
      insist(store, async (transaction) => {
        const present = await Promise.all(['a', 'b'].map((each) => transaction.get(names, each)));
        await bothHaveRead();
        if (present.every((entity) => entity !== undefined)) await remove(transaction, names, id);
      });
    await Promise.all([leave('a'), leave('b')]);
    assert.equal(await store.count(names), 1);
  });

  // Phantoms: what is looked for is not there yet, so that it cannot be held.
  for (const [title, isFree] of Object.entries<(transaction: Transaction) => Promise<boolean>>({
    'count what there is': async (transaction) => (await transaction.count(names)) === 0,
    'list what there is': async (transaction) => (await idsIn(transaction, names)).length === 0,
    'search what there is': async (transaction) =>
      (await transaction.page(names, { where: { color: 'red' }, limit: 1 })).items.length === 0,
    'sort what there is': async (transaction) =>
      (await transaction.page(names, { order: { member: 'size' }, limit: 1 })).items.length === 0,
  })) {
    test(`acts as if one went after the other, where two ${title}`, async (store) => {
      const bothHaveRead = meeting(2);
      const take = (id: string) =>
        insist(store, async (transaction) => {
          const free = await isFree(transaction);
          await bothHaveRead();
          if (free) await create(transaction, names, { color: 'red', size: 1 }, id);
        });
      await Promise.all([take('a'), take('b')]);
      assert.equal(await store.count(names), 1);
    });
  }

  test('loses no write that comes between a read and a write', async (store) => {
    await create(store, numbers, { n: 0 });
    let other: Promise<unknown> | undefined;
    await insist(store, async (transaction) => {
      const n = await numberIn(transaction, numbers, '1');
      other ??= attempt(() => replace(store, numbers, '1', { n: 10 }));
      await Promise.race([other, setTimeout(50)]);
      await replace(transaction, numbers, '1', { n: n + 1 });
    });
    await other;
    // Either the other one came first, or it wrote over what the transaction had written.
    assert.ok([11, 10].includes(await numberIn(store, numbers, '1')));
  });

  test('shows one state, though other writes come in between', async (store) => {
    await store.write(['a', 'b'].map((id) => ({ do: 'create', key: names, id, body: { n: 0 } })));
    let other: Promise<unknown> | undefined;
    const seen: number[][] = [];
    await insist(store, async (transaction) => {
      const one = await numberIn(transaction, names, 'a');
      other ??= attempt(() =>
        store.write(['a', 'b'].map((id) => ({ do: 'replace', key: names, id, body: { n: 1 } }))),
      );
      await Promise.race([other, setTimeout(50)]);
      seen.push([one, await numberIn(transaction, names, 'b')]);
    });
    await other;
    assert.ok(seen.length > 0);
    for (const [one, two] of seen) assert.equal(two, one);
  });

  test('gives each transaction integers of its own', async (store) => {
    const bothHaveCreated = meeting(2);
    const take = (): Promise<string> =>
      insist(store, async (transaction) => {
        const { id } = await create(transaction, numbers);
        await bothHaveCreated();
        return id;
      });
    const given = await Promise.all([take(), take()]);
    assert.deepEqual(given.toSorted(), ['1', '2']);
    assert.deepEqual(await idsIn(store, numbers), ['1', '2']);
  });

  test('keeps constraints, though two transactions meet', async (store) => {
    const outcomes = await meetingOf(store, ['a', 'b'], (transaction, id) =>
      create(transaction, accounts, { email: 'x' }, id),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(await store.count(accounts), 1);
  });
}

/** What becomes of two transactions, each of which does something and then waits for the other. */
async function meetingOf(
  store: Store,
  ids: readonly [string, string],
  act: (transaction: Transaction, id: string) => Promise<unknown>,
): Promise<PromiseSettledResult<void>[]> {
  const bothHaveActed = meeting(2);
  return Promise.allSettled(
    ids.map((id) =>
      insist(store, async (transaction) => {
        await act(transaction, id);
        await bothHaveActed();
      }),
    ),
  );
}
