import assert from 'node:assert/strict';
import { StoreUnavailableError } from '../../../lib/store/store-errors.js';
import { postgresEngine } from '../../../lib/store/sql/postgres/postgres-engine.js';
import { SqlStore } from '../../../lib/store/sql/sql-store.js';
import type { Change, CollectionKey, Reader } from '../../../lib/store/store.js';
import { needPostgres, sharedPostgres } from '../../postgres.js';
import { plan } from '../../../lib/store-contract/fixtures.js';
import { onEachEngine, withDatabase, withStore } from './engines.js';
import { columns, existingTablePlan, programOn } from './existing-tables.js';
import { statement } from './statement.js';

const numbers: CollectionKey = { collection: 'numbers', parentIds: [] };
const names: CollectionKey = { collection: 'names', parentIds: [] };
const notesOf = (name: string): CollectionKey => ({ collection: 'names/notes', parentIds: [name] });

const plans = [
  plan('numbers', 'integer'),
  plan('names', 'client'),
  plan('names/notes', 'integer', { depth: 1, parent: 'names' }),
];

/** Ids that say something else where they are not quoted. */
const ODD = ['a', 'A', 'a"b', 'a\\b', "a'b", 'a,b', '{a,b}', '{}', 'NULL', 'null', ' a', 'é', '$1', '"'];

/** Bodies of entities that are asked for at once. */
function bodiesOf(reader: Reader, asked: readonly (readonly [CollectionKey, string])[]): Promise<unknown[]> {
  return Promise.all(asked.map(async ([place, id]) => (await reader.get(place, id))?.body));
}

onEachEngine('store/sql: entities that are asked for at once', (kind) => {
  it('are each given to whom they belong', () =>
    withDatabase(kind, (database) =>
      withStore(database, plans, async (store) => {
        const many = Array.from({ length: 250 }, (_, n) => String(n));
        await store.write([
          ...many.map((id): Change => ({ do: 'create', key: numbers, id, body: { id } })),
          ...ODD.map((id): Change => ({ do: 'create', key: names, id, body: { id } })),
        ]);
        await store.write(
          ['a', '{a,b}'].map((id) => ({ do: 'create', key: notesOf(id), id: '7', body: { of: id } })),
        );
        const asked = [...many.map((id) => [numbers, id] as const), ...ODD.map((id) => [names, id] as const)];
        assert.deepEqual(
          await bodiesOf(store, asked),
          asked.map(([, id]) => ({ id })),
        );
        const within = ['a', '{a,b}', 'A', 'nobody'].map((id) => [notesOf(id), '7'] as const);
        assert.deepEqual(await bodiesOf(store, [...within, [numbers, '7'], [names, 'none']]), [
          { of: 'a' },
          { of: '{a,b}' },
          undefined,
          undefined,
          { id: '7' },
          undefined,
        ]);
      }),
    ));

  it('are given to each with a body of its own', () =>
    withDatabase(kind, (database) =>
      withStore(database, plans, async (store) => {
        await store.write([{ do: 'create', key: numbers, id: '1', body: { list: [] } }]);
        const found = (await bodiesOf(
          store,
          Array.from({ length: 3 }, () => [numbers, '1'] as const),
        )) as Record<string, unknown>[];
        assert.deepEqual(found, [{ list: [] }, { list: [] }, { list: [] }]);
        assert.equal(new Set(found).size, 3);
      }),
    ));

  it('are found in tables that others made, whatever the type of their ids', () =>
    withDatabase(kind, async (database) => {
      const uuids = ['0190c2f0-0000-7000-8000-000000000001', '0190c2f0-0000-7000-8000-000000000002'];
      const types = kind.name === 'sqlite' ? ['INTEGER', 'TEXT', 'TEXT'] : ['integer', 'varchar(9)', 'uuid'];
      const tables = [
        { catalog: 'counted', ids: 'integer', keys: ['1', '2'] },
        { catalog: 'named', ids: 'client', keys: ['a b', 'A B'] },
        { catalog: 'given', ids: 'uuidv7', keys: uuids },
      ] as const;
      const engine = database.engine();
      await engine.open();
      try {
        const program = programOn(engine);
        for (const [index, { catalog, keys }] of tables.entries()) {
          await program(
            `CREATE TABLE ${catalog} (key ${types[index]} PRIMARY KEY, word TEXT)`,
            ...keys.map((key) => `INSERT INTO ${catalog} VALUES ('${key}', 'of ${key}')`),
          );
        }
      } finally {
        await engine.close();
      }
      const plansOfTables = tables.map(({ catalog, ids }) =>
        existingTablePlan(catalog, ids, {
          table: catalog,
          key: 'key',
          columns: columns({ word: ['word', 'string'] }),
        }),
      );
      await withStore(database, plansOfTables, async (store) => {
        const asked = tables.flatMap(({ catalog, keys }) =>
          keys.map((key) => [{ collection: catalog, parentIds: [] }, key] as const),
        );
        assert.deepEqual(await bodiesOf(store, [...asked, [{ collection: 'named', parentIds: [] }, 'a']]), [
          ...asked.map(([, key]) => ({ word: `of ${key}` })),
          undefined,
        ]);
      });
    }));
});

describe('store/sql: entities that are asked for at once of PostgreSQL', () => {
  before(needPostgres);

  it('are refused together where it cannot give them, and given once it can', async () => {
    const url = await (await sharedPostgres()).database();
    const store = new SqlStore(postgresEngine(url, { lockTimeout: 50 }));
    const other = postgresEngine(url);
    try {
      await store.open(plans);
      await store.write([{ do: 'create', key: numbers, id: '1', body: {} }]);
      const asked = [1, 2, 3].map((id) => [numbers, String(id)] as const);
      await other.write(async (connection) => {
        await connection.run(statement('LOCK TABLE numbers'), []);
        const results = await Promise.allSettled(asked.map(([place, id]) => store.get(place, id)));
        for (const result of results) {
          assert.ok(result.status === 'rejected' && result.reason instanceof StoreUnavailableError);
          assert.equal(result.reason.reason, 'busy');
        }
      });
      assert.deepEqual(await bodiesOf(store, asked), [{}, undefined, undefined]);
    } finally {
      await other.close();
      await store.close();
    }
  });
});
