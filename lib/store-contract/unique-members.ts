import assert from 'node:assert/strict';
import type { JsonObject } from '../protocol/documents.js';
import type { Change, Store } from '../store/store.js';
import { accounts, attempt, create, idsIn, keysOf, refuses, remove, replace } from './fixtures.js';
import type { Test } from './fixtures.js';

function creation(id: string, body: JsonObject): Change {
  return { do: 'create', key: accounts, id, body };
}

/** Holds that the store keeps both, or refuses the second for what they share. */
async function tellsApart(store: Store, one: JsonObject, other: JsonObject): Promise<void> {
  await create(store, accounts, one, 'one');
  await refuses(store, 'unique', [creation('other', one)]);
  await create(store, accounts, other, 'other');
  await refuses(store, 'unique', [{ do: 'replace', key: accounts, id: 'other', body: one }]);
}

export function unique(test: Test): void {
  test('[H53] lets no two entities of a collection share a value', async (store) => {
    await create(store, accounts, { email: 'x@example.org' }, 'a');
    const before = await store.state(accounts);
    const { members } = await refuses(store, 'unique', [creation('b', { email: 'x@example.org', n: 1 })]);
    assert.deepEqual(members, ['email']);
    assert.equal(await store.get(accounts, 'b'), undefined);
    assert.deepEqual(await store.state(accounts), before);
    await create(store, accounts, { email: 'y@example.org' }, 'b');
    await refuses(store, 'unique', [
      { do: 'replace', key: accounts, id: 'b', body: { email: 'x@example.org' } },
    ]);
    assert.deepEqual((await store.get(accounts, 'b'))?.body, { email: 'y@example.org' });
  });

  test('lets no two entities of a collection share several values', async (store) => {
    await create(store, accounts, { realm: 'x', number: 1 }, 'a');
    await create(store, accounts, { realm: 'x', number: 2 }, 'b');
    await create(store, accounts, { realm: 'y', number: 1 }, 'c');
    const { members } = await refuses(store, 'unique', [creation('d', { realm: 'x', number: 2 })]);
    assert.deepEqual(members, ['realm', 'number']);
    await refuses(store, 'unique', [
      { do: 'replace', key: accounts, id: 'c', body: { realm: 'x', number: 1 } },
    ]);
  });

  test('lets any number of entities have no value, or null', async (store) => {
    const bodies: readonly JsonObject[] = [
      {},
      { email: null },
      { realm: 'x' },
      { realm: 'x', number: null },
      { number: 1 },
      { realm: null, number: 1 },
      { realm: null, number: null },
    ];
    for (const [n, body] of bodies.entries()) {
      await create(store, accounts, body, `a${n}`);
      await create(store, accounts, body, `b${n}`);
      await replace(store, accounts, `a${n}`, body);
    }
    assert.equal(await store.count(accounts), 2 * bodies.length);
  });

  for (const [title, one, other] of [
    ['in case', 'a', 'A'],
    ['in a space at the end', 'a', 'a '],
    ['in how they are composed', 'é', 'e\u0301'],
    ['in being empty', '', ' '],
    ['after 200 characters', `${'x'.repeat(200)}a`, `${'x'.repeat(200)}b`],
    ['after 3,000 characters', `${'x'.repeat(3_000)}a`, `${'x'.repeat(3_000)}b`],
    ['in length alone', 'x'.repeat(3_000), 'x'.repeat(3_001)],
  ] as const) {
    test(`tells values apart that differ ${title}`, (store) =>
      tellsApart(store, { email: one }, { email: other }));
  }

  test('tells numbers apart', (store) =>
    tellsApart(store, { realm: 'x', number: 0.1 }, { realm: 'x', number: 0.10000000000000002 }));

  test('does not take several values for others that look alike side by side', async (store) => {
    for (const [n, body] of [
      { realm: 'a1', number: 1 },
      { realm: 'a', number: 11 },
      { realm: 'a,1', number: 1 },
      { realm: 'a",1', number: 1 },
    ].entries()) {
      await create(store, accounts, body, String(n));
    }
  });

  test('lets an entity keep its own values', async (store) => {
    const body = { email: 'x', realm: 'y', number: 1 };
    await create(store, accounts, body, 'a');
    await replace(store, accounts, 'a', body);
    await replace(store, accounts, 'a', { ...body, more: true });
    await refuses(store, 'unique', [creation('b', { email: 'x' })]);
  });

  test('frees a value that is given up', async (store) => {
    await create(store, accounts, { email: 'x' }, 'a');
    await remove(store, accounts, 'a');
    await create(store, accounts, { email: 'x' }, 'b');
    await replace(store, accounts, 'b', { email: 'y' });
    await create(store, accounts, { email: 'x' }, 'c');
    await replace(store, accounts, 'c', {});
    await create(store, accounts, { email: 'x' }, 'd');
    await refuses(store, 'unique', [creation('e', { email: 'x' })]);
  });

  test('frees a value for what comes later in a batch', async (store) => {
    await create(store, accounts, { email: 'x' }, 'a');
    await store.write([{ do: 'remove', key: accounts, id: 'a' }, creation('b', { email: 'x' })]);
    await store.write([
      { do: 'replace', key: accounts, id: 'b', body: { email: 'y' } },
      creation('c', { email: 'x' }),
    ]);
    await refuses(store, 'unique', [creation('d', { email: 'z' }), creation('e', { email: 'z' })]);
    assert.deepEqual(await idsIn(store, accounts), ['b', 'c']);
  });

  test('frees what a refused batch has taken', async (store) => {
    await refuses(store, 'missing', [
      creation('a', { email: 'x' }),
      { do: 'remove', key: accounts, id: 'nobody' },
    ]);
    await create(store, accounts, { email: 'x' }, 'b');
    await refuses(store, 'missing', [
      { do: 'replace', key: accounts, id: 'b', body: {} },
      { do: 'remove', key: accounts, id: 'nobody' },
    ]);
    await refuses(store, 'unique', [creation('c', { email: 'x' })]);
  });

  test('lets entities of different collections share values', async (store) => {
    for (const id of ['a', 'b']) {
      await create(store, accounts, {}, id);
      await create(store, keysOf(id), { label: 'x' });
      const { members } = await refuses(store, 'unique', [
        { do: 'create', key: keysOf(id), body: { label: 'x' } },
      ]);
      assert.deepEqual(members, ['label']);
    }
  });

  test('lets one of many that come at the same time have a value', async (store) => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => attempt(() => store.write([creation(`n${n}`, { email: 'x' })]))),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(await store.count(accounts), 1);
  });
}
