import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import { KEY_LENGTH } from '../../position.js';
import type { SortKey } from '../../position.js';
import { isInteger, literal } from '../dialect.js';
import type { Dialect, ColumnSql } from '../dialect.js';
import type { Slot } from '../queries/query.js';
import { describeSqliteTable } from './sqlite-introspection.js';

/** The path of a member, as a literal. Quotes, backslashes and control characters are escaped as in JSON. */
function path(member: string): string {
  const name = member.replaceAll(
    /[^ !#-[\]-\u{10ffff}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return literal(`$."${name}"`);
}

/** The types of scalars that are no text. */
const SCALARS = "'integer', 'real', 'true', 'false'";

const typeOf = (member: string): string => `json_type(body, ${path(member)})`;
const valueOf = (member: string): string => `json_extract(body, ${path(member)})`;

/** SQLite has no booleans. */
function keyValue(key: SortKey): SortKey {
  return typeof key === 'boolean' ? Number(key) : key;
}

/** Matches what SQLite takes for a date with a time of day, in UTC where it names no offset. */
const DATE_TIME = sql.lit('[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T][0-9][0-9]:[0-9][0-9]*');
const HAS_OFFSET = sql.lit('*[-+][0-9][0-9]:[0-9][0-9]');

/**
 * A date with a time as RFC 3339 writes it; anything else as it is.
 *
 * @see https://www.sqlite.org/lang_datefunc.html, section 2
 */
function asRfc3339(ref: RawBuilder<unknown>): RawBuilder<unknown> {
  // What follows the minutes: seconds, their fraction, an offset.
  const rest = sql`replace(substr(${ref}, 17), ' ', '')`;
  const seconds = sql`case when length(${ref}) = 16 then ':00' else ${rest} end`;
  const offset = sql`case when ${rest} glob '*[zZ]' or ${rest} glob ${HAS_OFFSET} then '' else 'Z' end`;
  return sql`case when ${ref} glob ${DATE_TIME} and (length(${ref}) = 16 or substr(${ref}, 17, 1) = ':')
      and datetime(${ref}) is not null
    then substr(${ref}, 1, 10) || 'T' || substr(${ref}, 12, 5) || ${seconds} || ${offset}
    else cast(${ref} as text) end`;
}

/** Lists what a column may hold where it is read as the text in a slot. */
function spellingsOf(slot: Slot): readonly RawBuilder<unknown>[] {
  const zoneless = sql`rtrim(${slot}, 'Z')`;
  const minutes = sql`case when ${slot} like '%:00Z' then substr(${slot}, 1, 16) end`;
  const apart = sql`case when ${slot} glob ${HAS_OFFSET} then substr(${slot}, 1, length(${slot}) - 6) || ' ' || substr(${slot}, -6) end`;
  return [sql`${slot}`, zoneless, minutes, apart].flatMap((text) => [text, sql`replace(${text}, 'T', ' ')`]);
}

/** SQLite: any column may hold a value of any type. */
export const sqliteColumns: ColumnSql = {
  // Integers that JavaScript does not hold exactly come as their digits.
  raw: ({ ref, class: of }) =>
    of === 'datetime'
      ? asRfc3339(ref)
      : sql`case typeof(${ref}) when 'blob' then hex(${ref}) when 'integer' then iif(${ref} between ${sql.lit(
          Number.MIN_SAFE_INTEGER,
        )} and ${sql.lit(Number.MAX_SAFE_INTEGER)}, ${ref}, cast(${ref} as text)) else ${ref} end`,
  text: ({ ref }) => sql`cast(${ref} as text) collate binary`,
  sortKey: ({ ref, class: of }, type) => {
    switch (type) {
      case 'string':
        return sql`substr(cast(${of === 'datetime' ? asRfc3339(ref) : ref} as text), 1, ${sql.lit(KEY_LENGTH)})`;
      case 'number':
        return sql`case when typeof(${ref}) in ('integer', 'real')
          and ${ref} between ${sql.lit(-Number.MAX_VALUE)} and ${sql.lit(Number.MAX_VALUE)} then cast(${ref} as real) end`;
      case 'boolean':
        return sql`case ${ref} when 1 then 1 when 0 then 0 end`;
    }
  },
  // The first condition is what an index of the column serves, which has the column's collation.
  equal: ({ ref, class: of }, slot) => {
    if (of === 'datetime') {
      return sql<SqlBool>`(${ref} in (${sql.join(spellingsOf(slot))}) and ${asRfc3339(ref)} = ${slot})`;
    }
    return of === 'text'
      ? sql<SqlBool>`(${ref} = ${slot} and ${ref} = ${slot} collate binary)`
      : sql<SqlBool>`${ref} = ${slot}`;
  },
  integer: (slot) => sql`cast(${slot} as integer)`,
  isInteger: (ref) => sql<SqlBool>`typeof(${ref}) = 'integer'`,
  truth: Number,
  written: (slot) => sql`${slot}`,
};

/** SQLite: bodies are JSON text, booleans are 1 and 0, members are looked up when a row is read. */
export const sqliteDialect: Dialect = {
  name: 'sqlite',
  systemTables: {},
  columns: sqliteColumns,
  describeTable: describeSqliteTable,
  idType: (kind) => (isInteger(kind) ? 'INTEGER' : 'TEXT'),
  integerType: 'INTEGER',
  textType: 'TEXT',
  memberType: (type) => ({ string: 'TEXT', number: 'REAL', boolean: 'INTEGER' })[type],
  generated: 'virtual',
  sortKey: (member, type) => {
    const of = typeOf(member);
    if (type === 'boolean') return `CASE ${of} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`;
    return type === 'number'
      ? `CASE WHEN ${of} IN ('integer', 'real') THEN CAST(${valueOf(member)} AS REAL) END`
      : `CASE ${of} WHEN 'text' THEN substr(${valueOf(member)}, 1, ${KEY_LENGTH}) END`;
  },
  identity: (member) => `CASE WHEN ${typeOf(member)} <> 'null' THEN body -> ${path(member)} END`,
  reference: (member, target) => {
    const value = valueOf(member);
    if (!isInteger(target)) {
      // Numbers as they are written, and not as SQLite writes them.
      const written = `CASE WHEN ${typeOf(member)} IN (${SCALARS}) THEN body -> ${path(member)} END`;
      return `CASE ${typeOf(member)} WHEN 'text' THEN ${value} ELSE ${written} END`;
    }
    const isWhole = `CAST(${value} AS TEXT) = CAST(CAST(${value} AS INTEGER) AS TEXT)`;
    return `CASE WHEN ${typeOf(member)} IN ('integer', 'text') AND ${isWhole} THEN CAST(${value} AS INTEGER) END`;
  },
  isPresent: (member) => `${typeOf(member)} <> 'null'`,
  // SQLite does not read every number to the last digit, so that both are to be read by it.
  searched: (type, slot) => (type === 'number' ? sql`cast(${slot} as real)` : sql`${slot}`),
  searchedValue: (value) => (typeof value === 'number' ? JSON.stringify(value) : keyValue(value)),
  keyValue,
  // There is one writer at a time.
  shards: 1,
  greatest: 'max',
};
