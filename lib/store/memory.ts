import { randomBytes } from 'node:crypto';
import { StoreConflict, type ConflictReason } from './conflict.js';
import { idRules } from './ids.js';
import { hasMembers } from './json-equal.js';
import { MemoryTable, type TableHead, type TableParent } from './memory-table.js';
import { storedEntity } from './stored-entity.js';
import type {
  CatalogPlan,
  Change,
  Page,
  PageRequest,
  Place,
  PlaceState,
  Selection,
  Store,
  Stored,
  Transaction,
  Written,
} from './store.js';

export interface MemoryStoreOptions {
  /** The clock that `updated` is read from; the system's by default. */
  readonly now?: () => Date;
}

/** A catalog and its tables, one for each place that was written to, by the ids that lead there. */
interface MemoryCatalog {
  readonly plan: CatalogPlan;
  readonly tables: Map<string, MemoryTable>;
}

/** What one change of a batch is carried out with. */
interface Step {
  /** When the batch is written, in milliseconds since the epoch. */
  readonly updated: number;
  /** Takes back what the batch has done so far, last step last. */
  readonly undo: (() => void)[];
  readonly refuse: (reason: ConflictReason, message: string) => StoreConflict;
}

/** How many entities an iteration looks up at a time. */
const CHUNK = 100;

/**
 * Keeps entities in memory, for as long as the process lives. Every method answers at once, without a
 * promise; bodies are frozen. A search reads every entity of its place.
 */
export class MemoryStore implements Store {
  readonly #now: () => Date;
  /** Begins every version, so that those of an earlier process never match. */
  readonly #epoch: string = randomBytes(6).toString('base64url');
  #versions = 0;
  #state: 'new' | 'open' | 'closed' = 'new';
  readonly #catalogs = new Map<string, MemoryCatalog>();

  constructor(options: MemoryStoreOptions = {}) {
    this.#now = options.now ?? (() => new Date());
  }

  open(plans: readonly CatalogPlan[]): void {
    if (this.#state !== 'new') throw new Error(`the store is ${this.#state} already; open each store once`);
    for (const plan of plans) {
      if (this.#catalogs.has(plan.catalog)) {
        throw new Error(
          `two plans are for the catalog ${quote(plan.catalog)}; give each catalog its own name`,
        );
      }
      this.#catalogs.set(plan.catalog, { plan, tables: new Map() });
    }
    this.#state = 'open';
  }

  get(place: Place, id: string): Stored | undefined {
    return this.#find(place)?.get(id);
  }

  page(place: Place, request: PageRequest): Page {
    const { limit, after, where } = request;
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`the limit of a page is a positive integer; found ${limit}`);
    }
    const items: Stored[] = [];
    let last: Stored | undefined;
    for (const entity of select(this.#find(place), where, after)) {
      if (last !== undefined && items.length === limit) return { items, next: last.id };
      items.push(entity);
      last = entity;
    }
    return { items };
  }

  async *iterate(place: Place, selection: Selection = {}): AsyncGenerator<Stored> {
    const last = this.#find(place)?.lastId;
    if (last === undefined) return;

    const { compare } = idRules[this.#catalog(place).plan.ids];
    let page = this.page(place, { ...selection, limit: CHUNK });
    for (;;) {
      for (const entity of page.items) {
        if (compare(entity.id, last) > 0) return;
        yield entity;
      }
      if (page.next === undefined) return;
      page = this.page(place, { ...selection, after: page.next, limit: CHUNK });
    }
  }

  count(place: Place, selection: Selection = {}): number {
    const table = this.#find(place);
    if (selection.where === undefined) return table?.size ?? 0;

    let count = 0;
    for (const _ of select(table, selection.where)) count += 1;
    return count;
  }

  state(place: Place): PlaceState {
    const { version, updated } = this.#find(place)?.head ?? this.#blankHead();
    return updated === undefined ? { version } : { version, updated: new Date(updated) };
  }

  write(changes: readonly Change[]): readonly Written[] {
    this.#checkOpen();
    const updated = this.#now().getTime();
    const undo: (() => void)[] = [];
    try {
      return changes.map((change, index) => {
        const refuse = (reason: ConflictReason, why: string): StoreConflict =>
          new StoreConflict(reason, index, why);
        const step: Step = { updated, undo, refuse };
        return change.do === 'create' ? this.#create(change, step) : this.#alter(change, step);
      });
    } catch (error) {
      for (const takeBack of undo.toReversed()) takeBack();
      throw error;
    }
  }

  async *ids(place: Place, selection: Selection = {}): AsyncGenerator<readonly string[]> {
    for await (const { id } of this.iterate(place, selection)) yield [id];
  }

  transaction<T>(_run: (transaction: Transaction) => Promise<T> | T): Promise<T> {
    throw new Error('not yet');
  }

  check(): void {
    this.#checkOpen();
  }

  close(): void {
    this.#state = 'closed';
    this.#catalogs.clear();
  }

  #create(change: Extract<Change, { do: 'create' }>, step: Step): Stored {
    const { place } = change;
    const { ids } = this.#catalog(place).plan;
    const table = this.#grow(place);
    const { parent } = table;
    if (parent !== undefined && parent.table.get(parent.id) === undefined) {
      throw step.refuse(
        'missing',
        `nothing can stand in ${describe(place)}: ${quote(parent.id)} does not exist`,
      );
    }
    const id = change.id ?? idRules[ids].next(table.head.largest);
    if (!idRules[ids].isValid(id)) {
      throw step.refuse('bad-id', `an id in ${describe(place)} is ${idRules[ids].rule}; found ${quote(id)}`);
    }
    if (table.get(id) !== undefined) {
      throw step.refuse('exists', `${quote(id)} exists already in ${describe(place)}`);
    }
    const largest = ids === 'integer' ? Math.max(Number(id), table.head.largest) : 0;
    const version = this.#nextVersion();
    const entity = storedEntity(id, version, step.updated, change.body);
    step.undo.push(table.put(id, entity, { version, updated: step.updated, largest }));
    return entity;
  }

  #alter(change: Exclude<Change, { do: 'create' }>, step: Step): Written {
    const { place, id } = change;
    const table = this.#find(place);
    const current = table?.get(id);
    if (table === undefined || current === undefined) {
      throw step.refuse('missing', `there is no ${quote(id)} in ${describe(place)}`);
    }
    if (change.version !== undefined && change.version !== current.version) {
      throw step.refuse('version', `${quote(id)} in ${describe(place)} is no longer at ${change.version}`);
    }
    if (change.do === 'remove' && table.isInUse(id)) {
      throw step.refuse('in-use', `other entities stand within ${quote(id)} in ${describe(place)}`);
    }
    const version = this.#nextVersion();
    const entity = change.do === 'remove' ? undefined : storedEntity(id, version, step.updated, change.body);
    step.undo.push(table.put(id, entity, { ...table.head, version, updated: step.updated }));
    return entity;
  }

  #checkOpen(): void {
    if (this.#state === 'closed') throw new Error('the store is closed');
  }

  #catalog({ catalog }: Place): MemoryCatalog {
    this.#checkOpen();
    const found = this.#catalogs.get(catalog);
    if (found !== undefined) return found;
    const opened = Array.from(this.#catalogs.keys(), quote).join(', ') || 'none';
    throw new Error(`the catalog ${quote(catalog)} was not opened; opened are: ${opened}`);
  }

  /** The table of a place, or undefined where nothing was ever written. */
  #find(place: Place): MemoryTable | undefined {
    return this.#catalog(place).tables.get(keyOf(place));
  }

  /** The table of a place, made where there is none yet. */
  #grow(place: Place): MemoryTable {
    const { plan, tables } = this.#catalog(place);
    const key = keyOf(place);
    let table = tables.get(key);
    if (table === undefined) {
      table = new MemoryTable(idRules[plan.ids].compare, this.#blankHead(), this.#parent(plan, place));
      tables.set(key, table);
    }
    return table;
  }

  #parent({ parent }: CatalogPlan, { within }: Place): TableParent | undefined {
    const id = within.at(-1);
    if (id === undefined || parent === undefined || !this.#catalogs.has(parent)) return undefined;
    return { table: this.#grow({ catalog: parent, within: within.slice(0, -1) }), id };
  }

  #blankHead(): TableHead {
    return { version: this.#version(0), largest: 0 };
  }

  #nextVersion(): string {
    this.#versions += 1;
    return this.#version(this.#versions);
  }

  #version(count: number): string {
    return `${this.#epoch}.${count.toString(36)}`;
  }
}

function* select(
  table: MemoryTable | undefined,
  where: Selection['where'],
  after?: string,
): Generator<Stored> {
  if (table === undefined) return;
  const members = Object.entries(where ?? {});
  for (const entity of table.after(after)) {
    if (hasMembers(entity.body, members)) yield entity;
  }
}

/** Tells the places of one catalog apart, whatever characters ids hold. */
function keyOf({ within }: Place): string {
  return within.length === 0 ? '' : JSON.stringify(within);
}

function describe({ catalog, within }: Place): string {
  return within.length === 0 ? quote(catalog) : `${quote(catalog)} within ${within.map(quote).join(', ')}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
