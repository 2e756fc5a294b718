import { randomBytes } from 'node:crypto';
import type { Awaitable } from '../../awaitable.js';
import type { Clock } from '../../clock.js';
import { idRules } from '../../ids.js';
import type { Change } from '../../store.js';
import type { Connection, SharedWrite } from '../engine.js';
import type { CollectionStateStatements, TouchStatements } from '../queries/collection-state.js';
import { formatKey, stateRowValues } from '../queries/key-values.js';
import type { Parameter, Values } from '../queries/query.js';
import type { SqlTable, SqlTables } from '../sql-tables.js';

/** The isolation of a transaction, where the database has several. */
export type Isolation = 'READ COMMITTED' | 'SERIALIZABLE';

/** A collection that some changes of a batch are made in. */
export interface TouchedCollection {
  /** Its key as a text. */
  readonly name: string;
  readonly table: SqlTable;
  /** The values that find the rows of its state. */
  readonly stateRow: Values;
  readonly changes: Change[];
  /** The largest integer id that was given there so far. */
  largest: number;
  /** When it is written to, in milliseconds since the epoch. */
  updated: number;
}

/** Writes what is known of collections as a whole: versions, times, and the integer ids that were given. */
export class CollectionStateWriter {
  readonly #statements: CollectionStateStatements;
  readonly #shards: number;
  readonly #clock: Clock;

  constructor({ collectionState, dialect }: SqlTables, clock: Clock) {
    this.#statements = collectionState;
    this.#shards = dialect.shards;
    this.#clock = clock;
  }

  /**
   * Finds out what integer ids a batch may give in these collections, and has it noted that they are written to.
   *
   * @param isAlone - whether the batch is of one change
   * @param isolation - of the transaction
   * @returns what to do once all changes are made
   */
  begin(
    connection: Connection,
    collections: readonly TouchedCollection[],
    isAlone: boolean,
    isolation: Isolation,
  ): Awaitable<() => Awaitable<void>> {
    const { shared } = connection;
    if (shared !== undefined) return this.#beginShared(connection, shared, collections);
    const writeAll = async () => {
      for (const touched of collections) await this.#write(connection, touched, isolation);
    };
    // A change by itself locks its collection for the shortest time, unless it needs an id from there.
    if (isAlone && !collections.some(givesIds)) return writeAll;
    const before = collections.map(({ updated }) => updated);
    const writeThoseDatedLater = async () => {
      for (const [index, { stateRow, updated }] of collections.entries()) {
        if (updated === before[index]) continue;
        const shard = Math.floor(Math.random() * this.#shards);
        await this.touch(connection, { ...stateRow, shard, updated }, isolation);
      }
    };
    return writeAll().then(() => writeThoseDatedLater);
  }

  /** Marks a collection as written to. @param at - its state's row, the shard, and when it is written to */
  async touch(connection: Connection, at: Values, isolation: Isolation): Promise<void> {
    const { touch } = this.#touchStatements(isolation);
    const values = { ...at, updated: at['updated'] as Parameter, version: newVersion(), first: 0 };
    while ((await connection.run(touch.statement, touch.bind(values))) === 0) {
      values.updated = await this.laterTime(connection, values);
    }
  }

  /**
   * Marks a collection as written to, and counts the integer ids that are given there.
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
    const { reserve } = this.#touchStatements(isolation);
    const first = Math.max(given, least);
    const values = { ...at, updated: at['updated'] as Parameter, version: newVersion(), given, least, first };
    for (;;) {
      const [row] = await connection.all(reserve.statement, reserve.bind(values));
      if (row !== undefined) return Number(row['largest']);
      values.updated = await this.laterTime(connection, values);
    }
  }

  /** Reads the largest integer id that was given in a collection; 0 where none was. */
  async largest(connection: Connection, stateRow: Values): Promise<number> {
    const { largest } = this.#statements;
    const [row] = await connection.all(largest.statement, largest.bind(stateRow));
    return Number(row?.['largest'] ?? 0);
  }

  /** Dates a write to a collection that was written to later than the clock says now. */
  async laterTime(connection: Connection, stateRow: Values): Promise<number> {
    const { read } = this.#statements;
    const rows = await connection.all(read.statement, read.bind(stateRow));
    return this.#clock.follow(Math.max(...rows.map(({ updated }) => Number(updated))));
  }

  /** Writes the state of the collections together with that of other works in the same transaction. */
  #beginShared(
    connection: Connection,
    shared: NonNullable<Connection['shared']>,
    collections: readonly TouchedCollection[],
  ): Awaitable<() => void> {
    const writes = collections.map((touched) => ({
      touched,
      write: shared(touched.name, () => new SharedStateWrite(this, touched.stateRow)),
    }));
    const add = () => {
      for (const { touched, write } of writes) write.add(touched.updated, touched.largest);
    };
    const giving = writes.filter(({ touched }) => givesIds(touched));
    if (giving.length === 0) return add;
    const readLargest = async () => {
      for (const { touched, write } of giving) touched.largest = await write.largest(connection);
    };
    return readLargest().then(() => add);
  }

  /**
   * Marks a collection as written to, reserves the integer ids that its changes ask for, and finds out which is the
   * largest that was given before.
   */
  async #write(connection: Connection, touched: TouchedCollection, isolation: Isolation): Promise<void> {
    const { table, stateRow, changes, updated } = touched;
    const isCounted = table.schema.id.kind === 'integer';
    const creates = isCounted ? changes.filter((change) => change.do === 'create') : [];
    const chosen = creates.flatMap(({ id }) =>
      id !== undefined && idRules.integer.isValid(id) ? [Number(id)] : [],
    );
    const given = creates.filter(({ id }) => id === undefined).length;
    // Where some are chosen and others given, which are given depends on what was there before.
    const isMixed = chosen.length > 0 && given > 0;
    // Integer ids are counted in one shard, so that each is given once. Changes that give none leave it alone: what
    // locks it may wait for an entity that one of them has locked.
    const least = isCounted ? Math.min(1, this.#shards - 1) : 0;
    const shard = creates.length > 0 ? 0 : least + Math.floor(Math.random() * (this.#shards - least));
    const at = { ...stateRow, shard, updated };
    if (creates.length === 0) return this.touch(connection, at, isolation);
    const largest = await this.reserve(
      connection,
      at,
      isMixed ? 0 : given,
      Math.max(0, ...(isMixed ? [] : chosen)),
      isolation,
    );
    touched.largest = isMixed ? largest : largest - given;
    if (isMixed) await this.reserve(connection, at, 0, largestAfter(largest, creates), isolation);
  }

  /** Two serializable transactions get in each other's way where one looks at rows that the other one writes. */
  #touchStatements(isolation: Isolation): TouchStatements {
    return isolation === 'SERIALIZABLE' ? this.#statements.byRow : this.#statements.byCollection;
  }
}

/** Collects what the works that share a transaction do in one collection, and counts integer ids meanwhile. */
class SharedStateWrite implements SharedWrite {
  readonly #writer: CollectionStateWriter;
  readonly #stateRow: Values;
  #largest: number | undefined;
  #updated: number | undefined;

  constructor(writer: CollectionStateWriter, stateRow: Values) {
    this.#writer = writer;
    this.#stateRow = stateRow;
  }

  /** The largest integer id that was given in the collection. */
  async largest(connection: Connection): Promise<number> {
    return (this.#largest ??= await this.#writer.largest(connection, this.#stateRow));
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
    const at = { ...this.#stateRow, shard: 0, updated: this.#updated };
    if (this.#largest === undefined) await this.#writer.touch(connection, at, 'SERIALIZABLE');
    else await this.#writer.reserve(connection, at, 0, this.#largest, 'SERIALIZABLE');
  }
}

/** The collections that a batch changes. */
export interface TouchedCollections {
  /** Each once, in one order, whatever that of the changes. */
  readonly collections: readonly TouchedCollection[];
  /** That of each change, in their order. */
  readonly byChange: readonly TouchedCollection[];
}

/**
 * Groups the changes of a batch by their collections.
 *
 * @param updated - when they are made, in milliseconds since the epoch
 */
export function groupByCollection(
  changes: readonly Change[],
  updated: number,
  tables: SqlTables,
): TouchedCollections {
  const found = new Map<string, TouchedCollection>();
  const byChange = changes.map((change) => {
    const name = formatKey(change.key);
    let touched = found.get(name);
    if (touched === undefined) {
      const stateRow = stateRowValues(change.key);
      touched = { name, table: tables.get(change.key), stateRow, changes: [], largest: 0, updated };
      found.set(name, touched);
    }
    touched.changes.push(change);
    return touched;
  });
  const collections = Array.from(found.values());
  if (collections.length > 1) collections.sort((one, other) => (one.name < other.name ? -1 : 1));
  return { collections, byChange };
}

/** Whether some changes need ids that the collection gives. */
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

/** 96 bits: no two writes ever draw the same, in this process or any other, before a backup or after. */
const VERSION_BYTES = 12;
/** The kernel is asked for random bits once for so many versions. */
const VERSIONS_PER_DRAW = 256;

let pool = Buffer.alloc(0);
let used = 0;

/** Draws a version that was never given before: 16 characters that an entity tag holds as they are. */
export function newVersion(): string {
  if (used === pool.length) {
    pool = randomBytes(VERSION_BYTES * VERSIONS_PER_DRAW);
    used = 0;
  }
  used += VERSION_BYTES;
  return pool.toString('base64url', used - VERSION_BYTES, used);
}
