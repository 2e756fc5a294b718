import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Dialect } from '../dialect.js';
import { COLLECTIONS_TABLE } from '../schema/migrations.js';
import { Query, Slot, type Builder } from './query.js';

/** How far times of several processes may lie apart before one of them is corrected. */
const MAX_CLOCK_SKEW_MS = 1000;

/** The statements that mark a collection as written to: they give it a new version, and a time not before the last one. */
export interface TouchStatements {
  readonly touch: Query;
  /** The same, which also counts integer ids and gives the largest one: a statement with rows costs twice as much. */
  readonly reserve: Query;
}

/**
 * Compiles the statements that read and write what is known of a collection as a whole. The slots `collection` and
 * `parentIds` find its rows: it has one for each shard.
 */
export class CollectionStateStatements {
  /** The version and the time of each shard. */
  readonly read: Query;
  /** The largest integer id that was given. */
  readonly largest: Query;
  /** Compares times with that of the written row alone. */
  readonly byRow: TouchStatements;
  /** Compares times with those of all rows of the collection. */
  readonly byCollection: TouchStatements;

  constructor(builder: Builder, dialect: Dialect) {
    const rows = builder
      .selectFrom(COLLECTIONS_TABLE)
      .where('catalog', '=', new Slot('collection'))
      .where('within', '=', new Slot('parentIds'));
    this.read = new Query('collection state', rows.select(['version', 'updated']).orderBy('shard').compile());
    this.largest = new Query('collection largest', rows.select('largest').where('shard', '=', 0).compile());
    this.byRow = touchStatements(builder, dialect, false);
    this.byCollection = dialect.shards === 1 ? this.byRow : touchStatements(builder, dialect, true);
  }
}

/** Holds where the collection in the slots `collection` and `parentIds` was written to later than a time, and not just before. */
export function isWrittenLater(updated: Slot): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select 1 from ${sql.table(COLLECTIONS_TABLE)} where ${sql.id('catalog')} = ${new Slot('collection')} and ${sql.id('within')} = ${new Slot('parentIds')} and ${sql.ref(`${COLLECTIONS_TABLE}.updated`)} > cast(${updated} as bigint) + ${sql.lit(MAX_CLOCK_SKEW_MS)})`;
}

/** @param isByCollection - whether the times of all rows of the collection are compared, and not only that of the one */
function touchStatements(builder: Builder, dialect: Dialect, isByCollection: boolean): TouchStatements {
  const slot = (name: string): Slot => new Slot(name);
  const larger = sql.raw(dialect.greatest);
  const written = {
    catalog: sql`cast(${slot('collection')} as text)`,
    within: sql`cast(${slot('parentIds')} as text)`,
    shard: sql`cast(${slot('shard')} as bigint)`,
    version: sql`cast(${slot('version')} as text)`,
    updated: sql`cast(${slot('updated')} as bigint)`,
    largest: sql`cast(${slot('first')} as bigint)`,
  };
  const columns = Object.entries(written);
  const before = {
    largest: sql.ref(`${COLLECTIONS_TABLE}.largest`),
    updated: sql.ref(`${COLLECTIONS_TABLE}.updated`),
  };
  const given = { version: sql.ref('excluded.version'), updated: sql.ref('excluded.updated') };
  const insert = isByCollection
    ? builder
        .insertInto(COLLECTIONS_TABLE)
        .columns(columns.map(([name]) => name))
        .expression(
          builder
            .selectNoFrom(columns.map(([name, value]) => value.as(name)))
            .where(sql<SqlBool>`not ${isWrittenLater(slot('updated'))}`),
        )
    : builder.insertInto(COLLECTIONS_TABLE).values(written);
  const state = { version: given.version, updated: sql`${larger}(${before.updated}, ${given.updated})` };
  const largest = sql`${larger}(${before.largest} + ${slot('given')}, ${slot('least')})`;
  const upsert = (set: Readonly<Record<string, RawBuilder<unknown>>>) =>
    insert.onConflict((conflict) =>
      conflict
        .columns(['catalog', 'within', 'shard'])
        .doUpdateSet(set)
        .where(sql<SqlBool>`${before.updated} <= ${given.updated} + ${sql.lit(MAX_CLOCK_SKEW_MS)}`),
    );
  const name = isByCollection ? 'collection by all' : 'collection';
  return {
    touch: new Query(`${name} touch`, upsert(state).compile()),
    reserve: new Query(
      `${name} reserve`,
      upsert({ ...state, largest })
        .returning('largest')
        .compile(),
    ),
  };
}
