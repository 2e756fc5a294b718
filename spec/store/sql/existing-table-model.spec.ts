import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { JsonObject } from '../../../lib/protocol/documents.js';
import { StoreConflictError } from '../../../lib/store/store-errors.js';
import { MemoryStore } from '../../../lib/store/memory/memory-store.js';
import type { Change, CollectionKey, ReadWriter, Selection } from '../../../lib/store/store.js';
import { attempt, idsIn, pagesOf } from '../../../lib/store-contract/fixtures.js';
import { onEachEngine } from './engines.js';
import { columns, existingTablePlan, withTables } from './existing-tables.js';

const goods: CollectionKey = { collection: 'goods', parentIds: [] };

const plan = existingTablePlan(
  'goods',
  'client',
  {
    table: 'goods',
    key: 'sku',
    columns: columns({
      text: ['label', 'string?'],
      number: ['price', 'number?'],
      flag: ['in_stock', 'boolean?'],
      any: ['more', 'json?'],
    }),
  },
  { unique: [['text']] },
);

const TABLES = {
  sqlite: `CREATE TABLE goods (sku TEXT PRIMARY KEY, label TEXT UNIQUE, price REAL, in_stock BOOLEAN, more JSON)`,
  postgres: `CREATE TABLE goods (sku varchar(40) COLLATE "C" PRIMARY KEY, label text UNIQUE,
    price double precision, in_stock boolean, more jsonb)`,
} as const;

const text = fc.oneof(
  fc.constantFrom('a', 'B', 'é', '\u{1f600}', "o'", '"[', 'null', '1'),
  fc.string({ unit: 'grapheme-ascii', maxLength: 4 }),
);
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.1, -2.5, 1e15, 16777217));
const body: fc.Arbitrary<JsonObject> = fc.record(
  {
    text,
    number,
    flag: fc.boolean(),
    any: fc.oneof(
      fc.array(fc.integer({ max: 9 }), { maxLength: 2 }),
      fc.record({ a: text }),
      text,
      fc.integer({ min: 0, max: 5 }),
    ),
  },
  { requiredKeys: [] },
);

/** A step, as a draw says it; the version that it names is the one that was read last, or an outdated one. */
interface Step {
  readonly do: Change['do'];
  readonly id: string;
  readonly body: JsonObject;
  readonly expects: 'nothing' | 'current' | 'outdated';
}
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('create', 'create', 'replace', 'remove'),
  id: fc.constantFrom('1', '2', 'a', 'Z', 'é', '"', '%'),
  body,
  expects: fc.constantFrom('nothing', 'current', 'outdated'),
});

async function take(store: ReadWriter, { do: what, id, body: given, expects }: Step): Promise<unknown> {
  const current = (await store.get(goods, id))?.version ?? 'none';
  const version = { nothing: {}, current: { version: current }, outdated: { version: 'outdated' } }[expects];
  const change: Change = {
    create: { do: 'create', key: goods, id, body: given } as const,
    replace: { do: 'replace', key: goods, id, body: given, ...version } as const,
    remove: { do: 'remove', key: goods, id, ...version } as const,
  }[what];
  try {
    const [written] = await attempt(() => store.write([change]));
    return written && { id: written.id, body: written.body };
  } catch (error) {
    if (error instanceof StoreConflictError) return [error.reason, error.members];
    throw error;
  }
}

async function seen(store: ReadWriter, selection: Selection): Promise<unknown> {
  const items = [];
  for await (const item of store.iterate(goods, selection)) items.push([item.id, item.body]);
  const pages = await pagesOf(store, goods, { ...selection, limit: 2 });
  return [items, pages.flat(), await idsIn(store, goods, selection), await store.count(goods, selection)];
}

onEachEngine('store/sql: a table of others behaves like a store of its own', (engine) => {
  it('whatever is written, read, searched and sorted', () =>
    withTables(engine, [TABLES[engine.name]], [plan], async (store, program) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), body, async (steps, searched) => {
          await program('DELETE FROM goods');
          const model = new MemoryStore();
          await model.open([plan]);
          for (const each of steps) assert.deepEqual(await take(store, each), await take(model, each));
          for (const [member, value] of Object.entries(searched)) {
            const selection = value === undefined ? {} : { where: { [member]: value } };
            assert.deepEqual(await seen(store, selection), await seen(model, selection));
          }
          for (const member of ['text', 'number', 'flag']) {
            for (const descending of [false, true]) {
              const order = { order: { member, descending } };
              assert.deepEqual(await seen(store, order), await seen(model, order), JSON.stringify(order));
            }
          }
        }),
        { numRuns: 25 },
      );
    }));
});
