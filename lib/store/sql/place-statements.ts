import { sql } from 'kysely';
import type { Builder } from './builder.js';
import type { Dialect } from './dialect.js';
import type { Connection } from './engine.js';
import { PLACES } from './migrations.js';
import { Query, Slot, type Values } from './query.js';
import { newVersion } from './versions.js';

/** The statements that write what is known of a place as a whole: each gives it a new version. */
export class PlaceStatements {
  readonly #reserve: Query;
  /** The same where nobody asks for the largest id: a statement that gives no rows costs half as much. */
  readonly #note: Query;
  readonly #largest: Query;

  constructor(builder: Builder, { greatest }: Dialect) {
    const slot = (name: string): Slot => new Slot(name);
    const larger = sql.raw(greatest);
    const written = {
      catalog: slot('catalog'),
      within: slot('within'),
      shard: slot('shard'),
      version: slot('version'),
      updated: slot('updated'),
    };
    const anew = { version: sql.ref('excluded.version'), updated: sql.ref('excluded.updated') };
    const place = ['catalog', 'within', 'shard'] as const;
    this.#reserve = new Query(
      'place write',
      builder
        .insertInto(PLACES)
        .values({ ...written, largest: slot('first') })
        .onConflict((conflict) =>
          conflict.columns(place).doUpdateSet({
            ...anew,
            largest: sql`${larger}(${sql.ref(`${PLACES}.largest`)} + ${slot('given')}, ${slot('least')})`,
          }),
        )
        .returning('largest')
        .compile(),
    );
    this.#note = new Query(
      'place note',
      builder
        .insertInto(PLACES)
        .values({ ...written, largest: 0 })
        .onConflict((conflict) => conflict.columns(place).doUpdateSet(anew))
        .compile(),
    );
    this.#largest = new Query(
      'place largest',
      builder
        .selectFrom(PLACES)
        .select('largest')
        .where('catalog', '=', slot('catalog'))
        .where('within', '=', slot('within'))
        .where('shard', '=', 0)
        .compile(),
    );
  }

  /** @param at - the place, the shard, and when it is written to */
  async note(connection: Connection, at: Values): Promise<void> {
    await connection.run(this.#note.statement, this.#note.bind({ ...at, version: newVersion() }));
  }

  /**
   * The same, where integer ids are given there.
   *
   * @param given - how many the database is to count on
   * @param least - what the largest is to be at least
   * @returns the largest one afterwards
   */
  async reserve(connection: Connection, at: Values, given: number, least: number): Promise<number> {
    const values = { ...at, version: newVersion(), given, least, first: Math.max(given, least) };
    const [row] = await connection.all(this.#reserve.statement, this.#reserve.bind(values));
    return Number(row?.['largest']);
  }

  /** The largest integer id that was given in a place; 0 where none was. */
  async largest(connection: Connection, key: Values): Promise<number> {
    const [row] = await connection.all(this.#largest.statement, this.#largest.bind(key));
    return Number(row?.['largest'] ?? 0);
  }
}
