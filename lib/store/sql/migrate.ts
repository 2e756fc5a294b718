import { Migrator, sql } from 'kysely';
import { StoreUnavailableError } from '../unavailable.js';
import { ConstraintError } from './engine.js';
import { checkKinds, migrationsFor } from './migrations.js';
import { Query } from './query.js';
import type { Dialect } from './dialect.js';
import type { Engine } from './engine.js';
import { isMapped, type Shape } from './shape.js';

export const MIGRATIONS = 'shoji_migrations';

/**
 * Makes the tables of these shapes, or what they lack. Processes that start at the same time do it one after
 * another.
 *
 * @throws {Error} where what is kept cannot be what is declared, or the database does not let itself be changed
 * @throws {StoreUnavailableError} where the database does not answer
 */
export async function migrate(
  engine: Engine,
  shapes: ReadonlyMap<string, Shape>,
  dialect: Dialect,
): Promise<void> {
  const { kysely, reader } = engine;
  const names = new Query('migrations', sql`select name from ${sql.table(MIGRATIONS)}`.compile(kysely));
  const own = Array.from(shapes.values()).filter((shape) => !isMapped(shape));
  const declared = migrationsFor(own, dialect);
  const migrator = new Migrator({
    db: kysely,
    migrationTableName: MIGRATIONS,
    migrationLockTableName: `${MIGRATIONS}_lock`,
    // Of several schemas that hold a table of this name, it is the one that statements go to.
    ...(dialect.name === 'postgres' && { migrationTableSchema: await currentSchema(engine) }),
    allowUnorderedMigrations: true,
    provider: {
      // Asked for once no other process migrates, so that what is read here stays as it is.
      async getMigrations() {
        const rows = await reader.all(names.statement, []);
        const recorded = rows.map(({ name }) => String(name));
        checkKinds(own, recorded);
        // What was once declared and is not now keeps its tables, so that it finds them when it comes back.
        const kept = recorded.map((name) => [name, { up: () => Promise.resolve() }]);
        return { ...Object.fromEntries(kept), ...declared };
      },
    },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
  throw explained(error, failed === undefined ? 'preparing the database' : `the migration "${failed}"`);
}

/** Says which step an error of the database came from, and what to do. */
function explained(error: unknown, step: string): unknown {
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
  const isThere = code === '42P07' || /already exists/.test(message);
  const remedy = isThere
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
