import assert from 'node:assert/strict';
import { sql } from 'kysely';
import type { Engine } from '../../../lib/store/sql/engine.js';
import type { Parameter, Statement } from '../../../lib/store/sql/queries/query.js';
import { SqlStore } from '../../../lib/store/sql/sql-store.js';
import type { Change, CollectionKey, Reader } from '../../../lib/store/store.js';
import { plan } from '../../../lib/store-contract/fixtures.js';
import { onEachEngine } from './engines.js';
import type { TestDatabase } from './engines.js';

const goods: CollectionKey = { collection: 'goods', parentIds: [] };
const parts: CollectionKey = { collection: 'goods/parts', parentIds: ['0000007'] };
const numbers: CollectionKey = { collection: 'numbers', parentIds: [] };

const plans = [
  plan('goods', 'client', {
    members: [
      { name: 'color', type: 'string', indexed: true },
      { name: 'price', type: 'number', indexed: true },
      { name: 'sku', type: 'string', indexed: true },
    ],
    unique: [['sku']],
    sortedSearches: [{ searched: 'color', sorted: 'price' }],
  }),
  plan('goods/parts', 'client', {
    depth: 1,
    parent: 'goods',
    members: [{ name: 'price', type: 'number', indexed: true }],
  }),
  plan('numbers', 'integer'),
  plan('elsewhere', 'client', { depth: 1 }),
];

/** How many entities there are: enough that looking at all of them costs more than an index. */
const MANY = 4_000;

function changes(): Change[] {
  const all: Change[] = [];
  for (let n = 0; n < MANY; n += 1) {
    const id = String(n).padStart(7, '0');
    const price = (n * 7919) % 1_000;
    const body = { color: `color ${n % 50}`, sku: `sku ${n}`, ...(n % 100 > 0 && { price }) };
    all.push({ do: 'create', key: goods, id, body }, { do: 'create', key: numbers, id: String(n), body: {} });
  }
  for (let n = 0; n < MANY / 4; n += 1) {
    const body = { price: (n * 7919) % 1_000 };
    all.push({ do: 'create', key: parts, id: `p${n}`, body });
    all.push({ do: 'create', key: { ...parts, parentIds: ['0000008'] }, id: `p${n}`, body });
    all.push({ do: 'create', key: { collection: 'elsewhere', parentIds: [`e${n}`] }, id: 'a', body });
  }
  return all;
}

interface Seen {
  readonly statement: Statement;
  readonly parameters: readonly Parameter[];
}

/** The engine, noting what its reader is asked. */
function watched(engine: Engine, seen: Seen[]): Engine {
  return {
    dialect: engine.dialect,
    kysely: engine.kysely,
    replica: undefined,
    reader: {
      all(statement, parameters) {
        seen.push({ statement, parameters });
        return engine.reader.all(statement, parameters);
      },
      run: (statement, parameters) => engine.reader.run(statement, parameters),
    },
    open: () => engine.open(),
    write: (work) => engine.write(work),
    transact: (work) => engine.transact(work),
    attempt: (connection, work) => engine.attempt(connection, work),
    check: () => engine.check(),
    close: () => engine.close(),
  };
}

/** What a database does for a statement, a line a step. */
async function explain(engine: Engine, { statement, parameters }: Seen): Promise<string> {
  const how = engine.dialect.name === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
  const explanation = { name: `explain ${statement.name}`, sql: `${how} ${statement.sql}` };
  const rows = await engine.reader.all(explanation, parameters);
  return rows.map((row) => String(row['detail'] ?? row['QUERY PLAN'])).join('\n');
}

/** Asks for entities at once. */
function several(reader: Reader, place: CollectionKey, ids: readonly string[]): Promise<unknown> {
  return Promise.all(ids.map((id) => reader.get(place, id)));
}

const readings: Readonly<Record<string, (reader: Reader) => unknown>> = {
  'one entity': (reader) => reader.get(goods, '0003000'),
  'one entity within another': (reader) => reader.get(parts, 'p17'),
  'one entity by an integer': (reader) => reader.get(numbers, '3000'),
  'several entities': (reader) => several(reader, goods, ['0003000', '0000017', '0002000', '0003999']),
  'several entities within another': (reader) => several(reader, parts, ['p17', 'p300', 'p2']),
  'several entities by integers': (reader) => several(reader, numbers, ['3000', '17', '2000', '3999']),
  'a page in the midst': (reader) => reader.page(goods, { after: '0002000', limit: 20 }),
  'a page in the midst of those within another': (reader) => reader.page(parts, { after: 'p200', limit: 20 }),
  'a page by integers': (reader) => reader.page(numbers, { after: '3000', limit: 20 }),
  'a search': (reader) => reader.page(goods, { where: { color: 'color 7' }, limit: 20 }),
  'a search, in the midst': (reader) =>
    reader.page(goods, { where: { color: 'color 7' }, after: '0002000', limit: 20 }),
  'a search by what no two share': (reader) => reader.page(goods, { where: { sku: 'sku 17' }, limit: 20 }),
  'a search by a number': (reader) => reader.page(goods, { where: { price: 719 }, limit: 20 }),
  'a search for what lacks a member': (reader) => reader.page(goods, { where: { price: null }, limit: 20 }),
  'a sorted page': (reader) => reader.page(goods, { order: { member: 'price' }, limit: 1_000 }),
  'a sorted page, descending': (reader) =>
    reader.page(goods, { order: { member: 'price', descending: true }, limit: 200 }),
  'a sorted page of those within another': (reader) =>
    reader.page(parts, { order: { member: 'price', descending: true }, limit: 20 }),
  'a sorted page in the midst': async (reader) => {
    const { next = '' } = await reader.page(goods, { order: { member: 'price' }, limit: 1_000 });
    await reader.page(goods, { order: { member: 'price' }, limit: 20, after: next });
  },
  'a sorted page in the midst, descending': async (reader) => {
    const order = { member: 'price', descending: true };
    const { next = '' } = await reader.page(goods, { order, limit: 200 });
    await reader.page(goods, { order, limit: 200, after: next });
  },
  'a search in another order': (reader) =>
    reader.page(goods, { where: { color: 'color 7' }, order: { member: 'price' }, limit: 20 }),
  'a search in a descending order, in the midst': async (reader) => {
    const search = { where: { color: 'color 7' }, order: { member: 'price', descending: true }, limit: 20 };
    const { next = '' } = await reader.page(goods, search);
    await reader.page(goods, { ...search, after: next });
  },
  'ids in portions': async (reader) => {
    for await (const portion of reader.ids(goods)) assert.ok(portion.length > 0);
  },
  'how many are found': (reader) => reader.count(goods, { where: { color: 'color 7' } }),
  'the state of a place': (reader) => reader.state(goods),
};

onEachEngine('store/sql: how statements are carried out', ({ name, database }) => {
  const seen: Seen[] = [];
  let opened: TestDatabase;
  let engine: Engine;
  let store: SqlStore;

  before(async () => {
    opened = await database();
    engine = opened.engine();
    store = new SqlStore(watched(engine, seen));
    await store.open(plans);
    await store.write(changes());
    await sql`analyze`.execute(engine.kysely);
  });
  after(async () => {
    await store.close();
    await opened.drop();
  });

  for (const [what, read] of Object.entries(readings)) {
    it(`finds ${what} by an index`, async () => {
      seen.length = 0;
      await read(store);
      assert.ok(seen.length > 0);
      for (const each of seen) {
        const steps = await explain(engine, each);
        assert.match(
          steps,
          name === 'sqlite' ? /USING .*(?:INDEX|PRIMARY KEY)/ : /Index/,
          `${each.statement.sql}\n${steps}`,
        );
        assert.doesNotMatch(steps, /SCAN \S+$|TEMP B-TREE|Seq Scan/m, `${each.statement.sql}\n${steps}`);
        // PostgreSQL sorts a few that it has found by an index, rather than look them up one by one.
        if (/Sort/.test(steps)) assert.match(steps, /Bitmap Index Scan/, `${each.statement.sql}\n${steps}`);
      }
    });
  }
});
