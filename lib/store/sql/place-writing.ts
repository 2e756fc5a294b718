import { sql } from 'kysely';
import { idRules } from '../ids.js';
import type { Change } from '../store.js';
import type { Builder } from './builder.js';
import type { Dialect } from './dialect.js';
import type { Connection } from './engine.js';
import { PLACES } from './migrations.js';
import { placeKey } from './place-key.js';
import { Query, Slot, type Values } from './query.js';
import type { SqlTable } from './sql-tables.js';
import { newVersion } from './versions.js';

/** A place that some changes of a batch are made in. */
export interface Touched {
  readonly table: SqlTable;
  readonly key: Values;
  readonly changes: Change[];
  /** The largest integer id that was given there so far. */
  largest: number;
}

/** Writes what is known of places as a whole. */
export class PlaceWriting {
  readonly #write: Query;
  /** The same where nobody asks for the largest id: a statement that gives no rows costs half as much. */
  readonly #note: Query;
  readonly #shards: number;

  constructor(builder: Builder, { shards, greatest }: Dialect) {
    this.#shards = shards;
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
    this.#write = new Query(
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
  }

  /**
   * Notes that a place is written to, reserves the integer ids that its changes ask for, and finds out which
   * is the largest that was given before.
   */
  async write(connection: Connection, touched: Touched, updated: number): Promise<void> {
    const { table, key, changes } = touched;
    const creates =
      table.shape.id.kind === 'integer' ? changes.filter((change) => change.do === 'create') : [];
    const chosen = creates.flatMap(({ id }) =>
      id !== undefined && idRules.integer.isValid(id) ? [Number(id)] : [],
    );
    const given = creates.filter(({ id }) => id === undefined).length;
    // Where some are chosen and others given, which are given depends on what was there before.
    const isMixed = chosen.length > 0 && given > 0;
    // Integer ids are counted in one shard, so that each is given once. Those that give none leave it alone: who
    // holds it may wait for an entity that one of them holds.
    const least = table.shape.id.kind === 'integer' ? Math.min(1, this.#shards - 1) : 0;
    const shard = creates.length > 0 ? 0 : least + Math.floor(Math.random() * (this.#shards - least));
    const at = { ...key, shard, updated };
    if (creates.length === 0) {
      const { statement } = this.#note;
      await connection.run(statement, this.#note.bind({ ...at, version: newVersion() }));
      return;
    }
    const largest = await this.#run(
      connection,
      at,
      isMixed ? 0 : given,
      Math.max(0, ...(isMixed ? [] : chosen)),
    );
    touched.largest = isMixed ? largest : largest - given;
    if (isMixed) await this.#run(connection, at, 0, largestAfter(largest, creates));
  }

  async #run(connection: Connection, at: Values, given: number, least: number): Promise<number> {
    const values = { ...at, version: newVersion(), given, least, first: Math.max(given, least) };
    const [row] = await connection.all(this.#write.statement, this.#write.bind(values));
    return Number(row?.['largest']);
  }
}

/** The largest id once all of these are created. */
function largestAfter(before: number, creates: readonly { readonly id?: string }[]): number {
  let largest = before;
  for (const { id } of creates) {
    if (id === undefined) largest += 1;
    else if (idRules.integer.isValid(id)) largest = Math.max(largest, Number(id));
  }
  return Math.min(largest, Number.MAX_SAFE_INTEGER);
}

/** The places of changes, by what tells them apart. */
export function touchedBy(
  changes: readonly Change[],
  tableOf: (change: Change) => SqlTable,
): ReadonlyMap<string, Touched> {
  const found = new Map<string, Touched>();
  for (const change of changes) {
    const name = touchedName(change);
    const touched = found.get(name);
    if (touched !== undefined) touched.changes.push(change);
    else
      found.set(name, { table: tableOf(change), key: placeKey(change.place), changes: [change], largest: 0 });
  }
  // In one order, whatever that of the changes.
  return new Map(Array.from(found).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** What tells the place of a change from all others. */
export function touchedName({ place }: Change): string {
  return JSON.stringify([place.catalog, place.within]);
}
