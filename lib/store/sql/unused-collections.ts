import { sql } from 'kysely';
import type { Engine, Row } from './engine.js';
import { tableName } from './identifiers.js';
import { kindOf, PLACES } from './migrations.js';
import { MIGRATIONS } from './migrate.js';
import { Query } from './query.js';
import { isMapped, type Shape } from './shape.js';

/**
 * Warns of entities that are kept under a name which no catalog has: one whose IRI has changed begins anew, and is
 * empty. As one may have been dropped on purpose, or be another API's, nothing more is done.
 */
export async function warnOfUnused(engine: Engine, shapes: ReadonlyMap<string, Shape>): Promise<void> {
  const written = await namesIn(engine);
  const unused = written.filter((name) => !shapes.has(name));
  if (unused.length === 0) return;
  const recorded = new Set(
    (await rowsOf(engine, sql`select name from ${sql.table(MIGRATIONS)}`)).map(({ name }) => name),
  );
  const isRecorded = (shape: Shape, name: string) =>
    recorded.has(`2 table ${String(shape.plan.depth).padStart(3, '0')} ${tableName(name)} ${kindOf(shape)}`);
  const empty = Array.from(shapes.values()).filter(
    (shape) => !isMapped(shape) && !written.includes(shape.plan.collection),
  );
  for (const name of unused) {
    // Those within are named as it is.
    if (unused.some((other) => name.startsWith(`${other}/`)) || !(await hasRows(engine, tableName(name))))
      continue;
    const candidates = empty
      .filter((shape) => isRecorded(shape, name))
      .map(({ plan }) => JSON.stringify(plan.collection));
    const advice =
      candidates.length === 0
        ? 'if it is one whose IRI has changed'
        : `of those that it has, ${candidates.join(' and ')} ${candidates.length === 1 ? 'is' : 'are'} empty; if it is one of them, whose IRI has changed`;
    process.emitWarning(
      `the database holds entities of the collection ${JSON.stringify(name)}, which no catalog of the API has now: ` +
        `${advice}, write static collection = ${quoted(name)} in its class`,
      { type: 'ShojiWarning', code: 'SHOJI_UNUSED_COLLECTION' },
    );
  }
}

/** The names that anything was ever written under. One step of an index finds each, however many places it has. */
async function namesIn(engine: Engine): Promise<readonly string[]> {
  const places = sql.table(PLACES);
  const next = sql`select min(catalog) from ${places} where catalog > names.catalog`;
  const rows = await rowsOf(
    engine,
    sql`with recursive names(catalog) as (select min(catalog) from ${places} union all select (${next}) from names where names.catalog is not null) select catalog from names where catalog is not null`,
  );
  return rows.map(({ catalog }) => String(catalog));
}

async function hasRows(engine: Engine, table: string): Promise<boolean> {
  try {
    return (await rowsOf(engine, sql`select 1 as one from ${sql.table(table)} limit 1`)).length > 0;
  } catch {
    // It was dropped, or is not for this user to read.
    return false;
  }
}

async function rowsOf(
  { kysely, reader }: Engine,
  statement: ReturnType<typeof sql<unknown>>,
): Promise<readonly Row[]> {
  const compiled = statement.compile(kysely);
  const query = new Query(`unused ${compiled.sql}`, compiled);
  return reader.all(query.statement, []);
}

function quoted(name: string): string {
  return `'${name.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
