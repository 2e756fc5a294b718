import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { quoted } from '../dialect.js';
import { nameParts } from '../existing-table/table-description.js';
import type { ColumnClass, TableDescription } from '../existing-table/table-description.js';

/** The classes of PostgreSQL's types, by their names in pg_type. */
const CLASSES: Readonly<Record<string, ColumnClass>> = {
  bool: 'boolean',
  bpchar: 'text',
  date: 'date',
  float4: 'double',
  float8: 'double',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  json: 'json',
  jsonb: 'json',
  name: 'text',
  numeric: 'number',
  text: 'text',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  uuid: 'uuid',
  varchar: 'text',
};

/** What pg_relation_is_updatable() adds up for INSERT, UPDATE and DELETE. */
const WRITABLE = 8 + 4 + 16;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly base: string;
  readonly isArray: boolean;
  readonly isWritable: boolean;
  readonly isNullable: boolean;
  readonly default: string | null;
}

interface Constraint {
  readonly name: string;
  readonly columns: readonly string[];
  readonly table: string;
  readonly targets: readonly string[];
}

/**
 * Describes a table, or undefined where there is none.
 *
 * @param table - found by the search_path, unless it names its schema
 */
export async function describePostgresTable(
  db: Kysely<unknown>,
  table: string,
): Promise<TableDescription | undefined> {
  const name = nameParts(table).map(quoted).join('.');
  const relations = await sql<{ oid: number; kind: string; writable: number; fills: boolean }>`
    select oid::int8 as oid, relkind as kind,
      case when has_any_column_privilege(oid, 'UPDATE') then pg_relation_is_updatable(oid, true) else 0 end
        as writable,
      exists (select from pg_trigger where tgrelid = pg_class.oid and not tgisinternal and tgtype & 6 = 6) as fills
    from pg_class where oid = to_regclass(${name}) and relkind in ('r', 'p', 'f', 'v', 'm')`.execute(db);
  const [relation] = relations.rows;
  if (relation === undefined) return undefined;

  const { oid } = relation;
  const columns = await sql<Column>`
    select attname as name, format_type(atttypid, atttypmod) as type,
      coalesce(base.typname, own.typname) as base,
      coalesce(base.typcategory, own.typcategory) = 'A' as "isArray",
      attgenerated = '' and attidentity = '' as "isWritable",
      not attnotnull and not own.typnotnull as "isNullable",
      case when attgenerated = '' then pg_get_expr(adbin, adrelid) end as default
    from pg_attribute
    join pg_type as own on own.oid = atttypid
    left join pg_type as base on base.oid = own.typbasetype
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid = ${oid}::int8::oid and attnum > 0 and not attisdropped
    order by attnum`.execute(db);
  const uniques = await sql<Constraint>`
    select relname as name, array(
      select attname::text from unnest(indkey) with ordinality as key (number, place)
      join pg_attribute on attrelid = indrelid and attnum = key.number
      where place <= indnkeyatts order by place) as columns
    from pg_index join pg_class on pg_class.oid = indexrelid
    where indrelid = ${oid}::int8::oid and indisunique and indisvalid and indimmediate
      and indpred is null and indexprs is null`.execute(db);
  const references = await sql<Constraint>`
    select conname as name, relname as table,
      array(select attname::text from unnest(conkey) with ordinality as key (number, place)
        join pg_attribute on attrelid = conrelid and attnum = key.number order by place) as columns,
      array(select attname::text from unnest(confkey) with ordinality as key (number, place)
        join pg_attribute on attrelid = confrelid and attnum = key.number order by place) as targets
    from pg_constraint join pg_class on pg_class.oid = confrelid
    where conrelid = ${oid}::int8::oid and contype = 'f'`.execute(db);
  return {
    isView: relation.kind === 'v' || relation.kind === 'm',
    isWritable: (relation.writable & WRITABLE) === WRITABLE,
    fillsRows: relation.kind !== 'r' || relation.fills,
    columns: columns.rows.map(({ base, isArray, ...column }) => ({
      ...column,
      class: isArray ? 'array' : (CLASSES[base] ?? 'other'),
      default: column.default ?? undefined,
      isNumbered: column.default !== null || !column.isWritable,
    })),
    uniques: uniques.rows,
    references: references.rows,
  };
}
