import { sql } from 'kysely';
import type { RawBuilder, SqlBool } from 'kysely';
import type { Clock } from '../../clock.js';
import type { Connection } from '../engine.js';
import { Query, Slot } from './query.js';
import type { Parameter, Values } from './query.js';
import { COLLECTIONS_TABLE } from '../schema/migrations.js';
import type { SqlTables } from '../sql-tables.js';
import { newVersion } from '../writer/collection-state-writer.js';

/** How far times of several processes may lie apart before one of them is set, in milliseconds. */
const APART = 1000;

/** Holds where the place in the slots `catalog` and `within` was written to later than a time, and not just before. */
export function isWrittenLater(updated: Slot): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select 1 from ${sql.table(COLLECTIONS_TABLE)} where ${sql.id('catalog')} = ${new Slot('collection')} and ${sql.id('within')} = ${new Slot('parentIds')} and ${sql.ref(`${COLLECTIONS_TABLE}.updated`)} > cast(${updated} as bigint) + ${sql.lit(APART)})`;
}

/** The isolation of a transaction, where the database has several. */
export type Isolation = 'READ COMMITTED' | 'SERIALIZABLE';

/** What writes a place, and looks at how it is dated: one of its rows, or all of them. */
interface Noting {
  readonly reserve: Query;
  /** The same where nobody asks for the largest id: a statement that gives no rows costs half as much. */
  readonly note: Query;
}

/**
 * The statements that write what is known of a place as a whole: each gives it a new version, and a time that is not
 * before the last one.
 */
export class PlaceStatements {
  readonly #clock: Clock;
  readonly #tables: SqlTables;
  readonly #one: Noting;
  readonly #all: Noting;
  readonly #largest: Query;

  constructor(tables: SqlTables, clock: Clock) {
    this.#tables = tables;
    this.#clock = clock;
    this.#one = noting(tables, false);
    this.#all = tables.dialect.shards === 1 ? this.#one : noting(tables, true);
    this.#largest = new Query(
      'place largest',
      tables.builder
        .selectFrom(COLLECTIONS_TABLE)
        .select('largest')
        .where('catalog', '=', new Slot('collection'))
        .where('within', '=', new Slot('parentIds'))
        .where('shard', '=', 0)
        .compile(),
    );
  }

  /** @param at - the place, the shard, and when it is written to */
  async note(connection: Connection, at: Values, isolation: Isolation): Promise<void> {
    const { note } = this.#noting(isolation);
    const values = { ...at, updated: at['updated'] as Parameter, version: newVersion(), first: 0 };
    while ((await connection.run(note.statement, note.bind(values))) === 0) {
      values.updated = await this.later(connection, values);
    }
  }

  /**
   * The same, where integer ids are given there.
   *
   * @param given - how many the database is to count on
   * @param least - what the largest is to be at least
   * @returns the largest one afterwards
   */
  async reserve(
    connection: Connection,
    at: Values,
    given: number,
    least: number,
    isolation: Isolation,
  ): Promise<number> {
    const { reserve } = this.#noting(isolation);
    const first = Math.max(given, least);
    const values = { ...at, updated: at['updated'] as Parameter, version: newVersion(), given, least, first };
    for (;;) {
      const [row] = await connection.all(reserve.statement, reserve.bind(values));
      if (row !== undefined) return Number(row['largest']);
      values.updated = await this.later(connection, values);
    }
  }

  /** The largest integer id that was given in a place; 0 where none was. */
  async largest(connection: Connection, key: Values): Promise<number> {
    const [row] = await connection.all(this.#largest.statement, this.#largest.bind(key));
    return Number(row?.['largest'] ?? 0);
  }

  /** When a place is written to by whom the clock is behind the one that wrote to it before. */
  async later(connection: Connection, key: Values): Promise<number> {
    const { state: placeState } = this.#tables;
    const rows = await connection.all(placeState.statement, placeState.bind(key));
    return this.#clock.follow(Math.max(...rows.map(({ updated }) => Number(updated))));
  }

  /** In a serializable transaction, those who look at rows that others write get in each other's way. */
  #noting(isolation: Isolation): Noting {
    return isolation === 'SERIALIZABLE' ? this.#one : this.#all;
  }
}

/** @param isAll - whether the times of all rows of the place are looked at, and not only that of the one */
function noting({ builder, dialect }: SqlTables, isAll: boolean): Noting {
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
  const inserted = isAll
    ? builder
        .insertInto(COLLECTIONS_TABLE)
        .columns(columns.map(([name]) => name))
        .expression(
          builder
            .selectNoFrom(columns.map(([name, value]) => value.as(name)))
            .where(sql<SqlBool>`not ${isWrittenLater(slot('updated'))}`),
        )
    : builder.insertInto(COLLECTIONS_TABLE).values(written);
  const anew = { version: given.version, updated: sql`${larger}(${before.updated}, ${given.updated})` };
  const largest = sql`${larger}(${before.largest} + ${slot('given')}, ${slot('least')})`;
  const noted = (set: Readonly<Record<string, RawBuilder<unknown>>>) =>
    inserted.onConflict((conflict) =>
      conflict
        .columns(['catalog', 'within', 'shard'])
        .doUpdateSet(set)
        .where(sql<SqlBool>`${before.updated} <= ${given.updated} + ${sql.lit(APART)}`),
    );
  const name = isAll ? 'place all' : 'place';
  return {
    reserve: new Query(
      `${name} write`,
      noted({ ...anew, largest })
        .returning('largest')
        .compile(),
    ),
    note: new Query(`${name} note`, noted(anew).compile()),
  };
}
