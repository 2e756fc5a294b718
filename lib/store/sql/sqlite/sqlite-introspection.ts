import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { nameParts } from '../existing-table/table-description.js';
import type {
  ColumnClass,
  ColumnDescription,
  ForeignKeyDescription,
  TableDescription,
} from '../existing-table/table-description.js';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly default: string | null;
  readonly hidden: number;
  readonly notnull: number;
  readonly pk: number;
}

interface Reference {
  readonly id: number;
  readonly table: string;
  readonly from: string;
  /** NULL where it refers to the primary key without naming it. */
  readonly to: string | null;
}

/**
 * The class of a declared type: that of a column's affinity, but for what SQLite has no type for.
 *
 * @see https://www.sqlite.org/datatype3.html, section 3.1
 */
function classOf(declared: string): ColumnClass {
  const type = declared.toUpperCase();
  if (type.includes('BOOL')) return 'boolean';
  if (type === 'JSON') return 'json';
  if (type.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT/.test(type)) return 'text';
  if (type === '' || type.includes('BLOB')) return 'other';
  return /REAL|FLOA|DOUB/.test(type) ? 'double' : 'number';
}

/** @see https://www.sqlite.org/rowidtable.html */
const ROWID: ColumnDescription = {
  name: 'rowid',
  type: 'INTEGER',
  class: 'integer',
  isWritable: true,
  default: undefined,
  isNullable: false,
  isNumbered: true,
};

/** Describes a table, or undefined where there is none. */
export async function describeSqliteTable(
  db: Kysely<unknown>,
  table: string,
): Promise<TableDescription | undefined> {
  const parts = nameParts(table);
  const name = parts.at(-1) ?? '';
  const schema = parts.length > 1 ? (parts[0] ?? '') : 'main';
  const kinds = await sql<{ type: string; wr: number }>`
    select type, wr from pragma_table_list where lower(schema) = lower(${schema})
      and lower(name) = lower(${name}) and type <> 'shadow'`.execute(db);
  const [kind] = kinds.rows;
  if (kind === undefined) return undefined;

  const columns = await sql<Column>`
    select name, type, dflt_value as "default", hidden, "notnull", pk
    from pragma_table_xinfo(${name}, ${schema}) order by cid`.execute(db);
  const uniques = await sql<{ name: string; columns: string }>`
    select list.name, json_group_array(info.name) as columns
    from pragma_index_list(${name}, ${schema}) as list, pragma_index_xinfo(list.name, ${schema}) as info
    where list."unique" and not list.partial and info.key
    group by list.name having count(*) = count(info.name)`.execute(db);
  const references = await sql<Reference>`
    select id, "table", "from", "to"
    from pragma_foreign_key_list(${name}, ${schema}) order by id, seq`.execute(db);
  const primary = columns.rows.filter(({ pk }) => pk > 0).toSorted((one, other) => one.pk - other.pk);
  const isView = kind.type === 'view';
  const hasRowid = kind.type === 'table' && kind.wr === 0;
  // Only an INTEGER PRIMARY KEY is another name of the rowid (https://www.sqlite.org/lang_createtable.html#rowid).
  const numbered =
    hasRowid && primary.length === 1 && primary[0]?.type.toUpperCase() === 'INTEGER' ? primary[0] : undefined;
  return {
    isView,
    isWritable: !isView,
    fillsRows: isView,
    columns: columns.rows.map(({ name: column, type, default: value, hidden, notnull }) => ({
      name: column,
      type: type === '' ? 'no type' : type,
      class: classOf(type),
      isWritable: hidden === 0,
      default: value ?? undefined,
      isNullable: notnull === 0,
      isNumbered: column === numbered?.name,
    })),
    ...(hasRowid && { rowid: ROWID }),
    uniques: [
      // The index of an INTEGER PRIMARY KEY is the table itself.
      ...(primary.length > 0 ? [{ name: undefined, columns: primary.map((column) => column.name) }] : []),
      ...uniques.rows.map((index) => ({
        name: index.name,
        columns: JSON.parse(index.columns) as readonly string[],
      })),
      ...(hasRowid ? [{ name: undefined, columns: [ROWID.name] }] : []),
    ],
    references: referencesOf(references.rows),
  };
}

/** Puts together the columns of each foreign key. */
function referencesOf(rows: readonly Reference[]): readonly ForeignKeyDescription[] {
  return Array.from(new Set(rows.map(({ id }) => id)), (id) => {
    const own = rows.filter((row) => row.id === id);
    return {
      name: undefined,
      table: own[0]?.table ?? '',
      columns: own.map((row) => row.from),
      targets: own.flatMap((row) => row.to ?? []),
    };
  });
}
