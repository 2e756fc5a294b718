import assert from 'node:assert/strict';
import { SqlStore } from '../../../lib/store/sql/sql-store.js';
import { StoreConflictError } from '../../../lib/store/store-errors.js';
import type { CollectionKey, Store } from '../../../lib/store/store.js';
import { plan } from '../../../lib/store-contract/fixtures.js';
import { onEachEngine, withDatabase } from './engines.js';

const goods: CollectionKey = { collection: 'goods', parentIds: [] };
const numbers: CollectionKey = { collection: 'numbers', parentIds: [] };
const plans = [plan('goods', 'client', { unique: [['sku']] }), plan('numbers', 'integer')];

/** How many of these were fulfilled; those that were not have to be conflicts for this reason. */
function fulfilled(outcomes: readonly PromiseSettledResult<unknown>[], reason: string): number {
  const refused = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  for (const error of refused)
    assert.ok(error instanceof StoreConflictError && error.reason === reason, String(error));
  return outcomes.length - refused.length;
}

onEachEngine('store/sql: stores that share a database', (testEngine) => {
  /** Runs a test with two stores, as two processes would have them. */
  const test = (title: string, run: (one: Store, other: Store) => Promise<void>): void => {
    it(title, () =>
      withDatabase(testEngine, async ({ engine }) => {
        const one = new SqlStore(engine());
        const other = new SqlStore(engine());
        try {
          await one.open(plans);
          await other.open(plans);
          await run(one, other);
        } finally {
          await one.close();
          await other.close();
        }
      }),
    );
  };

  test('see at once what the other has written', async (one, other) => {
    const before = await other.state(goods);
    const [written] = await one.write([{ do: 'create', key: goods, id: 'a', body: { n: 1 } }]);
    const kept = await other.get(goods, 'a');
    assert.equal(kept?.version, written?.version);
    assert.deepEqual(kept?.updated, written?.updated);
    assert.notEqual((await other.state(goods)).version, before.version);
    assert.deepEqual(await other.state(goods), await one.state(goods));
  });

  test('let one of both through with one version', async (one, other) => {
    const [created] = await one.write([{ do: 'create', key: goods, id: 'a', body: {} }]);
    const version = created?.version ?? '';
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, async (_, n) =>
        [one, other][n % 2]?.write([{ do: 'replace', key: goods, id: 'a', version, body: { n } }]),
      ),
    );
    assert.equal(fulfilled(outcomes, 'version'), 1);
  });

  test('give each entity an integer of its own', async (one, other) => {
    const written = await Promise.all(
      Array.from({ length: 20 }, async (_, n) =>
        [one, other][n % 2]?.write([{ do: 'create', key: numbers, body: {} }]),
      ),
    );
    const ids = written.map((entities) => Number(entities?.[0]?.id));
    assert.deepEqual(
      ids.toSorted((a, b) => a - b),
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
  });

  test('let one of both have a value that no two share', async (one, other) => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, async (_, n) =>
        [one, other][n % 2]?.write([{ do: 'create', key: goods, id: `g${n}`, body: { sku: 'x' } }]),
      ),
    );
    assert.equal(fulfilled(outcomes, 'unique'), 1);
    assert.equal(await one.count(goods), 1);
  });

  test('change several entities in any order, and wait for each other no longer than they have to', async (one, other) => {
    const ids = ['a', 'b', 'c', 'd'];
    await one.write(ids.map((id) => ({ do: 'create', key: goods, id, body: {} })));
    const replace = (store: Store, order: readonly string[]): Promise<unknown> =>
      Promise.resolve(store.write(order.map((id) => ({ do: 'replace', key: goods, id, body: {} }))));
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0 ? replace(one, ids) : replace(other, ids.toReversed()),
      ),
    );
  });

  test('do once what both are asked to do under one key', async (one, other) => {
    const create = (store: Store): Promise<string> =>
      store.transaction(async (transaction) => {
        const earlier = await transaction.getRecord('key');
        if (earlier !== undefined) return earlier;
        const [created] = await transaction.write([{ do: 'create', key: numbers, body: {} }]);
        const id = created?.id ?? '';
        await transaction.putRecord('key', id, new Date(Date.now() + 60_000));
        return id;
      });
    assert.deepEqual(await Promise.all([create(one), create(other)]), ['1', '1']);
    assert.equal(await one.count(numbers), 1);
  });
});
