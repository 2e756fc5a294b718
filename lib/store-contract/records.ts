import assert from 'node:assert/strict';
import { StoreConflictError } from '../store/store-errors.js';
import type { Store, Transaction } from '../store/store.js';
import { attempt, create, insist, names } from './fixtures.js';
import type { Test } from './fixtures.js';

function inAnHour(): Date {
  return new Date(Date.now() + 3_600_000);
}

function recordUnder(store: Store, key: string): Promise<string | undefined> {
  return store.transaction((transaction) => transaction.getRecord(key));
}

async function refusesToPut(transaction: Transaction, key: string): Promise<void> {
  await assert.rejects(
    attempt(() => transaction.putRecord(key, 'other', inAnHour())),
    (error) => error instanceof StoreConflictError && error.reason === 'exists',
  );
}

export function records(test: Test): void {
  test('keeps a record', async (store) => {
    assert.equal(await recordUnder(store, 'key'), undefined);
    await store.transaction((transaction) => transaction.putRecord('key', 'text', inAnHour()));
    assert.equal(await recordUnder(store, 'key'), 'text');
    assert.equal(await recordUnder(store, 'KEY'), undefined);
    assert.equal(await recordUnder(store, 'key '), undefined);
  });

  test('keeps any text under any key', async (store) => {
    const kept = new Map([
      ['', ''],
      ['"\'\\%_', '{"a": "\u{1f600}"}\r\n'],
      ['__proto__', 'x'],
      ['\u{1f600}', 'é'.repeat(100_000)],
      ['k'.repeat(500), 'long'],
      [`${'k'.repeat(500)}2`, 'longer'],
    ]);
    await store.transaction(async (transaction) => {
      for (const [key, text] of kept) await transaction.putRecord(key, text, inAnHour());
    });
    for (const [key, text] of kept) assert.equal(await recordUnder(store, key), text);
  });

  test('shows a transaction its own record', async (store) => {
    await store.transaction(async (transaction) => {
      await transaction.putRecord('key', 'text', inAnHour());
      assert.equal(await transaction.getRecord('key'), 'text');
      await refusesToPut(transaction, 'key');
      assert.equal(await transaction.getRecord('key'), 'text');
    });
  });

  test('keeps no second record under a key, and goes on', async (store) => {
    await store.transaction((transaction) => transaction.putRecord('key', 'text', inAnHour()));
    await store.transaction(async (transaction) => {
      await refusesToPut(transaction, 'key');
      await create(transaction, names, {}, 'a');
    });
    assert.equal(await recordUnder(store, 'key'), 'text');
    assert.equal(await store.count(names), 1);
  });

  test('gives no expired record, and keeps another one in its place', async (store) => {
    const past = new Date(Date.now() - 120_000);
    await store.transaction((transaction) => transaction.putRecord('key', 'old', past));
    assert.equal(await recordUnder(store, 'key'), undefined);
    await store.transaction((transaction) => transaction.putRecord('key', 'new', inAnHour()));
    assert.equal(await recordUnder(store, 'key'), 'new');
  });

  test('keeps no record of a transaction that is given up', async (store) => {
    const error = new Error('given up');
    const run = async (transaction: Transaction): Promise<void> => {
      await transaction.putRecord('key', 'text', inAnHour());
      throw error;
    };
    await assert.rejects(store.transaction(run), (thrown) => thrown === error);
    assert.equal(await recordUnder(store, 'key'), undefined);
  });

  test('keeps one of several records under a key, and what was written with it', async (store) => {
    const keep = (text: string): Promise<void> =>
      insist(store, async (transaction) => {
        if ((await transaction.getRecord('key')) !== undefined) return;
        await create(transaction, names, {}, text);
        await transaction.putRecord('key', text, inAnHour());
      });
    await Promise.all([keep('a'), keep('b'), keep('c')]);
    const kept = await recordUnder(store, 'key');
    assert.ok(kept !== undefined);
    assert.notEqual(await store.get(names, kept), undefined);
    assert.equal(await store.count(names), 1);
  });
}
