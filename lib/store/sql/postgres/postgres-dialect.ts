import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import { KEY_LENGTH } from '../../position.js';
import { isInteger, literal } from '../dialect.js';
import type { Dialect, ColumnSql } from '../dialect.js';
import type { ColumnClass } from '../existing-table/table-description.js';
import { describePostgresTable } from './postgres-introspection.js';

/** Values with more characters are told apart by a digest: rows of an index are short. */
const MAX_IDENTITY_LENGTH = 64;

/**
 * A table without columns, and without rows. Transactions that lost against others wait for its lock, so that they do
 * not meet again. An advisory lock would not do: the snapshot of a transaction is taken before it asks for one, and
 * would be as old as the waiting was long.
 *
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
 */
export const QUEUE_TABLE = 'shoji_queue';

const typeOf = (member: string): string => `jsonb_typeof(body -> ${literal(member)})`;
const textOf = (member: string): string => `(body ->> ${literal(member)})`;

/** Text whose order is that of code points, whatever the database's collation. */
const TEXT = 'text COLLATE "C"';

const DATE = sql.lit('YYYY-MM-DD');
const TIME = sql.lit('YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

/** How numbers are given that columns of a class are compared with, so that an index serves it. */
const NUMBERS: Partial<Record<ColumnClass, string>> = {
  integer: 'bigint',
  double: 'double precision',
  number: 'numeric',
};

/** Without it a year before Christ would be one after. */
function era(ref: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when ${ref} < '0001-01-01' then ' BC' else '' end`;
}

/** A number as a double, which neither NaN and infinity are nor what a double is too large or too fine for. */
function finite(ref: RawBuilder<unknown>, of: ColumnClass): RawBuilder<unknown> {
  const double = sql`cast(${ref} as double precision)`;
  if (of === 'integer') return double;
  const isHeld =
    of === 'double'
      ? sql`${ref} between ${sql.lit(-Number.MAX_VALUE)} and ${sql.lit(Number.MAX_VALUE)}`
      : sql`${ref} = 0 or abs(${ref}) between 1e-307 and ${sql.lit(Number.MAX_VALUE)}`;
  return sql`case when ${isHeld} then ${double} end`;
}

/** PostgreSQL: all values are read as text that does not depend on the settings of a session. */
export const postgresColumns: ColumnSql = {
  raw: ({ ref, class: of }) => {
    const text = sql`cast(${ref} as text)`;
    switch (of) {
      case 'date':
        return sql`case when isfinite(${ref}) then to_char(${ref}, ${DATE}) || ${era(ref)} else ${text} end`;
      case 'timestamp':
        return sql`case when isfinite(${ref}) then to_char(${ref}, ${TIME}) || ${era(ref)} else ${text} end`;
      case 'timestamptz': {
        const utc = sql`${ref} at time zone 'UTC'`;
        return sql`case when isfinite(${ref}) then to_char(${utc}, ${TIME}) || ${era(utc)} else ${text} end`;
      }
      // As text it would not tell the item NULL from the text of that name, or an item from a list of them.
      case 'array':
        return sql`cast(to_jsonb(${ref}) as text)`;
      default:
        return text;
    }
  },
  text: ({ ref }) => sql`cast(${ref} as text) collate "C"`,
  sortKey: (column, type) => {
    const { ref, class: of } = column;
    const isNumeric = of in NUMBERS;
    switch (type) {
      case 'string':
        return sql`left(${postgresColumns.raw(column)}, ${sql.lit(KEY_LENGTH)}) collate "C"`;
      case 'number':
        return isNumeric ? finite(ref, of) : sql`cast(null as double precision)`;
      case 'boolean':
        if (of === 'boolean') return ref;
        return isNumeric
          ? sql`case ${ref} when 1 then true when 0 then false end`
          : sql`cast(null as boolean)`;
    }
  },
  // The first condition is what an index of the column serves, which has the column's collation.
  equal: (column, slot) => {
    const { ref, class: of } = column;
    if (of === 'text') return sql<SqlBool>`(${ref} = ${slot} and ${postgresColumns.text(column)} = ${slot})`;
    const type = NUMBERS[of];
    return type === undefined
      ? sql<SqlBool>`${ref} = ${slot}`
      : sql<SqlBool>`${ref} = cast(${slot} as ${sql.raw(type)})`;
  },
  // Of any size: a column of four bytes is compared with it just as well.
  integer: (slot) => sql`cast(${slot} as bigint)`,
  isInteger: (ref) => sql<SqlBool>`${ref} is not null`,
  truth: (value) => value,
  // Without a time zone, a column would drop the one that a value names.
  written: (slot, of) =>
    of === 'timestamp'
      ? sql`cast(cast(${slot} as timestamptz) at time zone 'UTC' as timestamp)`
      : sql`${slot}`,
};

/** PostgreSQL: bodies are jsonb beside their text, members are looked up when a row is written. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  systemTables: { queue: `CREATE TABLE ${QUEUE_TABLE} ()` },
  columns: postgresColumns,
  describeTable: describePostgresTable,
  idType: (kind) => (isInteger(kind) ? 'bigint' : TEXT),
  integerType: 'bigint',
  textType: TEXT,
  memberType: (type) => ({ string: TEXT, number: 'double precision', boolean: 'boolean' })[type],
  generated: 'stored',
  sortKey: (member, type) => {
    const value = {
      string: `left(${textOf(member)}, ${KEY_LENGTH})`,
      number: `${textOf(member)}::double precision`,
      boolean: `${textOf(member)}::boolean`,
    }[type];
    return `CASE ${typeOf(member)} WHEN '${type}' THEN ${value} END`;
  },
  identity: (member) => {
    const text = `(body -> ${literal(member)})::text`;
    // A cast to bytea reads backslashes as escapes, and unlike convert_to() it may be kept in a column.
    const digest = `encode(sha256(replace(${text}, '\\', '\\\\')::bytea), 'hex')`;
    const short = `CASE WHEN length(${text}) <= ${MAX_IDENTITY_LENGTH} THEN ${text} ELSE ${digest} END`;
    return `CASE WHEN ${typeOf(member)} <> 'null' THEN ${short} END`;
  },
  reference: (member, target) => {
    const text = textOf(member);
    if (target === 'integer') return `CASE WHEN ${text} ~ '^(0|[1-9][0-9]{0,15})$' THEN ${text}::bigint END`;
    // Of those with 19 digits not all are a bigint.
    const isBigint = `${text}::numeric BETWEEN -9223372036854775808 AND 9223372036854775807`;
    const bigint = `CASE WHEN ${isBigint} THEN ${text}::bigint END`;
    return target === 'bigint'
      ? `CASE WHEN ${text} ~ '^(0|-?[1-9][0-9]{0,18})$' THEN ${bigint} END`
      : `CASE WHEN ${typeOf(member)} IN ('string', 'number', 'boolean') THEN ${text} END`;
  },
  isPresent: (member) => `${typeOf(member)} <> 'null'`,
  searched: (_type, slot) => sql`${slot}`,
  searchedValue: (value) => value,
  keyValue: (key) => key,
  shards: 8,
  greatest: 'greatest',
};
