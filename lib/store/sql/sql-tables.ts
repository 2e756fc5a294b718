import { PLACES } from './migrations.js';
import { Query, Slot } from './query.js';
import { Reading } from './reading.js';
import { Writing } from './writing.js';
import type { Place } from '../store.js';
import type { Builder } from './builder.js';
import type { Dialect } from './dialect.js';
import type { Shape } from './shape.js';

/** The table of one catalog, and the statements that it is read and written with. */
export interface SqlTable {
  readonly shape: Shape;
  readonly reading: Reading;
  readonly writing: Writing;
}

/** The tables of a store, by their catalogs. */
export class SqlTables {
  readonly dialect: Dialect;
  readonly builder: Builder;
  /** What is known of a place as a whole. */
  readonly placeState: Query;
  readonly #tables = new Map<string, SqlTable>();
  #isClosed = false;

  constructor(builder: Builder, dialect: Dialect) {
    this.dialect = dialect;
    this.builder = builder;
    this.placeState = new Query(
      'place state',
      builder
        .selectFrom(PLACES)
        .select(['version', 'updated'])
        .where('catalog', '=', new Slot('catalog'))
        .where('within', '=', new Slot('within'))
        .orderBy('shard')
        .compile(),
    );
  }

  add(shapes: ReadonlyMap<string, Shape>): void {
    for (const [catalog, shape] of shapes) {
      this.#tables.set(catalog, {
        shape,
        reading: new Reading(this.builder, this.dialect, shape),
        writing: new Writing(this.builder, this.dialect, shape),
      });
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  /** @throws {Error} where the store is closed */
  check(): void {
    if (this.#isClosed) throw new Error('the store is closed');
  }

  /** @throws {Error} where the store is closed, or was not opened with the catalog */
  at({ catalog }: Pick<Place, 'catalog'>): SqlTable {
    this.check();
    const found = this.#tables.get(catalog);
    if (found !== undefined) return found;
    const opened = Array.from(this.#tables.keys(), (name) => JSON.stringify(name)).join(', ') || 'none';
    throw new Error(`the catalog ${JSON.stringify(catalog)} was not opened; opened are: ${opened}`);
  }
}
