import assert from 'node:assert/strict';
import type { Connection } from '../../../lib/store/sql/engine.js';
import type { Parameter, Statement, Tables } from '../../../lib/store/sql/queries/query.js';
import { BatchedReads } from '../../../lib/store/sql/queries/batched-reads.js';
import { SqlReader } from '../../../lib/store/sql/queries/sql-reader.js';
import { SqlTables } from '../../../lib/store/sql/sql-tables.js';
import { mapExistingTables } from '../../../lib/store/sql/existing-table/table-mapping.js';
import { createTableSchemas } from '../../../lib/store/sql/schema/table-schema.js';
import { postgresDialect } from '../../../lib/store/sql/postgres/postgres-dialect.js';
import { sqliteDialect } from '../../../lib/store/sql/sqlite/sqlite-dialect.js';
import type { CollectionPlan, CollectionKey, Reader } from '../../../lib/store/store.js';
import { onEachEngine, withDatabase } from './engines.js';
import { columns, existingTablePlan, programOn, STAFF, staff, staffPlan } from './existing-tables.js';

/** Enough rows that looking at all of them costs more than an index. */
const MANY = {
  sqlite: `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 4000)
    INSERT INTO hr_staff (staff_no, "full name", badge) SELECT n, 'Name ' || n % 10, 'badge ' || n FROM n`,
  postgres: `INSERT INTO hr_staff (staff_no, "full name", badge)
    SELECT n, 'Name ' || n % 10, 'badge ' || n FROM generate_series(1, 4000) AS n`,
} as const;

const readings: Readonly<Record<string, (reader: Reader) => unknown>> = {
  'one entity': (reader) => reader.get(staff, '3000'),
  'several entities': (reader) => Promise.all(['3000', '17', '2000'].map((id) => reader.get(staff, id))),
  'a page in the midst': (reader) => reader.page(staff, { after: '2000', limit: 20 }),
  'a search by a column with an index': (reader) =>
    reader.page(staff, { where: { badge: 'badge 7' }, limit: 20 }),
  'how many are found': (reader) => reader.count(staff, { where: { badge: 'badge 7' } }),
};

/** Three levels, of which the innermost has the column of the one above it alone. */
const LEVELS = ['customers', 'customers/orders', 'customers/orders/items'] as const;
const levelPlans = [
  existingTablePlan('customers', 'integer', { table: 'customers', key: 'id', columns: {} }),
  existingTablePlan(
    LEVELS[1],
    'integer',
    { table: 'orders', key: 'id', parentColumns: ['customer_id'], columns: {} },
    { depth: 1, parent: LEVELS[0] },
  ),
  existingTablePlan(
    LEVELS[2],
    'integer',
    {
      table: 'items',
      key: 'line_no',
      parentColumns: ['order_id'],
      columns: columns({ product: ['product', 'string'] }),
    },
    { depth: 2, parent: LEVELS[1] },
  ),
];
const NESTED_TABLES = [
  'CREATE TABLE customers (id integer PRIMARY KEY)',
  'CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL)',
  `CREATE TABLE items (order_id integer NOT NULL, line_no integer NOT NULL, product varchar(20),
    PRIMARY KEY (order_id, line_no))`,
];
const numbers = (count: number) => ({
  sqlite: `(WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${count}) SELECT n FROM n)`,
  postgres: `generate_series(1, ${count}) AS n (n)`,
});
const nestedRows = (name: 'sqlite' | 'postgres') => [
  `INSERT INTO customers SELECT n FROM ${numbers(40)[name]}`,
  `INSERT INTO orders SELECT n, 1 + n % 40 FROM ${numbers(2000)[name]}`,
  `INSERT INTO items SELECT 1 + n % 2000, n, 'product ' || n FROM ${numbers(20_000)[name]}`,
];
const items: CollectionKey = { collection: LEVELS[2], parentIds: ['18', '17'] };
const nestedReadings: typeof readings = {
  'one entity': (reader) => reader.get(items, '2016'),
  'a page': (reader) => reader.page(items, { after: '16', limit: 2 }),
  'how many there are': (reader) => reader.count(items),
};

onEachEngine('store/sql: how statements on a table of others are carried out', (kind) => {
  /** Asserts that every statement of these readings uses indexes alone. */
  const usesIndexes = (
    statements: readonly string[],
    plans: readonly CollectionPlan[],
    reads: typeof readings,
  ) =>
    withDatabase(kind, async (database) => {
      const engine = database.engine();
      await engine.open();
      try {
        await programOn(engine)(...statements, 'ANALYZE');
        const schemas = createTableSchemas(plans);
        const dialect = kind.name === 'sqlite' ? sqliteDialect : postgresDialect;
        const tables = new SqlTables(engine.kysely.withTables<Tables>(), dialect);
        tables.add(schemas, await mapExistingTables(engine, schemas));
        const seen: (readonly [Statement, readonly Parameter[]])[] = [];
        const watched: Connection = {
          all(statement, parameters) {
            seen.push([statement, parameters]);
            return engine.reader.all(statement, parameters);
          },
          run: (statement, parameters) => engine.reader.run(statement, parameters),
        };
        const gathered = kind.name === 'sqlite' ? undefined : new BatchedReads(watched);
        const how = kind.name === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
        for (const [what, read] of Object.entries(reads)) {
          seen.length = 0;
          await read(new SqlReader(tables, watched, gathered));
          assert.ok(seen.length > 0);
          for (const [{ name, sql }, parameters] of seen) {
            const rows = await engine.reader.all(
              { name: `explain ${name}`, sql: `${how} ${sql}` },
              parameters,
            );
            const steps = rows.map((row) => String(row['detail'] ?? row['QUERY PLAN'])).join('\n');
            assert.match(steps, /USING .*(?:INDEX|PRIMARY KEY)|Index/, `${what}: ${steps}`);
            assert.doesNotMatch(steps, /SCAN \S+$|TEMP B-TREE|Seq Scan/m, `${what}: ${steps}`);
          }
        }
      } finally {
        await engine.close();
      }
    });

  it('finds what the table has an index for by that index', () =>
    usesIndexes([STAFF[kind.name], MANY[kind.name]], [staffPlan], readings));

  it('finds what stands three levels deep by the indexes of its own table and of that above', () =>
    usesIndexes([...NESTED_TABLES, ...nestedRows(kind.name)], levelPlans, nestedReadings));
});
