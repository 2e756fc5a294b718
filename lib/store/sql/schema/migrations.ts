import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';
import { isInteger, quoted } from '../dialect.js';
import type { Dialect } from '../dialect.js';
import { constraintName, hasForeignKey, indexedPairs } from './table-schema.js';
import type { MemberColumn, ReferenceKey, TableSchema, UniqueKey, IndexPair } from './table-schema.js';

/** Holds the state of each collection as a whole. Its name is that of the files and databases that there are. */
export const COLLECTIONS_TABLE = 'shoji_places';
/** Holds the records of transactions. Its name is that of the files and databases that there are. */
export const RECORDS_TABLE = 'shoji_remembered';

/** On SQLite, the column that references to an entity within others lead to. */
const PATH = 'path';

/** Says what a table has to be to hold a collection: another text is another kind of table. */
function tableKind(schema: TableSchema): string {
  const kinds = [...schema.parentColumns, schema.id].map(({ kind }) =>
    isInteger(kind) ? 'integer' : 'text',
  );
  const parent = foreignKeyParent(schema);
  return `(${kinds.join(', ')})${parent === undefined ? '' : ` within ${parent.table}`}`;
}

/** The parent that a foreign key is to hold. */
function foreignKeyParent(schema: TableSchema): TableSchema | undefined {
  const { parent } = schema;
  return parent !== undefined && hasForeignKey(schema, parent) ? parent : undefined;
}

/** Names the migration that makes the table of a schema. @param table - the name that the table has, or had */
export function tableMigration(schema: TableSchema, table: string = schema.table): string {
  return `2 table ${String(schema.plan.depth).padStart(3, '0')} ${table} ${tableKind(schema)}`;
}

/**
 * Lists the migrations that make the tables of these schemas, and that change them when members are declared later.
 * Each is named after what it makes and never changes, so that whatever was declared before, those that are missing
 * can be run; their names order them.
 */
export function migrationsFor(schemas: Iterable<TableSchema>, dialect: Dialect): Record<string, Migration> {
  const migrations: Record<string, Migration> = {
    '1 places': statements(
      `CREATE TABLE ${COLLECTIONS_TABLE} (catalog ${dialect.textType} NOT NULL, within ${dialect.textType} NOT NULL, ` +
        `shard ${dialect.integerType} NOT NULL, version ${dialect.textType} NOT NULL, ` +
        `updated ${dialect.integerType} NOT NULL, largest ${dialect.integerType} NOT NULL, ` +
        'PRIMARY KEY (catalog, within, shard))',
    ),
    '1 remembered': statements(
      `CREATE TABLE ${RECORDS_TABLE} (key ${dialect.textType} NOT NULL PRIMARY KEY, ` +
        `text ${dialect.textType}, until ${dialect.integerType} NOT NULL)`,
      `CREATE INDEX ${RECORDS_TABLE}_until ON ${RECORDS_TABLE} (until)`,
    ),
  };
  for (const [name, text] of Object.entries(dialect.systemTables)) migrations[`1 ${name}`] = statements(text);
  for (const schema of schemas) {
    const { table } = schema;
    migrations[tableMigration(schema)] = statements(createTable(schema, dialect));
    for (const column of schema.members) {
      migrations[`3 member ${table}.${column.name}`] = statements(...addMember(schema, column, dialect));
    }
    for (const pair of indexedPairs(schema)) {
      const name = `3 pair ${table}.${pair.searched.name}.${pair.sorted.name}`;
      migrations[name] = statements(...createPairIndexes(schema, pair));
    }
    for (const key of schema.uniques) {
      for (const { member, name } of key.columns) {
        const type = dialect.textType;
        migrations[`4 identity ${table}.${name}`] = statements(
          addColumn(table, name, type, dialect.identity(member), dialect),
        );
      }
      migrations[`5 unique ${key.constraint}`] = addUnique(schema, key);
    }
    for (const key of schema.references) {
      const { target } = key;
      const isForeignKey = hasForeignKey(schema, target);
      if (isForeignKey && dialect.name === 'sqlite' && target.parentColumns.length > 0) {
        migrations[`6 path ${target.table}`] = statements(...addPath(target, dialect));
      }
      migrations[`7 reference ${key.constraint}`] = isForeignKey
        ? addReference(schema, key, dialect)
        : statements(...addUncheckedReference(schema, key, dialect));
    }
  }
  return migrations;
}

/**
 * Makes sure that no collection's table is there already as another kind of table.
 *
 * @param recorded - the names of the migrations that were run before
 * @throws {Error} where one is
 */
export function checkTableKinds(schemas: Iterable<TableSchema>, recorded: readonly string[]): void {
  for (const schema of schemas) {
    const table = ` ${schema.table} `;
    const other = recorded.find((name) => name.startsWith('2 table ') && name.includes(table));
    const kind = tableKind(schema);
    if (other === undefined || other === tableMigration(schema)) continue;
    throw new Error(
      `the table of the catalog ${JSON.stringify(schema.plan.collection)}, "${schema.table}", was made for ids ` +
        `${other.slice(other.indexOf(table) + table.length)}, and its plan asks for ids ${kind}; ` +
        'give the catalog another name, or move its entities to a new table yourself',
    );
  }
}

function statements(...texts: readonly string[]): Migration {
  return { up: (db: Kysely<unknown>) => run(db, ...texts) };
}

async function run(db: Kysely<unknown>, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) await sql.raw(text).execute(db);
}

function createTable(schema: TableSchema, dialect: Dialect): string {
  const { table, parentColumns, id, primaryConstraint, parentConstraint } = schema;
  const parent = foreignKeyParent(schema);
  const { integerType, textType } = dialect;
  const ids = [...parentColumns, id];
  const columns = [
    ...ids.map(({ name, kind }) => `${quoted(name)} ${dialect.idType(kind)} NOT NULL`),
    `version ${textType} NOT NULL`,
    `updated ${integerType} NOT NULL`,
    // jsonb keeps neither the order of members nor how numbers are written, so that the text stays beside it.
    ...(dialect.name === 'postgres' ? [`body jsonb NOT NULL`, 'text text NOT NULL'] : ['body TEXT NOT NULL']),
    `CONSTRAINT ${quoted(primaryConstraint)} PRIMARY KEY (${list(ids)})`,
  ];
  if (parent !== undefined) {
    const target = `${quoted(parent.table)} (${list([...parent.parentColumns, parent.id])})`;
    columns.push(
      `CONSTRAINT ${quoted(parentConstraint)} FOREIGN KEY (${list(parentColumns)}) REFERENCES ${target}`,
    );
  }
  return `CREATE TABLE ${quoted(table)} (${columns.join(', ')})`;
}

function addMember(
  { table, parentColumns, id }: TableSchema,
  column: MemberColumn,
  dialect: Dialect,
): string[] {
  const { member, type, name } = column;
  const index = (kind: string, direction: string): string =>
    `CREATE INDEX ${quoted(constraintName(table, [name], kind))} ON ${quoted(table)} ` +
    `(${[...parentColumns.map((level) => quoted(level.name)), quoted(name) + direction, id.name].join(', ')})`;
  return [
    addColumn(table, name, dialect.memberType(type), dialect.sortKey(member, type), dialect),
    index('asc', ''),
    // Of the same value the smallest id comes first in either direction, so that none serves both.
    index('desc', ' DESC'),
  ];
}

/** Makes an index for either direction: of the same value the smallest id comes first in both. */
function createPairIndexes(
  { table, parentColumns, id }: TableSchema,
  { searched, sorted }: IndexPair,
): string[] {
  const names = [searched.name, sorted.name];
  const index = (kind: string, direction: string): string =>
    `CREATE INDEX ${quoted(constraintName(table, names, kind))} ON ${quoted(table)} ` +
    `(${[...[...parentColumns, searched].map(({ name }) => quoted(name)), quoted(sorted.name) + direction, id.name].join(', ')})`;
  return [index('asc', ''), index('desc', ' DESC')];
}

/** An index, and no constraint: SQLite adds none to a table, and it comes to the same. */
function addUnique(
  { plan, table, parentColumns }: TableSchema,
  { columns, constraint }: UniqueKey,
): Migration {
  const columnsOf = list([...parentColumns, ...columns]);
  return {
    async up(db) {
      const present = columns.map(({ name }) => `${quoted(name)} IS NOT NULL`).join(' AND ');
      await checkRows(
        db,
        `SELECT count(*) AS count FROM ${quoted(table)} WHERE ${present} GROUP BY ${columnsOf} HAVING count(*) > 1`,
        (count) =>
          `the catalog ${JSON.stringify(plan.collection)} is declared unique by ` +
          `${columns.map(({ member }) => JSON.stringify(member)).join(' and ')}, and holds ${count} entities ` +
          'that have the same there; change or remove them before',
      );
      await run(db, `CREATE UNIQUE INDEX ${quoted(constraint)} ON ${quoted(table)} (${columnsOf})`);
    },
  };
}

/**
 * SQLite adds references to a table by single columns only, so that the ids that lead to an entity within
 * others are put together in one.
 */
function addPath({ table, parentColumns, id }: TableSchema, dialect: Dialect): string[] {
  return [
    addColumn(table, PATH, dialect.textType, `json_array(${list([...parentColumns, id])})`, dialect),
    `CREATE UNIQUE INDEX ${quoted(constraintName(table, [PATH], 'key'))} ON ${quoted(table)} (${PATH})`,
  ];
}

function addReference(schema: TableSchema, key: ReferenceKey, dialect: Dialect): Migration {
  const { plan, table } = schema;
  const { member, name, target, constraint } = key;
  const parents = target.parentColumns.map((level) => quoted(level.name));
  const id = dialect.reference(member, target.id.kind);
  const isSqlite = dialect.name === 'sqlite';
  return {
    async up(db) {
      const referring = [...parents, `${id} AS id`].join(', ');
      const source = `(SELECT ${referring} FROM ${quoted(table)} WHERE ${dialect.isPresent(member)}) AS source`;
      const same = [...parents, 'id'].map((column) => `target.${column} = source.${column}`).join(' AND ');
      const found = `SELECT 1 FROM ${quoted(target.table)} AS target WHERE ${same}`;
      await checkRows(
        db,
        `SELECT count(*) AS count FROM ${source} WHERE NOT EXISTS (${found})`,
        (count) =>
          `the member ${JSON.stringify(member)} of the catalog ${JSON.stringify(plan.collection)} is declared to ` +
          `refer to ${JSON.stringify(target.plan.collection)}, and in ${count} entities it refers to none that ` +
          'exists; change or remove them before',
      );
      const columns = isSqlite ? [quoted(name)] : [...parents, quoted(name)];
      await run(
        db,
        ...(isSqlite
          ? [referenceColumn(table, key, id, dialect)]
          : [
              addColumn(table, name, dialect.idType(target.id.kind), id, dialect),
              `ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${quoted(constraint)} FOREIGN KEY ` +
                `(${columns.join(', ')}) REFERENCES ${quoted(target.table)} (${[...parents, 'id'].join(', ')})`,
            ]),
        `CREATE INDEX ${quoted(constraintName(table, [name], 'index'))} ON ${quoted(table)} (${columns.join(', ')})`,
      );
    },
  };
}

/** Adds the column of a reference to an existing table, or from one: the store checks it, and finds by it what refers. */
function addUncheckedReference(
  { table }: TableSchema,
  { member, name, target }: ReferenceKey,
  dialect: Dialect,
): string[] {
  const { kind } = target.id;
  const columns = list([
    ...target.parentColumns.map((_, level) => ({ name: `within_${level + 1}` })),
    { name },
  ]);
  return [
    addColumn(table, name, dialect.idType(kind), dialect.reference(member, kind), dialect),
    `CREATE INDEX ${quoted(constraintName(table, [name], 'index'))} ON ${quoted(table)} (${columns})`,
  ];
}

/** Adds the column of a reference on SQLite, which itself says what it refers to. */
function referenceColumn(
  table: string,
  { name, target }: ReferenceKey,
  id: string,
  dialect: Dialect,
): string {
  if (target.parentColumns.length === 0) {
    const column = addColumn(table, name, dialect.idType(target.id.kind), id, dialect);
    return `${column} REFERENCES ${quoted(target.table)} (id)`;
  }
  const path = `CASE WHEN ${id} IS NOT NULL THEN json_array(${list(target.parentColumns)}, ${id}) END`;
  return `${addColumn(table, name, dialect.textType, path, dialect)} REFERENCES ${quoted(target.table)} (${PATH})`;
}

function addColumn(table: string, name: string, type: string, value: string, dialect: Dialect): string {
  const generated = `GENERATED ALWAYS AS (${value}) ${dialect.generated.toUpperCase()}`;
  return `ALTER TABLE ${quoted(table)} ADD COLUMN ${quoted(name)} ${type} ${generated}`;
}

/** @throws {Error} where a query that counts rows that must not be finds any */
async function checkRows(
  db: Kysely<unknown>,
  query: string,
  describe: (count: string) => string,
): Promise<void> {
  const { rows } = await sql.raw<{ count: number | string }>(query).execute(db);
  const count = rows[0]?.count ?? 0;
  if (Number(count) > 0) throw new Error(describe(String(count)));
}

function list(columns: readonly { readonly name: string }[]): string {
  return columns.map(({ name }) => quoted(name)).join(', ');
}
