import { idRules } from './ids.js';
import { MemoryOrder, type SortedBy } from './memory-order.js';
import { MemoryUnique } from './memory-unique.js';
import { SortedList, type Slice } from './sorted-list.js';
import type { CollectionPlan, StoredEntity } from './store.js';

/** What a table knows of itself as a whole. */
export interface TableHead {
  readonly version: string;
  /** In milliseconds since the epoch; absent before the first write. */
  readonly updated?: number;
  /** The largest integer id ever given here; stays when its entity goes. */
  readonly largest: number;
}

/** After how many writes an order that nobody looks at is given up: making it anew costs less by then. */
const IDLE_WRITES = 1_000;

/** The entities of one place, in the order of their ids and in others that were asked for. */
export class MemoryTable {
  readonly plan: CollectionPlan;
  readonly unique: readonly MemoryUnique[];
  readonly #byId = new Map<string, StoredEntity>();
  readonly #inOrder: SortedList<{ readonly id: string }, StoredEntity>;
  readonly #orders = new Map<string, MemoryOrder>();
  /** How many references lead to each of these that any leads to. */
  readonly #references = new Map<string, number>();
  #head: TableHead;

  /**
   * @param version - of the place before anything is written to it
   */
  constructor(plan: CollectionPlan, version: string) {
    const { compare } = idRules[plan.ids];
    this.plan = plan;
    this.unique = plan.unique.map((members) => new MemoryUnique(members));
    this.#inOrder = new SortedList((one, other) => compare(one.id, other.id));
    this.#head = { version, largest: 0 };
  }

  get head(): TableHead {
    return this.#head;
  }

  get size(): number {
    return this.#byId.size;
  }

  get lastId(): string | undefined {
    return this.#inOrder.last?.id;
  }

  get(id: string): StoredEntity | undefined {
    return this.#byId.get(id);
  }

  /** The entities after an id, which need not exist; all of them where none is given. */
  after(id?: string): Iterable<StoredEntity> {
    return this.#inOrder.after(id === undefined ? undefined : { id });
  }

  /** Some of these: see {@link SortedList.slice}. */
  slice(after: string | undefined, count: number, near: number): Slice<StoredEntity> {
    return this.#inOrder.slice(after === undefined ? undefined : { id: after }, count, near);
  }

  /** The entities as they are sorted by a member. */
  order(by: SortedBy): MemoryOrder {
    const name = `${by.descending === true ? '-' : '+'}${by.member}`;
    let order = this.#orders.get(name);
    if (order === undefined) {
      order = new MemoryOrder(by, idRules[this.plan.ids].compare, this.after());
      this.#orders.set(name, order);
    }
    return order;
  }

  /** Whether other entities refer to this one. */
  isReferredTo(id: string): boolean {
    return this.#references.has(id);
  }

  /** Notes how many more references lead to an entity, or fewer. */
  countReferences(id: string, difference: number): void {
    const count = (this.#references.get(id) ?? 0) + difference;
    if (count === 0) this.#references.delete(id);
    else this.#references.set(id, count);
  }

  /** Keeps an entity under its id, in place of the one before; undefined only removes that. */
  put(id: string, entity: StoredEntity | undefined, head: TableHead): void {
    const before = this.#byId.get(id);
    if (entity === undefined) {
      this.#byId.delete(id);
      this.#inOrder.delete({ id });
    } else {
      this.#byId.set(id, entity);
      this.#inOrder.set(entity);
    }
    for (const unique of this.unique) unique.put(id, before?.body, entity?.body);
    for (const [name, order] of this.#orders) {
      order.put(before, entity);
      if (order.idle > IDLE_WRITES) this.#orders.delete(name);
    }
    this.#head = head;
  }
}
