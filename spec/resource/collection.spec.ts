import assert from 'node:assert/strict';
import { Collection } from '../../lib/resource/collection.js';
import { StoreConflictError } from '../../lib/store/store-errors.js';
import { MemoryStore } from '../../lib/store/memory/memory-store.js';

type Body = { name: string; count: number };

async function collection(within: readonly string[] = []): Promise<Collection<Body>> {
  const store = new MemoryStore();
  store.open([
    {
      collection: 'users',
      ids: 'integer',
      depth: 0,
      members: [{ name: 'count', type: 'number', indexed: true }],
      unique: [],
      references: [],
    },
  ]);
  return new Collection<Body>(
    store,
    { collection: 'users', parentIds: within },
    { searchable: ['count', 'name'], sortable: ['count'] },
  );
}

async function idsOf(entities: AsyncIterable<{ id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of entities) ids.push(id);
  return ids;
}

const refused = (reason: string) => (error: unknown) =>
  error instanceof StoreConflictError && error.reason === reason;

describe('resource/collection', () => {
  it('keeps entities of one place', async () => {
    const users = await collection();
    const { id, version } = await users.create({ name: 'a', count: 1 });
    assert.deepEqual((await users.get(id))?.body, { name: 'a', count: 1 });
    const replaced = await users.replace(id, { name: 'b', count: 1 }, { version });
    assert.notEqual(replaced.version, version);
    await assert.rejects(
      async () => users.replace(id, { name: 'c', count: 1 }, { version }),
      refused('version'),
    );
    await assert.rejects(async () => users.remove(id, { version }), refused('version'));
    await users.remove(id, { version: replaced.version });
    assert.equal(await users.get(id), undefined);
    await assert.rejects(async () => users.remove(id), refused('missing'));
  });

  it('searches by the query variables that name a member, and by no other', async () => {
    const users = await collection();
    for (const [name, count] of [
      ['a', 1],
      ['b', 2],
      ['c', 1],
    ] as const)
      await users.create({ name, count });
    assert.deepEqual(await idsOf(users.search({ count: 1 })), ['1', '3']);
    assert.deepEqual(await idsOf(users.search({ count: 1, name: 'c', limit: 5 })), ['3']);
    assert.deepEqual(await idsOf(users.search({ count: undefined })), ['1', '2', '3']);
    assert.deepEqual(await idsOf(users.all()), ['1', '2', '3']);
    assert.deepEqual(users.selection({ count: 1, limit: 5 }), { where: { count: 1 } });
    assert.deepEqual(users.selection({ limit: 5 }), {});
    assert.equal(await users.count(users.selection({ count: 1 })), 2);
  });

  it('sorts by the members that it is told, and by no other', async () => {
    const users = await collection();
    for (const [name, count] of [
      ['a', 2],
      ['b', 1],
      ['a', 3],
    ] as const)
      await users.create({ name, count });
    assert.deepEqual(await idsOf(users.search({ sort: 'count' })), ['2', '1', '3']);
    assert.deepEqual(await idsOf(users.search({ sort: '-count', name: 'a' })), ['3', '1']);
    assert.deepEqual(await idsOf(users.search({ sort: 'name' })), ['1', '2', '3']);
    assert.deepEqual(users.selection({ sort: '-count', name: 'a' }), {
      where: { name: 'a' },
      order: { member: 'count', descending: true },
    });
    assert.deepEqual(await idsOf(users.all({ where: { name: 'a' }, order: { member: 'count' } })), [
      '1',
      '3',
    ]);
  });

  it('gives ids alone', async () => {
    const users = await collection();
    for (let count = 3; count > 0; count--) await users.create({ name: 'a', count });
    const given = async (query: object) => {
      const ids: string[] = [];
      for await (const some of users.ids(users.selection({ ...query }))) ids.push(...some);
      return ids;
    };
    assert.deepEqual(await given({}), ['1', '2', '3']);
    assert.deepEqual(await given({ sort: 'count' }), ['3', '2', '1']);
    assert.deepEqual(await given({ count: 2 }), ['2']);
  });

  it('looks at the query’s own variables only', async () => {
    const users = await collection();
    assert.deepEqual(users.selection(Object.create({ name: 'a' })), {});
  });

  it('gives pages', async () => {
    const users = await collection();
    for (let count = 0; count < 3; count++) await users.create({ name: 'a', count });
    const first = await users.page({ limit: 2 });
    assert.deepEqual(
      first.items.map(({ id }) => id),
      ['1', '2'],
    );
    assert.ok(first.next !== undefined);
    const second = await users.page({ limit: 2, after: first.next });
    assert.deepEqual(
      second.items.map(({ id }) => id),
      ['3'],
    );
    assert.equal(second.next, undefined);
  });

  it('has a state that every write changes', async () => {
    const users = await collection();
    const before = await users.state();
    await users.create({ name: 'a', count: 1 });
    assert.notEqual((await users.state()).version, before.version);
  });
});
