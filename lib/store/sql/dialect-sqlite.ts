import { sql } from 'kysely';
import { KEY_LENGTH, type SortKey } from '../position.js';
import { isInteger, literal, type Dialect } from './dialect.js';

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

/** SQLite: bodies are JSON text, booleans are 1 and 0, members are looked up when a row is read. */
export const sqliteDialect: Dialect = {
  name: 'sqlite',
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
