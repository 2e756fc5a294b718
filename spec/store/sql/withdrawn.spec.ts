import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { StoreConflictError } from '../../../lib/store/store-errors.js';
import { SqlStore } from '../../../lib/store/sql/sql-store.js';
import type { CollectionPlan, Change } from '../../../lib/store/store.js';
import { blocksOf, pageAt } from '../../documentation.js';
import { onEachEngine } from './engines.js';

const authors: CollectionPlan = {
  collection: 'authors',
  ids: 'client',
  depth: 0,
  members: [],
  unique: [],
  references: [],
};
const plain: CollectionPlan = { ...authors, collection: 'books' };
const bound: CollectionPlan = {
  ...plain,
  members: [
    { name: 'email', type: 'string', indexed: false },
    { name: 'author', type: 'string', indexed: false },
  ],
  unique: [['email']],
  references: [{ member: 'author', collection: 'authors' }],
};

const book = (id: string, body: Record<string, string>): Change => ({
  do: 'create',
  key: { collection: 'books', parentIds: [] },
  id,
  body,
});
const twice = book('2', { email: 'a' });
const dangling = book('3', { author: 'nobody' });

onEachEngine('A constraint that is declared no more', ({ database }) => {
  it('still holds, until it is dropped as docs/storage.md says, and can be declared again', async () => {
    const { engine, drop } = await database();
    const opened = async (plan: CollectionPlan) => {
      const store = new SqlStore(engine());
      await store.open([authors, plan]);
      return store;
    };
    try {
      const first = await opened(bound);
      await first.write([book('1', { email: 'a' })]);
      await first.close();

      const second = await opened(plain);
      for (const change of [twice, dangling]) {
        await assert.rejects(
          second.write([change]),
          (error) => error instanceof StoreConflictError && error.reason === 'refused',
        );
      }
      await second.close();

      const [text = ''] = blocksOf(pageAt('docs/storage.md'), 'sql');
      const connected = engine();
      await connected.open();
      for (const statement of text.split(';').filter((part) => part.trim() !== ''))
        await sql.raw(statement).execute(connected.kysely);
      await connected.close();

      const third = await opened(plain);
      await third.write([twice, dangling]);
      await third.write([
        { do: 'remove', key: twice.key, id: '2' },
        { do: 'remove', key: twice.key, id: '3' },
      ]);
      await third.close();

      const fourth = await opened(bound);
      for (const [change, reason] of [
        [twice, 'unique'],
        [dangling, 'reference'],
      ] as const) {
        await assert.rejects(
          fourth.write([change]),
          (error) => error instanceof StoreConflictError && error.reason === reason,
        );
      }
      await fourth.close();
    } finally {
      await drop();
    }
  });
});
