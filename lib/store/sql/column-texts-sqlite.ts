import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { KEY_LENGTH } from '../position.js';
import type { ColumnTexts } from './column-texts.js';
import type { Slot } from './query.js';

/** What SQLite takes for a date with a time of day, in UTC where it names no offset. */
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

/** What a column may hold where it is read as the text in a slot. */
function spellingsOf(slot: Slot): readonly RawBuilder<unknown>[] {
  const zoneless = sql`rtrim(${slot}, 'Z')`;
  const minutes = sql`case when ${slot} like '%:00Z' then substr(${slot}, 1, 16) end`;
  const apart = sql`case when ${slot} glob ${HAS_OFFSET} then substr(${slot}, 1, length(${slot}) - 6) || ' ' || substr(${slot}, -6) end`;
  return [sql`${slot}`, zoneless, minutes, apart].flatMap((text) => [text, sql`replace(${text}, 'T', ' ')`]);
}

/** SQLite: any column may hold a value of any type. */
export const sqliteTexts: ColumnTexts = {
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
