import { randomBytes } from 'node:crypto';
import type { Awaitable } from '../../awaitable.js';
import type { Clock } from '../../clock.js';
import { idRules } from '../../ids.js';
import type { Change } from '../../store.js';
import type { Connection, SharedWrite } from '../engine.js';
import { stateRowValues, formatKey } from '../queries/key-values.js';
import { PlaceStatements } from '../queries/collection-state.js';
import type { Isolation } from '../queries/collection-state.js';
import type { Values } from '../queries/query.js';
import type { SqlTable, SqlTables } from '../sql-tables.js';

/**
 * What works that share a transaction do in one place: it is written once for all of them, and integer ids are
 * counted here meanwhile.
 */
export class SharedStateWrite implements SharedWrite {
  readonly #statements: PlaceStatements;
  readonly #key: Values;
  #largest: number | undefined;
  #updated: number | undefined;

  constructor(statements: PlaceStatements, key: Values) {
    this.#statements = statements;
    this.#key = key;
  }

  /** The largest integer id that was given in the place. */
  async largest(connection: Connection): Promise<number> {
    return (this.#largest ??= await this.#statements.largest(connection, this.#key));
  }

  /**
   * Notes what a work has done, once nothing stands against it any more.
   *
   * @param updated - in milliseconds since the epoch
   * @param largest - the largest integer id that it gave; 0 where it gave none
   */
  add(updated: number, largest: number): void {
    this.#updated = Math.max(updated, this.#updated ?? updated);
    if (this.#largest !== undefined) this.#largest = Math.max(this.#largest, largest);
  }

  async write(connection: Connection): Promise<void> {
    if (this.#updated === undefined) return;
    const at = { ...this.#key, shard: 0, updated: this.#updated };
    if (this.#largest === undefined) await this.#statements.note(connection, at, 'SERIALIZABLE');
    else await this.#statements.reserve(connection, at, 0, this.#largest, 'SERIALIZABLE');
  }
}

export type { Isolation } from '../queries/collection-state.js';

/** A place that some changes of a batch are made in. */
export interface TouchedCollection {
  /** What tells it from all others. */
  readonly name: string;
  readonly table: SqlTable;
  readonly key: Values;
  readonly changes: Change[];
  /** The largest integer id that was given there so far. */
  largest: number;
  /** When it is written to, in milliseconds since the epoch. */
  updated: number;
}

/** Writes what is known of places as a whole. */
export class CollectionStateWriter {
  readonly #statements: PlaceStatements;
  readonly #shards: number;

  constructor(tables: SqlTables, clock: Clock) {
    this.#statements = new PlaceStatements(tables, clock);
    this.#shards = tables.dialect.shards;
  }

  /** When a place is written to that was written to later than its time says. */
  later(connection: Connection, { key }: TouchedCollection): Promise<number> {
    return this.#statements.later(connection, key);
  }

  /**
   * Finds out what integer ids a batch may give in these places, and has it noted that they are written to.
   *
   * @param isAlone - whether the batch is of one change
   * @param isolation - of the transaction
   * @returns what to do once all changes are made
   */
  begin(
    connection: Connection,
    places: readonly TouchedCollection[],
    isAlone: boolean,
    isolation: Isolation,
  ): Awaitable<() => Awaitable<void>> {
    const { shared: gathered } = connection;
    if (gathered !== undefined) return this.#noteLater(connection, gathered, places);
    const writeAll = async () => {
      for (const touched of places) await this.#write(connection, touched, isolation);
    };
    // A change by itself holds its place for the shortest time, unless it needs an id from there.
    if (isAlone && !places.some(givesIds)) return writeAll;
    const before = places.map(({ updated }) => updated);
    const writeThoseDatedLater = async () => {
      for (const [index, touched] of places.entries()) {
        if (touched.updated === before[index]) continue;
        const shard = Math.floor(Math.random() * this.#shards);
        await this.#statements.note(
          connection,
          { ...touched.key, shard, updated: touched.updated },
          isolation,
        );
      }
    };
    return writeAll().then(() => writeThoseDatedLater);
  }

  /** Has the places noted together with what others do in them. */
  #noteLater(
    connection: Connection,
    gathered: NonNullable<Connection['shared']>,
    places: readonly TouchedCollection[],
  ): Awaitable<() => void> {
    const notes = places.map((touched) => {
      const note = gathered(touched.name, () => new SharedStateWrite(this.#statements, touched.key));
      return { touched, note };
    });
    const add = () => {
      for (const { touched, note } of notes) note.add(touched.updated, touched.largest);
    };
    const giving = notes.filter(({ touched }) => givesIds(touched));
    return giving.length === 0 ? add : findLargest(connection, giving).then(() => add);
  }

  /**
   * Notes that a place is written to, reserves the integer ids that its changes ask for, and finds out which
   * is the largest that was given before.
   */
  async #write(connection: Connection, touched: TouchedCollection, isolation: Isolation): Promise<void> {
    const { table, key, changes, updated } = touched;
    const creates =
      table.schema.id.kind === 'integer' ? changes.filter((change) => change.do === 'create') : [];
    const chosen = creates.flatMap(({ id }) =>
      id !== undefined && idRules.integer.isValid(id) ? [Number(id)] : [],
    );
    const given = creates.filter(({ id }) => id === undefined).length;
    // Where some are chosen and others given, which are given depends on what was there before.
    const isMixed = chosen.length > 0 && given > 0;
    // Integer ids are counted in one shard, so that each is given once. Those that give none leave it alone: who
    // holds it may wait for an entity that one of them holds.
    const least = table.schema.id.kind === 'integer' ? Math.min(1, this.#shards - 1) : 0;
    const shard = creates.length > 0 ? 0 : least + Math.floor(Math.random() * (this.#shards - least));
    const at = { ...key, shard, updated };
    if (creates.length === 0) return this.#statements.note(connection, at, isolation);
    const largest = await this.#statements.reserve(
      connection,
      at,
      isMixed ? 0 : given,
      Math.max(0, ...(isMixed ? [] : chosen)),
      isolation,
    );
    touched.largest = isMixed ? largest : largest - given;
    if (isMixed) await this.#statements.reserve(connection, at, 0, largestAfter(largest, creates), isolation);
  }
}

async function findLargest(
  connection: Connection,
  places: readonly { readonly touched: TouchedCollection; readonly note: SharedStateWrite }[],
): Promise<void> {
  for (const { touched, note } of places) touched.largest = await note.largest(connection);
}

/** Whether some changes need ids that the place gives. */
function givesIds({ table, changes }: TouchedCollection): boolean {
  return table.schema.id.kind === 'integer' && changes.some((change) => change.do === 'create');
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

/** The places of some changes. */
export interface TouchedCollections {
  /** Each once, in one order, whatever that of the changes. */
  readonly places: readonly TouchedCollection[];
  /** That of each change, in their order. */
  readonly byChange: readonly TouchedCollection[];
}

/** @param updated - when they are made, in milliseconds since the epoch */
export function groupByCollection(
  changes: readonly Change[],
  updated: number,
  tableOf: (change: Change) => SqlTable,
): TouchedCollections {
  const found = new Map<string, TouchedCollection>();
  const byChange = changes.map((change) => {
    const name = formatKey(change.key);
    let touched = found.get(name);
    if (touched === undefined) {
      const key = stateRowValues(change.key);
      touched = { name, table: tableOf(change), key, changes: [], largest: 0, updated };
      found.set(name, touched);
    }
    touched.changes.push(change);
    return touched;
  });
  const places = Array.from(found.values());
  if (places.length > 1) places.sort((one, other) => (one.name < other.name ? -1 : 1));
  return { places, byChange };
}

/** 96 bits: no two writes ever draw the same, in this process or any other, before a backup or after. */
const BYTES = 12;
/** The kernel is asked for random bits once for so many versions. */
const DRAWN = 256;

let pool = Buffer.alloc(0);
let used = 0;

/** A version that was never given before: 16 characters that an entity tag holds as they are. */
export function newVersion(): string {
  if (used === pool.length) {
    pool = randomBytes(BYTES * DRAWN);
    used = 0;
  }
  used += BYTES;
  return pool.toString('base64url', used - BYTES, used);
}
