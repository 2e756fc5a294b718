import { sql, type SqlBool } from 'kysely';
import { KEY_LENGTH } from '../position.js';
import type { ColumnTexts } from './column-texts.js';

/** SQLite: any column may hold a value of any type. */
export const sqliteTexts: ColumnTexts = {
  // Integers that JavaScript does not hold exactly come as their digits.
  raw: ({ ref }) =>
    sql`case typeof(${ref}) when 'blob' then hex(${ref}) when 'integer' then iif(${ref} between ${sql.lit(
      Number.MIN_SAFE_INTEGER,
    )} and ${sql.lit(Number.MAX_SAFE_INTEGER)}, ${ref}, cast(${ref} as text)) else ${ref} end`,
  text: ({ ref }) => sql`cast(${ref} as text) collate binary`,
  sortKey: ({ ref }, type) => {
    switch (type) {
      case 'string':
        return sql`substr(cast(${ref} as text), 1, ${sql.lit(KEY_LENGTH)})`;
      case 'number':
        return sql`case when typeof(${ref}) in ('integer', 'real') then cast(${ref} as real) end`;
      case 'boolean':
        return sql`case ${ref} when 1 then 1 when 0 then 0 end`;
    }
  },
  // The first condition is what an index of the column serves, which has the column's collation.
  equal: ({ ref, class: of }, slot) =>
    of === 'text'
      ? sql<SqlBool>`(${ref} = ${slot} and ${ref} = ${slot} collate binary)`
      : sql<SqlBool>`${ref} = ${slot}`,
  integer: (slot) => sql`cast(${slot} as integer)`,
  isInteger: (ref) => sql<SqlBool>`typeof(${ref}) = 'integer'`,
  truth: Number,
  written: (slot) => sql`${slot}`,
};
