import assert from 'node:assert/strict';
import { StoreConflictError } from '../../../lib/store/errors.js';
import type { Store, Transaction } from '../../../lib/store/store.js';
import { attempt, create, insist, names } from './ground.js';
import type { Test } from './ground.js';

function inAnHour(): Date {
  return new Date(Date.now() + 3_600_000);
}

function recall(store: Store, key: string): Promise<string | undefined> {
  return store.transaction((transaction) => transaction.getRecord(key));
}

async function refusesToRemember(transaction: Transaction, key: string): Promise<void> {
  await assert.rejects(
    attempt(() => transaction.putRecord(key, 'other', inAnHour())),
    (error) => error instanceof StoreConflictError && error.reason === 'exists',
  );
}

export function memos(test: Test): void {
  test('remembers what it was told', async (store) => {
    assert.equal(await recall(store, 'key'), undefined);
    await store.transaction((transaction) => transaction.putRecord('key', 'text', inAnHour()));
    assert.equal(await recall(store, 'key'), 'text');
    assert.equal(await recall(store, 'KEY'), undefined);
    assert.equal(await recall(store, 'key '), undefined);
  });

  test('remembers any text under any key', async (store) => {
    const told = new Map([
      ['', ''],
      ['"\'\\%_', '{"a": "\u{1f600}"}\r\n'],
      ['__proto__', 'x'],
      ['\u{1f600}', 'é'.repeat(100_000)],
      ['k'.repeat(500), 'long'],
      [`${'k'.repeat(500)}2`, 'longer'],
    ]);
    await store.transaction(async (transaction) => {
      for (const [key, text] of told) await transaction.putRecord(key, text, inAnHour());
    });
    for (const [key, text] of told) assert.equal(await recall(store, key), text);
  });

  test('shows a transaction what it was told', async (store) => {
    await store.transaction(async (transaction) => {
      await transaction.putRecord('key', 'text', inAnHour());
      assert.equal(await transaction.getRecord('key'), 'text');
      await refusesToRemember(transaction, 'key');
      assert.equal(await transaction.getRecord('key'), 'text');
    });
  });

  test('does not remember something else under the same key, and goes on', async (store) => {
    await store.transaction((transaction) => transaction.putRecord('key', 'text', inAnHour()));
    await store.transaction(async (transaction) => {
      await refusesToRemember(transaction, 'key');
      await create(transaction, names, {}, 'a');
    });
    assert.equal(await recall(store, 'key'), 'text');
    assert.equal(await store.count(names), 1);
  });

  test('forgets what is over, and remembers something else then', async (store) => {
    const past = new Date(Date.now() - 120_000);
    await store.transaction((transaction) => transaction.putRecord('key', 'old', past));
    assert.equal(await recall(store, 'key'), undefined);
    await store.transaction((transaction) => transaction.putRecord('key', 'new', inAnHour()));
    assert.equal(await recall(store, 'key'), 'new');
  });

  test('forgets what a transaction was told that is given up', async (store) => {
    const error = new Error('given up');
    const run = async (transaction: Transaction): Promise<void> => {
      await transaction.putRecord('key', 'text', inAnHour());
      throw error;
    };
    await assert.rejects(store.transaction(run), (thrown) => thrown === error);
    assert.equal(await recall(store, 'key'), undefined);
  });

  test('remembers one of two, and what was written with it', async (store) => {
    const tell = (text: string): Promise<void> =>
      insist(store, async (transaction) => {
        if ((await transaction.getRecord('key')) !== undefined) return;
        await create(transaction, names, {}, text);
        await transaction.putRecord('key', text, inAnHour());
      });
    await Promise.all([tell('a'), tell('b'), tell('c')]);
    const kept = await recall(store, 'key');
    assert.ok(kept !== undefined);
    assert.notEqual(await store.get(names, kept), undefined);
    assert.equal(await store.count(names), 1);
  });
}
