import { sql } from 'kysely';
import type {
  CollectionPlan,
  ColumnPlan,
  MemberType,
  CollectionKey,
  TablePlan,
} from '../../../lib/store/store.js';
import type { Engine } from '../../../lib/store/sql/engine.js';
import { plan } from '../../../lib/store-contract/fixtures.js';
import { withDatabase, withStore } from './engines.js';
import type { TestDatabase, TestEngine } from './engines.js';
import type { SqlStore } from '../../../lib/store/sql/sql-store.js';

/** Columns by their members; those whose type ends in `?` may be absent from bodies. */
export function columns(
  given: Readonly<Record<string, readonly [name: string, type: MemberType | `${MemberType}?`]>>,
): Readonly<Record<string, ColumnPlan>> {
  return Object.fromEntries(
    Object.entries(given).map(([member, [name, type]]) => [
      member,
      { name, type: type.replace('?', '') as MemberType, isRequired: !type.endsWith('?') },
    ]),
  );
}

/** A plan that searches and sorts by all members that are scalars. */
export function existingTablePlan(
  catalog: string,
  ids: CollectionPlan['ids'],
  table: Omit<TablePlan, 'parentColumns'> & Partial<TablePlan>,
  rest: Partial<CollectionPlan> = {},
): CollectionPlan {
  const members = Object.entries(table.columns).map(([name, { type }]) => ({ name, type, indexed: true }));
  return plan(catalog, ids, { members, ...rest, table: { parentColumns: [], ...table } });
}

/** Another program, which knows nothing of the store. */
export type Program = (
  ...statements: readonly string[]
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Runs statements one after the other, and gives the rows of the last. */
export function programOn({ kysely }: Engine): Program {
  return async (...statements) => {
    let rows: readonly Readonly<Record<string, unknown>>[] = [];
    for (const statement of statements) {
      ({ rows } = await sql.raw<Readonly<Record<string, unknown>>>(statement).execute(kysely));
    }
    return rows;
  };
}

export const staff: CollectionKey = { collection: 'employees', parentIds: [] };

/** The same table for both databases, but for the words that differ. */
export const STAFF = {
  sqlite: `CREATE TABLE hr_staff (
    staff_no INTEGER PRIMARY KEY, "full name" VARCHAR(40) NOT NULL, badge TEXT UNIQUE,
    salary NUMERIC CHECK (salary >= 0), active BOOLEAN NOT NULL DEFAULT 1, tags TEXT, rank REAL,
    doubled GENERATED ALWAYS AS (salary * 2) VIRTUAL, secret TEXT DEFAULT 'hidden')`,
  postgres: `CREATE TABLE hr_staff (
    staff_no serial PRIMARY KEY, "full name" varchar(40) NOT NULL, badge text UNIQUE,
    salary numeric(20, 4) CHECK (salary >= 0), active boolean NOT NULL DEFAULT true, tags jsonb, rank real,
    doubled numeric GENERATED ALWAYS AS (salary * 2) STORED, secret text DEFAULT 'hidden')`,
} as const;

export const staffColumns = columns({
  name: ['full name', 'string'],
  badge: ['badge', 'string?'],
  salary: ['salary', 'number?'],
  active: ['active', 'boolean?'],
  tags: ['tags', 'json?'],
  rank: ['rank', 'number'],
  doubled: ['doubled', 'number?'],
});

export const staffPlan = existingTablePlan(
  'employees',
  'integer',
  { table: 'hr_staff', key: 'staff_no', columns: staffColumns },
  { unique: [['badge']] },
);

/** Runs `use` with a store on a database whose tables were made before it was opened. */
export async function withTables(
  engine: TestEngine,
  statements: readonly string[],
  plans: readonly CollectionPlan[],
  use: (store: SqlStore, program: Program, database: TestDatabase) => Promise<void>,
): Promise<void> {
  await withDatabase(engine, async (database) => {
    const other = database.engine();
    await other.open();
    try {
      const program = programOn(other);
      await program(...statements);
      await withStore(database, plans, (store) => use(store, program, database));
    } finally {
      await other.close();
    }
  });
}
