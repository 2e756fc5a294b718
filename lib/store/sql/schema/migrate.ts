import { Migrator, sql } from 'kysely';
import { StoreUnavailableError } from '../../store-errors.js';
import { ConstraintError } from '../engine.js';
import type { Engine } from '../engine.js';
import { Query } from '../queries/query.js';
import type { Row } from '../queries/query.js';
import { checkTableKinds, migrationsFor, COLLECTIONS_TABLE, tableMigration } from './migrations.js';
import { isExistingTable, tableName } from './table-schema.js';
import type { TableSchema } from './table-schema.js';

export const MIGRATIONS_TABLE = 'shoji_migrations';

/**
 * Makes the tables of these schemas, or what they lack. Processes that start at the same time do it one after
 * another.
 *
 * @throws {Error} where what is kept cannot be what is declared, or the database does not let itself be changed
 * @throws {StoreUnavailableError} where the database does not answer
 */
export async function migrate(engine: Engine, schemas: ReadonlyMap<string, TableSchema>): Promise<void> {
  const { kysely, reader, dialect } = engine;
  const names = new Query('migrations', sql`select name from ${sql.table(MIGRATIONS_TABLE)}`.compile(kysely));
  const own = Array.from(schemas.values()).filter((schema) => !isExistingTable(schema));
  const declared = migrationsFor(own, dialect);
  const migrator = new Migrator({
    db: kysely,
    migrationTableName: MIGRATIONS_TABLE,
    migrationLockTableName: `${MIGRATIONS_TABLE}_lock`,
    // Of several schemas that hold a table of this name, it is the one that statements go to.
    ...(dialect.name === 'postgres' && { migrationTableSchema: await currentSchema(engine) }),
    allowUnorderedMigrations: true,
    provider: {
      // Asked for once no other process migrates, so that what is read here stays as it is.
      async getMigrations() {
        const rows = await reader.all(names.statement, []);
        const recorded = rows.map(({ name }) => String(name));
        checkTableKinds(own, recorded);
        // What was once declared and is not now keeps its tables, so that it finds them when it comes back.
        const kept = recorded.map((name) => [name, { up: () => Promise.resolve() }]);
        return { ...Object.fromEntries(kept), ...declared };
      },
    },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
  throw describeFailure(error, failed === undefined ? 'preparing the database' : `the migration "${failed}"`);
}

/** Says which step an error of the database came from, and what to do. */
function describeFailure(error: unknown, step: string): unknown {
  if (error instanceof StoreUnavailableError) return error;
  const cause = error instanceof ConstraintError ? error.cause : error;
  // What is found out here before the database does has no code, and says what to do.
  if (!(cause instanceof Error && 'code' in cause)) return error;
  const { code, message } = cause;
  if (code === '42501') {
    return new Error(
      `${step} is not allowed to the user of the database (${message}); GRANT USAGE, CREATE ON SCHEMA to it, ` +
        'or start the API once as the user who owns its tables',
      { cause },
    );
  }
  const isTaken = code === '42P07' || /already exists/.test(message);
  const remedy = isTaken
    ? 'something of this name is there that this store did not make: give the store a database or a schema of its own'
    : 'nothing was changed: mend that, and start again';
  return new Error(`${step} fails (${message}); ${remedy}`, { cause });
}

async function currentSchema({ kysely }: Engine): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(kysely);
  const schema = rows[0]?.schema;
  if (typeof schema === 'string') return schema;
  throw new Error(
    'no schema of the database is on the search_path of its user; create one, or name it there',
  );
}

/**
 * Warns of entities that are kept under a name that no plan has: one whose IRI has changed begins anew, and is
 * empty. As one may have been dropped on purpose, or be another API's, nothing more is done.
 */
export async function warnOfUnusedCollections(
  engine: Engine,
  schemas: ReadonlyMap<string, TableSchema>,
): Promise<void> {
  const written = await writtenCollections(engine);
  const unused = written.filter((name) => !schemas.has(name));
  if (unused.length === 0) return;
  const recorded = new Set(
    (await rowsOf(engine, sql`select name from ${sql.table(MIGRATIONS_TABLE)}`)).map(({ name }) => name),
  );
  const isRecorded = (schema: TableSchema, name: string) =>
    recorded.has(tableMigration(schema, tableName(name)));
  const empty = Array.from(schemas.values()).filter(
    (schema) => !isExistingTable(schema) && !written.includes(schema.plan.collection),
  );
  for (const name of unused) {
    // Those within are named as it is.
    if (unused.some((other) => name.startsWith(`${other}/`)) || !(await hasRows(engine, tableName(name))))
      continue;
    const candidates = empty
      .filter((schema) => isRecorded(schema, name))
      .map(({ plan }) => JSON.stringify(plan.collection));
    const advice =
      candidates.length === 0
        ? 'if it is one whose IRI has changed'
        : `of those that it has, ${candidates.join(' and ')} ${candidates.length === 1 ? 'is' : 'are'} empty; if it is one of them, whose IRI has changed`;
    process.emitWarning(
      `the database holds entities of the collection ${JSON.stringify(name)}, which no catalog of the API has now: ` +
        `${advice}, write collection: ${literalOf(name)} among its options`,
      { type: 'ShojiWarning', code: 'SHOJI_UNUSED_COLLECTION' },
    );
  }
}

/** Reads the names of the collections that anything was ever written to. One step of an index finds each, however many parents it has. */
async function writtenCollections(engine: Engine): Promise<readonly string[]> {
  const collections = sql.table(COLLECTIONS_TABLE);
  const next = sql`select min(catalog) from ${collections} where catalog > names.catalog`;
  const rows = await rowsOf(
    engine,
    sql`with recursive names(catalog) as (select min(catalog) from ${collections} union all select (${next}) from names where names.catalog is not null) select catalog from names where catalog is not null`,
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

function literalOf(name: string): string {
  return `'${name.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
