import assert from 'node:assert/strict';
import { StoreConflictError } from '../store/store-errors.js';
import type { Change, CollectionKey } from '../store/store.js';
import {
  accounts,
  attempt,
  create,
  createAll,
  marksOf,
  names,
  notesOf,
  numbers,
  refuses,
  remove,
  replace,
  things,
} from './fixtures.js';
import type { Test } from './fixtures.js';

function creation(
  id: string,
  body: Record<string, string | number | null>,
  key: CollectionKey = accounts,
): Change {
  return { do: 'create', key, id, body };
}

const NOBODY = '00000000-0000-4000-8000-000000000000';

export function references(test: Test): void {
  test('lets a member refer only to what exists', async (store) => {
    const { members } = await refuses(store, 'reference', [creation('a', { thing: NOBODY })]);
    assert.deepEqual(members, ['thing']);
    assert.equal(await store.get(accounts, 'a'), undefined);
    const { id } = await create(store, things);
    await create(store, accounts, { thing: id }, 'a');
    await refuses(store, 'reference', [{ do: 'replace', key: accounts, id: 'a', body: { thing: NOBODY } }]);
    assert.deepEqual((await store.get(accounts, 'a'))?.body, { thing: id });
  });

  test('takes what counts as unseen for what is not there', async (store) => {
    const { id } = await create(store, things);
    await create(store, accounts, { email: 'x' }, 'a');
    const unseen = (body: Record<string, string>, members: readonly string[]): readonly Change[] => [
      { do: 'create', key: accounts, id: 'b', body, unseen: members },
    ];
    assert.deepEqual((await refuses(store, 'reference', unseen({ thing: id }, ['thing']))).members, [
      'thing',
    ]);
    // What else stands against the change is told in its turn, as if it were not there.
    await refuses(store, 'unique', unseen({ thing: id, email: 'x' }, ['thing']));
    for (const body of [
      { boss: 'a', thing: NOBODY },
      { boss: 'nobody', thing: id },
    ]) {
      const { members } = await refuses(
        store,
        'reference',
        unseen(body, body.boss === 'a' ? ['boss'] : ['thing']),
      );
      assert.deepEqual(members, ['boss']);
    }
    assert.equal(await store.get(accounts, 'b'), undefined);
    await refuses(store, 'reference', [
      { do: 'replace', key: accounts, id: 'a', body: { thing: id }, unseen: ['thing'] },
    ]);
    assert.deepEqual((await store.get(accounts, 'a'))?.body, { email: 'x' });
    await store.write(unseen({ email: 'y' }, []));
  });

  test('names the member that refers to nothing', async (store) => {
    const { id } = await create(store, things);
    await create(store, accounts, {}, 'a');
    const { members } = await refuses(store, 'reference', [
      creation('b', { thing: id, boss: 'nobody', lucky: null }),
    ]);
    assert.deepEqual(members, ['boss']);
  });

  test('refers to nothing by what is absent or null', async (store) => {
    await create(store, accounts, {}, 'a');
    await create(store, accounts, { boss: null, thing: null, lucky: null, unlucky: null }, 'b');
    await replace(store, accounts, 'a', { boss: null });
    await replace(store, accounts, 'b', {});
  });

  test('refers to integer ids as texts and as numbers', async (store) => {
    await createAll(store, numbers, ['0', '7']);
    await create(store, accounts, { lucky: '7', unlucky: 0 }, 'a');
    await refuses(store, 'reference', [creation('b', { lucky: '8' })]);
    await refuses(store, 'reference', [creation('b', { unlucky: 8 })]);
    await refuses(store, 'in-use', [{ do: 'remove', key: numbers, id: '7' }]);
    await refuses(store, 'in-use', [{ do: 'remove', key: numbers, id: '0' }]);
  });

  test('does not refer by what is no id of the other catalog', async (store) => {
    await createAll(store, numbers, ['7']);
    for (const lucky of ['07', '7.0', ' 7', '', 'x', '99999999999999999999']) {
      await refuses(store, 'reference', [creation('a', { lucky })]);
    }
    for (const unlucky of [7.5, -7, 1e300]) await refuses(store, 'reference', [creation('a', { unlucky })]);
    for (const thing of ['', 'x', NOBODY.slice(1)]) {
      await refuses(store, 'reference', [creation('a', { thing })]);
    }
    const { id } = await create(store, things, {}, 'a0000000-0000-4000-8000-000000000000');
    await refuses(store, 'reference', [creation('a', { thing: id.toUpperCase() })]);
    for (const boss of ['', 'A', 'x'.repeat(300)]) {
      await refuses(store, 'reference', [creation('a', { boss })]);
    }
  });

  test('refers to an id whole, however long it is', async (store) => {
    const long = 'x'.repeat(254);
    await create(store, accounts, {}, `${long}a`);
    await refuses(store, 'reference', [creation('a', { boss: `${long}b` })]);
    await create(store, accounts, { boss: `${long}a` }, 'a');
  });

  test('[H53] does not remove what is referred to', async (store) => {
    const { id } = await create(store, things);
    await create(store, accounts, { thing: id }, 'a');
    await create(store, accounts, { thing: id }, 'b');
    const before = await store.state(things);
    await refuses(store, 'in-use', [{ do: 'remove', key: things, id }]);
    assert.deepEqual(await store.state(things), before);
    await replace(store, things, id, { still: 'here' });
    await remove(store, accounts, 'a');
    await refuses(store, 'in-use', [{ do: 'remove', key: things, id }]);
    await replace(store, accounts, 'b', {});
    await remove(store, things, id);
  });

  test('frees what a reference leads away from', async (store) => {
    const one = await create(store, things);
    const other = await create(store, things);
    await create(store, accounts, { thing: one.id }, 'a');
    await replace(store, accounts, 'a', { thing: other.id });
    await remove(store, things, one.id);
    await refuses(store, 'in-use', [{ do: 'remove', key: things, id: other.id }]);
  });

  test('refers within one catalog, and to the entity itself', async (store) => {
    await create(store, accounts, { boss: 'a' }, 'a');
    await create(store, accounts, { boss: 'a' }, 'b');
    await refuses(store, 'in-use', [{ do: 'remove', key: accounts, id: 'a' }]);
    await replace(store, accounts, 'a', { boss: 'b' });
    await refuses(store, 'in-use', [{ do: 'remove', key: accounts, id: 'b' }]);
    await replace(store, accounts, 'a', { boss: 'a' });
    await remove(store, accounts, 'b');
    await remove(store, accounts, 'a');
    assert.equal(await store.count(accounts), 0);
  });

  test('refers to what an earlier change of the batch has made', async (store) => {
    await store.write([
      creation('boss', {}),
      { do: 'create', key: numbers, body: {} },
      creation('a', { boss: 'boss', lucky: '1' }),
    ]);
    await refuses(store, 'reference', [
      { do: 'remove', key: accounts, id: 'a' },
      { do: 'remove', key: numbers, id: '1' },
      creation('b', { lucky: '1' }),
    ]);
    await store.write([
      { do: 'remove', key: accounts, id: 'a' },
      { do: 'remove', key: accounts, id: 'boss' },
      { do: 'remove', key: numbers, id: '1' },
    ]);
    assert.equal(await store.count(accounts), 0);
  });

  test('takes back the references of a refused batch', async (store) => {
    const { id } = await create(store, things);
    await create(store, accounts, {}, 'a');
    const fails: Change = { do: 'remove', key: accounts, id: 'nobody' };
    await refuses(store, 'missing', [creation('b', { thing: id, boss: 'a' }), fails]);
    await remove(store, accounts, 'a');
    await create(store, accounts, { thing: id }, 'a');
    await refuses(store, 'missing', [{ do: 'remove', key: accounts, id: 'a' }, fails]);
    await refuses(store, 'in-use', [{ do: 'remove', key: things, id }]);
  });

  test('refers from within entities, to what stands within the same ones', async (store) => {
    await createAll(store, names, ['a', 'b']);
    await createAll(store, notesOf('a'), ['1', '2']);
    await createAll(store, notesOf('b'), ['3']);
    const marks = marksOf('a', '1');
    await create(store, marks, { friend: 'b', see: '2' }, 'x');
    await create(store, marks, { twin: 'x' }, 'y');
    await refuses(store, 'reference', [creation('z', { see: '3' }, marks)]);
    await refuses(store, 'reference', [creation('z', { friend: 'c' }, marks)]);
    await refuses(store, 'reference', [creation('z', { twin: 'x' }, marksOf('a', '2'))]);
    await refuses(store, 'in-use', [{ do: 'remove', key: notesOf('a'), id: '2' }]);
    await refuses(store, 'in-use', [{ do: 'remove', key: marks, id: 'x' }]);
    await remove(store, notesOf('b'), '3');
    await refuses(store, 'in-use', [{ do: 'remove', key: names, id: 'b' }]);
    await remove(store, marks, 'y');
    await remove(store, marks, 'x');
    await remove(store, names, 'b');
  });

  test('loses nothing that is referred to and removed at the same time', async (store) => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await create(store, things);
      const outcomes = await Promise.allSettled([
        attempt(() => store.write([creation(`n${round}`, { thing: id })])),
        attempt(() => store.write([{ do: 'remove', key: things, id }])),
      ]);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      assert.equal(refused.length, 1, 'one of the two is refused');
      assert.ok(refused[0]?.reason instanceof StoreConflictError, String(refused[0]?.reason));
      const isKept = (await store.get(things, id)) !== undefined;
      assert.equal((await store.get(accounts, `n${round}`)) !== undefined, isKept);
    }
  });
}
