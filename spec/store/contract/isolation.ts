import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { Store, Transaction } from '../../../lib/store/store.js';
import {
  accounts,
  attempt,
  create,
  createAll,
  idsIn,
  insist,
  names,
  numberIn,
  numbers,
  remove,
  replace,
  type Test,
} from './ground.js';

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

  test('shows one state, though others write meanwhile', async (store) => {
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
