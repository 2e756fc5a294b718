import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { samePlace } from './builder.js';
import { nameParts } from './found-table.js';
import { PLACES } from './migrations.js';
import { Locking } from './locking.js';
import { mappedForm } from './mapped-form.js';
import { MappedWriting } from './mapped-writing.js';
import { Query, Slot } from './query.js';
import { Reading } from './reading.js';
import { ownForm, type RowForm } from './row-form.js';
import { Writing } from './writing.js';
import type { CollectionKey } from '../store.js';
import type { Builder } from './builder.js';
import type { Dialect } from './dialect.js';
import type { Mapping } from './mapping.js';
import type { Shape } from './shape.js';

/** What tables of the store's own and those that others made have in common. */
interface AnyTable {
  readonly shape: Shape;
  readonly reading: Reading;
  readonly locking: Locking;
}

/** A table that the store made, and the statements that it is read and written with. */
export interface OwnTable extends AnyTable {
  readonly kind: 'own';
  readonly writing: Writing;
}

/** A table that others made, and the statements that it is read and written with. */
export interface MappedTable extends AnyTable {
  readonly kind: 'mapped';
  readonly mapping: Mapping;
  readonly writing: MappedWriting;
}

/** The table of one catalog. */
export type SqlTable = OwnTable | MappedTable;

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
        .where('catalog', '=', new Slot('collection'))
        .where('within', '=', new Slot('parentIds'))
        .orderBy('shard')
        .compile(),
    );
  }

  /** @param mappings - of those whose tables others made, by the names of their catalogs */
  add(shapes: ReadonlyMap<string, Shape>, mappings: ReadonlyMap<string, Mapping>): void {
    for (const [catalog, shape] of shapes) {
      const mapping = mappings.get(catalog);
      this.#tables.set(catalog, mapping === undefined ? this.#own(shape) : this.#mapped(shape, mapping));
    }
  }

  /** All of them. */
  all(): readonly SqlTable[] {
    return Array.from(this.#tables.values());
  }

  close(): void {
    this.#isClosed = true;
  }

  /** @throws {Error} where the store is closed */
  check(): void {
    if (this.#isClosed) throw new Error('the store is closed');
  }

  /** @throws {Error} where the store is closed, or was not opened with the catalog */
  at({ collection: catalog }: Pick<CollectionKey, 'collection'>): SqlTable {
    this.check();
    const found = this.#tables.get(catalog);
    if (found !== undefined) return found;
    const opened = Array.from(this.#tables.keys(), (name) => JSON.stringify(name)).join(', ') || 'none';
    throw new Error(`the catalog ${JSON.stringify(catalog)} was not opened; opened are: ${opened}`);
  }

  #own(shape: Shape): OwnTable {
    const { builder, dialect } = this;
    const form = ownForm(dialect, shape);
    return { kind: 'own', ...this.#common(form, shape), writing: new Writing(builder, dialect, form, shape) };
  }

  #mapped(shape: Shape, mapping: Mapping): MappedTable {
    const { builder, dialect } = this;
    const form = mappedForm(dialect, shape, mapping, this.#parentIsThere(shape));
    const writing = new MappedWriting(builder, dialect, form, shape, mapping);
    return { kind: 'mapped', ...this.#common(form, shape), mapping, writing };
  }

  /** Whether the row of the entity above stands within the ids that a table has no columns for. */
  #parentIsThere({ parent, untold, within }: Shape): RawBuilder<SqlBool> | undefined {
    const slot = within.at(-1)?.slot;
    if (untold === 0 || parent === undefined || slot === undefined) return undefined;
    const { form } = this.at(parent.plan).reading;
    const row = sql.join([...samePlace(form, parent), form.same(parent.id, new Slot(slot))], sql` and `);
    return sql<SqlBool>`exists (select 1 from ${sql.id(...nameParts(form.table))} where ${row})`;
  }

  #common(form: RowForm, shape: Shape): AnyTable {
    return {
      shape,
      reading: new Reading(this.builder, form, shape),
      locking: new Locking(this.builder, this.dialect, form, shape),
    };
  }
}
