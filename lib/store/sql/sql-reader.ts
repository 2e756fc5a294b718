import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { andThen } from '../awaitable.js';
import { hasMembers } from '../json-equal.js';
import type { Awaitable, Page, PageRequest, Place, PlaceState, Reader, Selection, Stored } from '../store.js';
import { cursorAt, cursorOf, formatCursor, sortedBy, stretchesOf, type Cursor } from './ranges.js';
import { idValue, placeValues } from './place-values.js';
import { placeKey } from './place-key.js';
import { searchOf, type Search } from './search.js';
import { storedRow } from './stored-row.js';
import type { Connection, Parameter, Row } from './engine.js';
import type { Range } from './range.js';
import type { SqlTable, SqlTables } from './sql-tables.js';
import type { Query, Values } from './query.js';

/** How many entities are read at a time, and how many ids: each within some milliseconds. */
const PORTION = { all: 100, ids: 1_000 } as const;

/** How many rows a page is read by at most. */
const PAGE_PORTION = 1_000;

/** The version of a place that was never written to. */
const UNWRITTEN = '0';

/** What a list is read by. */
interface Listing {
  readonly table: SqlTable;
  readonly place: Values;
  readonly search: Search;
  readonly selection: Selection;
}

/** Reads tables over one connection. */
export class SqlReader implements Reader {
  protected readonly tables: SqlTables;
  readonly #connection: Connection;

  constructor(tables: SqlTables, connection: Connection) {
    this.tables = tables;
    this.#connection = connection;
  }

  get(place: Place, id: string): Awaitable<Stored | undefined> {
    const { shape, reading } = this.tables.at(place);
    const values = placeValues(shape, place);
    const value = idValue(shape.id, id);
    if (values === undefined || value === undefined) return undefined;
    return andThen(this.all(reading.get, { ...values, id: value }), ([row]) => row && keptAs(id, row));
  }

  async page(place: Place, { limit, after, ...selection }: PageRequest): Promise<Page> {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`the limit of a page is a positive integer; found ${limit}`);
    }
    const { shape } = this.tables.at(place);
    const sorted = sortedBy(shape, selection.order);
    const cursor =
      after === undefined ? undefined : cursorOf({ shape, dialect: this.tables.dialect }, sorted, after);
    const listing = this.#listing(place, selection);
    const items: Stored[] = [];
    if (listing === undefined) return { items };

    let last: Cursor | undefined;
    // One more than wanted tells whether there is a next page.
    const portion = Math.min(Math.max(limit + 1, PORTION.all), PAGE_PORTION);
    const size = listing.search.rest.length === 0 ? Math.min(limit + 1, portion) : portion;
    for await (const rows of this.#portions(listing, 'all', size, cursor)) {
      for (const row of rows) {
        const entity = entityOf(row);
        if (!isFound(listing.search, entity)) continue;
        if (last !== undefined && items.length === limit) {
          return { items, next: formatCursor(sorted, last) };
        }
        items.push(entity);
        last = cursorAt(row);
      }
    }
    return { items };
  }

  async *iterate(place: Place, selection: Selection = {}): AsyncGenerator<Stored> {
    const listing = this.#listing(place, selection);
    if (listing === undefined) return;
    for await (const rows of this.#bounded(listing, 'all')) {
      for (const row of rows) {
        const entity = entityOf(row);
        if (isFound(listing.search, entity)) yield entity;
      }
    }
  }

  async *ids(place: Place, selection: Selection = {}): AsyncGenerator<readonly string[]> {
    const listing = this.#listing(place, selection);
    if (listing === undefined) return;
    // What is left to compare needs whole entities.
    const columns = listing.search.rest.length === 0 ? 'ids' : 'all';
    for await (const rows of this.#bounded(listing, columns)) {
      const found = columns === 'ids' ? rows : rows.filter((row) => isFound(listing.search, entityOf(row)));
      if (found.length > 0) yield found.map((row) => String(row['id']));
    }
  }

  count(place: Place, selection: Selection = {}): Awaitable<number> {
    const listing = this.#listing(place, { ...(selection.where && { where: selection.where }) });
    if (listing === undefined) return 0;
    const { table, search } = listing;
    if (search.rest.length > 0) return this.#countOneByOne(listing);
    const { conditions } = search;
    const query = table.reading.range({ columns: 'count', conditions, isAfter: false, hasLast: false });
    return andThen(this.all(query, { ...listing.place, ...search.values }), ([row]) =>
      Number(row?.['count']),
    );
  }

  state(place: Place): Awaitable<PlaceState> {
    this.tables.at(place);
    return andThen(this.all(this.tables.placeState, placeKey(place)), (rows) => {
      const times = rows.map((row) => Number(row['updated']));
      const versions = rows.map((row) => String(row['version']));
      if (times.length === 0) return { version: UNWRITTEN };
      return { version: versionOf(versions), updated: new Date(Math.max(...times)) };
    });
  }

  /** Runs a statement that gives rows. */
  protected all(query: Query, values: Values): Awaitable<readonly Row[]> {
    return this.#connection.all(query.statement, query.bind(values));
  }

  #listing(place: Place, selection: Selection): Listing | undefined {
    const table = this.tables.at(place);
    const values = placeValues(table.shape, place);
    if (values === undefined) return undefined;
    return {
      table,
      place: values,
      search: searchOf(table.shape, this.tables.dialect, selection.where),
      selection,
    };
  }

  async #countOneByOne(listing: Listing): Promise<number> {
    let count = 0;
    for await (const rows of this.#portions(listing, 'all', PORTION.all)) {
      for (const row of rows) if (isFound(listing.search, entityOf(row))) count += 1;
    }
    return count;
  }

  /** The rows of a list that are there now; later ones too, unless they are in the order of ids past its end. */
  async *#bounded(listing: Listing, columns: 'all' | 'ids'): AsyncGenerator<readonly Row[]> {
    if (listing.selection.order !== undefined) {
      yield* this.#portions(listing, columns, PORTION[columns]);
      return;
    }
    const [row] = await this.all(listing.table.reading.last, listing.place);
    if (row === undefined) return;
    const last = row['id'] as Parameter;
    yield* this.#portions(listing, columns, PORTION[columns], undefined, last);
  }

  /**
   * The rows of a list, some at a time. Nothing is held between two portions, and other work gets its turn.
   *
   * @param after - where it begins
   * @param last - the id that it ends with
   */
  async *#portions(
    { table, place, search, selection }: Listing,
    columns: 'all' | 'ids',
    limit: number,
    after?: Cursor,
    last?: Parameter,
  ): AsyncGenerator<readonly Row[]> {
    const sorted = sortedBy(table.shape, selection.order);
    const hasLast = last !== undefined;
    let stretches = stretchesOf(sorted, after);
    for (let [stretch] = stretches; stretch !== undefined; [stretch] = stretches) {
      const range: Range = { ...stretch.range, columns, conditions: search.conditions, hasLast };
      const values = { ...place, ...search.values, ...stretch.values, limit, ...(hasLast && { last }) };
      const rows = await this.all(table.reading.range(range), values);
      const row = rows.at(-1);
      if (row !== undefined) yield rows;
      const isEnd = row === undefined || rows.length < limit;
      stretches = isEnd ? stretches.slice(1) : stretchesOf(sorted, cursorAt(row));
      if (!isEnd) await turn();
    }
  }
}

function entityOf(row: Row): Stored {
  return keptAs(String(row['id']), row);
}

function keptAs(id: string, row: Row): Stored {
  return storedRow(id, String(row['version']), Number(row['updated']), String(row['text']));
}

function isFound({ rest }: Search, { body }: Stored): boolean {
  return rest.length === 0 || hasMembers(body, rest);
}

/** One version for those of all shards. */
function versionOf(versions: readonly string[]): string {
  const [version] = versions;
  if (version !== undefined && versions.length === 1) return version;
  return createHash('sha256').update(versions.join()).digest('base64url').slice(0, 22);
}
