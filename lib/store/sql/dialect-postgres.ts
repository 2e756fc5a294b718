import { sql } from 'kysely';
import { KEY_LENGTH } from '../position.js';
import { literal, type Dialect } from './dialect.js';

/** Values that are longer, in characters, are told apart by a digest: rows of an index are short. */
const LONGEST_IDENTITY = 64;

const typeOf = (member: string): string => `jsonb_typeof(body -> ${literal(member)})`;
const textOf = (member: string): string => `(body ->> ${literal(member)})`;

/** Text whose order is that of code points, whatever the database's collation. */
const TEXT = 'text COLLATE "C"';

/** PostgreSQL: bodies are jsonb beside their text, members are looked up when a row is written. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  idType: (kind) => (kind === 'integer' ? 'bigint' : TEXT),
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
  reference: (member, target) =>
    target === 'integer'
      ? `CASE WHEN ${textOf(member)} ~ '^(0|[1-9][0-9]{0,15})$' THEN ${textOf(member)}::bigint END`
      : `CASE WHEN ${typeOf(member)} IN ('string', 'number', 'boolean') THEN ${textOf(member)} END`,
  isPresent: (member) => `${typeOf(member)} <> 'null'`,
  searched: (_type, slot) => sql`${slot}`,
  searchedValue: (value) => value,
  keyValue: (key) => key,
  shards: 8,
  greatest: 'greatest',
};
