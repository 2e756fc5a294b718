import { Migrator, sql } from 'kysely';
import { checkKinds, migrationsFor } from './migrations.js';
import { Query } from './query.js';
import type { Dialect } from './dialect.js';
import type { Engine } from './engine.js';
import type { Shape } from './shape.js';

const MIGRATIONS = 'shoji_migrations';

/**
 * Makes the tables of these shapes, or what they lack. Processes that start at the same time do it one after
 * another.
 *
 * @throws {Error} where what is kept cannot be what is declared
 * @throws {StoreUnavailable} where the database does not answer
 */
export async function migrate(
  engine: Engine,
  shapes: ReadonlyMap<string, Shape>,
  dialect: Dialect,
): Promise<void> {
  const { kysely, reader } = engine;
  const names = new Query('migrations', sql`select name from ${sql.table(MIGRATIONS)}`.compile(kysely));
  const declared = migrationsFor(shapes.values(), dialect);
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
        checkKinds(shapes.values(), recorded);
        // What was once declared and is not now keeps its tables, so that it finds them when it comes back.
        const kept = recorded.map((name) => [name, { up: () => Promise.resolve() }]);
        return { ...Object.fromEntries(kept), ...declared };
      },
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function currentSchema({ kysely }: Engine): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(kysely);
  const schema = rows[0]?.schema;
  if (typeof schema === 'string') return schema;
  throw new Error(
    'no schema of the database is on the search_path of its user; create one, or name it there',
  );
}
