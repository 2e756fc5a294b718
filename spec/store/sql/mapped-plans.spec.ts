import assert from 'node:assert/strict';
import type { Connection, Parameter, Statement } from '../../../lib/store/sql/engine.js';
import { GatheredReads } from '../../../lib/store/sql/gathered-reads.js';
import { SqlReader } from '../../../lib/store/sql/sql-reader.js';
import { SqlTables } from '../../../lib/store/sql/sql-tables.js';
import { findMappings } from '../../../lib/store/sql/find-mappings.js';
import { shapesOf } from '../../../lib/store/sql/shape.js';
import { postgresDialect } from '../../../lib/store/sql/dialect-postgres.js';
import { sqliteDialect } from '../../../lib/store/sql/dialect-sqlite.js';
import type { Tables } from '../../../lib/store/sql/builder.js';
import type { Reader } from '../../../lib/store/store.js';
import { onEachEngine, withDatabase } from './engines.js';
import { programOn, STAFF, staff, staffPlan } from './mapped-tables.js';

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

onEachEngine('store/sql: how statements on a table of others are carried out', (kind) => {
  it('finds what the table has an index for by that index', () =>
    withDatabase(kind, async (database) => {
      const engine = database.engine();
      await engine.open();
      try {
        await programOn(engine)(STAFF[kind.name], MANY[kind.name], 'ANALYZE');
        const shapes = shapesOf([staffPlan]);
        const dialect = kind.name === 'sqlite' ? sqliteDialect : postgresDialect;
        const tables = new SqlTables(engine.kysely.withTables<Tables>(), dialect);
        tables.add(shapes, await findMappings(engine, shapes));
        const seen: (readonly [Statement, readonly Parameter[]])[] = [];
        const watched: Connection = {
          all(statement, parameters) {
            seen.push([statement, parameters]);
            return engine.reader.all(statement, parameters);
          },
          run: (statement, parameters) => engine.reader.run(statement, parameters),
        };
        const gathered = kind.name === 'sqlite' ? undefined : new GatheredReads(watched);
        const how = kind.name === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
        for (const [what, read] of Object.entries(readings)) {
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
    }));
});
