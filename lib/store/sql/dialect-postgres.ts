import { sql } from 'kysely';
import { KEY_LENGTH } from '../position.js';
import { isInteger, literal, type Dialect } from './dialect.js';

/** Values that are longer, in characters, are told apart by a digest: rows of an index are short. */
const LONGEST_IDENTITY = 64;

const typeOf = (member: string): string => `jsonb_typeof(body -> ${literal(member)})`;
const textOf = (member: string): string => `(body ->> ${literal(member)})`;

/** Text whose order is that of code points, whatever the database's collation. */
const TEXT = 'text COLLATE "C"';

/** PostgreSQL: bodies are jsonb beside their text, members are looked up when a row is written. */
export const postgresDialect: Dialect = {
  name: 'postgres',
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
    const short = `CASE WHEN length(${text}) <= ${LONGEST_IDENTITY} THEN ${text} ELSE ${digest} END`;
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
