import type { IdRules } from './ids.js';
import type { Stored } from './store.js';

/** What a table knows of itself as a whole. */
export interface TableHead {
  readonly version: string;
  /** In milliseconds since the epoch; absent before the first write. */
  readonly updated?: number;
  /** The largest integer id ever given here; stays when its entity goes. */
  readonly largest: number;
}

/** The entity of another table that all entities of a table stand within. */
export interface TableParent {
  readonly table: MemoryTable;
  readonly id: string;
}

/** The entities of one place, in the order of their ids. */
export class MemoryTable {
  readonly parent: TableParent | undefined;
  readonly #compare: IdRules['compare'];
  readonly #byId = new Map<string, Stored>();
  readonly #sorted: Stored[] = [];
  /** How many entities stand within each of these that has any. */
  readonly #children = new Map<string, number>();
  #head: TableHead;

  constructor(compare: IdRules['compare'], head: TableHead, parent?: TableParent) {
    this.#compare = compare;
    this.#head = head;
    this.parent = parent;
  }

  get head(): TableHead {
    return this.#head;
  }

  get size(): number {
    return this.#sorted.length;
  }

  get lastId(): string | undefined {
    return this.#sorted.at(-1)?.id;
  }

  get(id: string): Stored | undefined {
    return this.#byId.get(id);
  }

  /** Whether entities of other tables stand within this one. */
  isInUse(id: string): boolean {
    return this.#children.has(id);
  }

  /** The entities after an id, which need not exist; all of them where none is given. */
  *after(id: string | undefined): Generator<Stored> {
    let index = 0;
    if (id !== undefined) index = this.#search(id) + (this.#byId.has(id) ? 1 : 0);
    for (let entity = this.#sorted[index]; entity !== undefined; entity = this.#sorted[++index]) yield entity;
  }

  /**
   * Keeps an entity under its id, in place of the one before; undefined only removes that.
   *
   * @returns takes the step back; steps are taken back in reverse order
   */
  put(id: string, entity: Stored | undefined, head: TableHead): () => void {
    const entityBefore = this.#byId.get(id);
    const headBefore = this.#head;
    this.#set(id, entity, head);
    return () => this.#set(id, entityBefore, headBefore);
  }

  #set(id: string, entity: Stored | undefined, head: TableHead): void {
    const index = this.#search(id);
    const before = this.#byId.has(id) ? 1 : 0;
    if (entity === undefined) {
      this.#sorted.splice(index, before);
      this.#byId.delete(id);
    } else {
      this.#sorted.splice(index, before, entity);
      this.#byId.set(id, entity);
    }
    if (this.parent !== undefined) {
      this.parent.table.#countChildren(this.parent.id, (entity === undefined ? 0 : 1) - before);
    }
    this.#head = head;
  }

  /** Notes how many more entities, or fewer, stand within this one. */
  #countChildren(id: string, difference: number): void {
    const count = (this.#children.get(id) ?? 0) + difference;
    if (count === 0) this.#children.delete(id);
    else this.#children.set(id, count);
  }

  /** Where an entity with this id is in the order, or would be. */
  #search(id: string): number {
    let end = this.#sorted.length;
    // New ids mostly come last.
    const last = this.lastId;
    if (last === undefined || this.#compare(last, id) < 0) return end;

    let start = 0;
    while (start < end) {
      const middle = (start + end) >>> 1;
      const entity = this.#sorted[middle];
      if (entity !== undefined && this.#compare(entity.id, id) < 0) start = middle + 1;
      else end = middle;
    }
    return start;
  }
}
