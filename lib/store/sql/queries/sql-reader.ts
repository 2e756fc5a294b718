import { createHash } from 'node:crypto';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { andThen } from '../../awaitable.js';
import { hasMembers } from '../../../protocol/json-equal.js';
import type {
  Awaitable,
  Page,
  PageRequest,
  CollectionKey,
  CollectionState,
  Reader,
  Selection,
  StoredEntity,
} from '../../store.js';
import { cursorAtRow, parseCursor, formatCursor, columnOrder, keysetSegments } from './keyset.js';
import type { Cursor } from './keyset.js';
import { idValue, parentIdValues, stateRowValues, formatKey } from './key-values.js';
import {
  MAX_SCANNED_ROWS,
  isServedByIndex,
  findLeadingCondition,
  withLeadingCondition,
  planSearch,
} from './search.js';
import type { Search } from './search.js';
import type { Connection } from '../engine.js';
import type { Parameter, Row, Query, Values } from './query.js';
import type { BatchedReads } from './batched-reads.js';
import type { RowRange } from './statements.js';
import { isExistingTable } from '../schema/table-schema.js';
import type { SqlTable, SqlTables } from '../sql-tables.js';

/** How many entities are read at a time, and how many ids: each within some milliseconds. */
const BATCH_SIZE = { all: 100, ids: 1_000 } as const;

/** How many rows a page is read by at most. */
const MAX_PAGE_BATCH = 1_000;

/** How long lists are read before other work gets its turn. */
const MAX_BLOCKING_MS = 10;

/** When other work last got its turn, as far as is known here. */
let lastTurn = 0;

/** The version of a collection that was never written to. */
const UNWRITTEN = '0';

/** A list that is to be read. */
interface Listing {
  readonly table: SqlTable;
  /** The ids of the entities that the collection stands within. */
  readonly parents: Values;
  readonly search: Search;
  readonly selection: Selection;
}

/** Reads a store over one connection. */
export class SqlReader implements Reader {
  protected readonly tables: SqlTables;
  readonly #connection: Connection;
  readonly #batched: BatchedReads | undefined;

  /** @param batched - reads single entities, unless each is read by itself */
  constructor(tables: SqlTables, connection: Connection, batched?: BatchedReads) {
    this.tables = tables;
    this.#connection = connection;
    this.#batched = batched;
  }

  get(key: CollectionKey, id: string): Awaitable<StoredEntity | undefined> {
    const { schema, read } = this.tables.get(key);
    const parents = parentIdValues(schema, key);
    const value = idValue(schema.id, id);
    if (parents === undefined || value === undefined) return undefined;
    const found =
      this.#batched === undefined
        ? andThen(this.all(read.get, { ...parents, id: value }), ([row]) => row)
        : this.#batched.get(formatKey(key), read, parents, value);
    return andThen(found, (row) => row && read.mapping.entity(id, row));
  }

  async page(key: CollectionKey, { limit, after, ...selection }: PageRequest): Promise<Page> {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`the limit of a page is a positive integer; found ${limit}`);
    }
    const { schema } = this.tables.get(key);
    const sorted = columnOrder(schema, selection.order);
    const cursor =
      after === undefined ? undefined : parseCursor({ schema, dialect: this.tables.dialect }, sorted, after);
    const listing = await this.#listing(key, selection);
    const items: StoredEntity[] = [];
    if (listing === undefined) return { items };

    let last: Cursor | undefined;
    // One more than wanted tells whether there is a next page.
    const batchSize = Math.min(Math.max(limit + 1, BATCH_SIZE.all), MAX_PAGE_BATCH);
    const size = listing.search.rest.length === 0 ? Math.min(limit + 1, batchSize) : batchSize;
    for await (const rows of this.#batches(listing, 'all', size, cursor)) {
      for (const row of rows) {
        const entity = entityOf(listing, row);
        if (!isFound(listing.search, entity)) continue;
        if (last !== undefined && items.length === limit) {
          return { items, next: formatCursor(sorted, last) };
        }
        items.push(entity);
        last = cursorAtRow(row);
      }
    }
    return { items };
  }

  async *iterate(key: CollectionKey, selection: Selection = {}): AsyncGenerator<StoredEntity> {
    const listing = await this.#listing(key, selection);
    if (listing === undefined) return;
    for await (const rows of this.#bounded(listing, 'all')) {
      for (const row of rows) {
        const entity = entityOf(listing, row);
        if (isFound(listing.search, entity)) yield entity;
      }
    }
  }

  async *ids(key: CollectionKey, selection: Selection = {}): AsyncGenerator<readonly string[]> {
    const listing = await this.#listing(key, selection);
    if (listing === undefined) return;
    // What is left to compare needs whole entities.
    const columns = listing.search.rest.length === 0 ? 'ids' : 'all';
    for await (const rows of this.#bounded(listing, columns)) {
      const found =
        columns === 'ids' ? rows : rows.filter((row) => isFound(listing.search, entityOf(listing, row)));
      if (found.length > 0) yield found.map((row) => String(row['id']));
    }
  }

  count(key: CollectionKey, { where }: Selection = {}): Awaitable<number> {
    return andThen(this.#listing(key, where === undefined ? {} : { where }), (listing) => {
      if (listing === undefined) return 0;
      const { table, search } = listing;
      if (search.rest.length > 0) return this.#countFound(listing);
      const { conditions } = search;
      const query = table.read.range({ columns: 'count', conditions, isAfter: false, hasLast: false });
      return andThen(this.all(query, { ...listing.parents, ...search.values }), ([row]) =>
        Number(row?.['count']),
      );
    });
  }

  state(key: CollectionKey): Awaitable<CollectionState> {
    // Other programs write to an existing table, too.
    if (isExistingTable(this.tables.get(key).schema)) return {};
    return andThen(this.all(this.tables.collectionState.read, stateRowValues(key)), (rows) => {
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

  #listing(key: CollectionKey, selection: Selection): Awaitable<Listing | undefined> {
    const table = this.tables.get(key);
    const parents = parentIdValues(table.schema, key);
    if (parents === undefined) return undefined;
    const search = planSearch(table.schema, table.read.mapping, selection.where);
    const listing = { table, parents, search, selection };
    // A statement of SQLite holds up the whole process, so that none shall look at many rows to find few.
    const mayLook = this.tables.dialect.name !== 'sqlite' || isExistingTable(table.schema);
    return mayLook || isServedByIndex(table.schema, search, columnOrder(table.schema, selection.order))
      ? listing
      : this.#leading(listing);
  }

  /** Has statements find few rows of a list, or each row that they look at. */
  async #leading(listing: Listing): Promise<Listing> {
    const { table, parents, search, selection } = listing;
    const { where = {}, order } = selection;
    for (const index of search.conditions.keys()) {
      const leading = withLeadingCondition(search, where, index);
      const range: RowRange = {
        columns: 'ids',
        conditions: leading.conditions,
        isAfter: false,
        hasLast: false,
      };
      const rows = await this.all(table.read.range(range), {
        ...parents,
        ...leading.values,
        limit: MAX_SCANNED_ROWS + 1,
      });
      if (rows.length <= MAX_SCANNED_ROWS) return { ...listing, search: leading };
    }
    const first = findLeadingCondition(table.schema, search, columnOrder(table.schema, order));
    return { ...listing, search: withLeadingCondition(search, where, first) };
  }

  async #countFound(listing: Listing): Promise<number> {
    let count = 0;
    for await (const rows of this.#batches(listing, 'all', BATCH_SIZE.all)) {
      for (const row of rows) if (isFound(listing.search, entityOf(listing, row))) count += 1;
    }
    return count;
  }

  /** The rows of a list that are there now; later ones too, unless they are in the order of ids past its end. */
  async *#bounded(listing: Listing, columns: 'all' | 'ids'): AsyncGenerator<readonly Row[]> {
    if (listing.selection.order !== undefined) {
      yield* this.#batches(listing, columns, BATCH_SIZE[columns]);
      return;
    }
    const [row] = await this.all(listing.table.read.lastId, listing.parents);
    if (row === undefined) return;
    const last = row['id'] as Parameter;
    yield* this.#batches(listing, columns, BATCH_SIZE[columns], undefined, last);
  }

  /**
   * The rows of a list, some at a time. Nothing is held between two of them, and other work gets its turn.
   *
   * @param after - where it begins
   * @param last - the id that it ends with
   */
  async *#batches(
    { table, parents, search, selection }: Listing,
    columns: 'all' | 'ids',
    limit: number,
    after?: Cursor,
    last?: Parameter,
  ): AsyncGenerator<readonly Row[]> {
    const sorted = columnOrder(table.schema, selection.order);
    const hasLast = last !== undefined;
    let segments = keysetSegments(sorted, after);
    for (let [segment] = segments; segment !== undefined; [segment] = segments) {
      const range: RowRange = { ...segment.range, columns, conditions: search.conditions, hasLast };
      const values = { ...parents, ...search.values, ...segment.values, limit, ...(hasLast && { last }) };
      const rows = await this.all(table.read.range(range), values);
      const row = rows.at(-1);
      if (row !== undefined) yield rows;
      const isEnd = row === undefined || rows.length < limit;
      segments = isEnd ? segments.slice(1) : keysetSegments(sorted, cursorAtRow(row));
      // Many short lists, read one after another, would otherwise keep all other work waiting.
      if (!isEnd || performance.now() - lastTurn > MAX_BLOCKING_MS) {
        await yieldToOthers();
        lastTurn = performance.now();
      }
    }
  }
}

function entityOf({ table }: Listing, row: Row): StoredEntity {
  return table.read.mapping.entity(String(row['id']), row);
}

function isFound({ rest }: Search, entity: StoredEntity): boolean {
  // A body is made when it is asked for, which a list of ids does not need.
  return rest.length === 0 || hasMembers(entity.body, rest);
}

/** Makes one version of those of all shards. */
function versionOf(versions: readonly string[]): string {
  const [version] = versions;
  if (version !== undefined && versions.length === 1) return version;
  return createHash('sha256').update(versions.join()).digest('base64url').slice(0, 22);
}
