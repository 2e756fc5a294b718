import { idRules } from '../ids.js';
import type { CollectionPlan, StoredEntity, MemberType, Order } from '../store.js';
import { compareKeys, sortKey } from '../position.js';
import type { Position } from '../position.js';
import type { Json, JsonObject } from '../../protocol/documents.js';

/** Some items of a list that follow each other. */
export interface Slice<Item> {
  readonly items: readonly Item[];
  /** How many items stand before the one that follows. */
  readonly end: number;
}

/**
 * Items in an order of their own. Finding one is a binary search, adding one at the end costs nothing more.
 *
 * @typeParam Key - the part of an item that says where it stands
 */
export class SortedList<Key, Item extends Key> {
  readonly #compare: (one: Key, other: Key) => number;
  readonly #items: Item[];

  /**
   * @param compare - as Array.prototype.sort wants it; no two items of the list are equal by it
   * @param items - in this order already
   */
  constructor(compare: (one: Key, other: Key) => number, items: Iterable<Item> = []) {
    this.#compare = compare;
    this.#items = Array.from(items);
  }

  get last(): Item | undefined {
    return this.#items.at(-1);
  }

  /** Adds an item, in place of the one that is equal to it. */
  set(item: Item): void {
    const { index, found } = this.#search(item);
    if (found) this.#items[index] = item;
    else if (index === this.#items.length) this.#items.push(item);
    else this.#items.splice(index, 0, item);
  }

  delete(key: Key): void {
    const { index, found } = this.#search(key);
    if (found) this.#items.splice(index, 1);
  }

  /** The items after a key, which need not be there; all of them where none is given. */
  *after(key?: Key): Generator<Item> {
    let index = this.#indexAfter(key);
    for (let item = this.#items[index]; item !== undefined; item = this.#items[++index]) yield item;
  }

  /**
   * The items after a key, up to some number.
   *
   * @param near - how many items stood before the first one of these when the list was looked at last: where that
   *   is still so, nothing is searched
   */
  slice(key: Key | undefined, count: number, near = 0): Slice<Item> {
    const start = this.#indexAfter(key, near);
    const items = this.#items.slice(start, start + count);
    return { items, end: start + items.length };
  }

  #indexAfter(key: Key | undefined, near = 0): number {
    if (key === undefined) return 0;
    const before = this.#items[near - 1];
    if (before !== undefined && this.#compare(before, key) === 0) return near;
    const { index, found } = this.#search(key);
    return found ? index + 1 : index;
  }

  /** Where an item is, or would be. */
  #search(key: Key): { readonly index: number; readonly found: boolean } {
    const items = this.#items;
    const { last } = this;
    // New items mostly come last.
    if (last === undefined || this.#compare(last, key) < 0) return { index: items.length, found: false };

    let start = 0;
    let end = items.length;
    while (start < end) {
      const middle = (start + end) >>> 1;
      const item = items[middle];
      if (item !== undefined && this.#compare(item, key) < 0) start = middle + 1;
      else end = middle;
    }
    const item = items[start];
    return { index: start, found: item !== undefined && this.#compare(item, key) === 0 };
  }
}

/** A member that lists can be sorted by, and which way. */
export interface TypedOrder extends Order {
  readonly type: MemberType;
}

interface Entry extends Position {
  readonly entity: StoredEntity;
}

/** The entities of one place, sorted by a member of theirs. */
export class MemoryOrder {
  readonly #by: TypedOrder;
  readonly #entries: SortedList<Position, Entry>;
  /** How many writes it has followed since somebody looked at it. */
  idle = 0;

  /**
   * @param entities - in the order of their ids
   */
  constructor(
    by: TypedOrder,
    compareIds: (one: string, other: string) => number,
    entities: Iterable<StoredEntity>,
  ) {
    this.#by = by;
    const direction = by.descending === true ? -1 : 1;
    const compareValues = (one: Position, other: Position): number =>
      direction * compareKeys(one.key, other.key);
    this.#entries = new SortedList(
      (one, other) => compareValues(one, other) || compareIds(one.id, other.id),
      // Sorting leaves those with the same value in the order of their ids.
      Array.from(entities, (entity) => this.#entry(entity)).toSorted(compareValues),
    );
  }

  /** Where an entity stands. */
  position({ id, body }: StoredEntity): Position {
    return { key: sortKey(body[this.#by.member], this.#by.type), id };
  }

  /** Follows a write: what an entity was before it, and is after it. */
  put(before: StoredEntity | undefined, after: StoredEntity | undefined): void {
    const from = before && this.position(before);
    const to = after && this.#entry(after);
    if (from !== undefined && from.key !== to?.key) this.#entries.delete(from);
    if (to !== undefined) this.#entries.set(to);
    this.idle += 1;
  }

  /** The entities after a position, where none need stand; all of them where none is given. */
  *after(position?: Position): Generator<StoredEntity> {
    this.idle = 0;
    for (const { entity } of this.#entries.after(position)) yield entity;
  }

  #entry(entity: StoredEntity): Entry {
    const { key, id } = this.position(entity);
    return { key, id, entity };
  }
}

/** Who has which values in members that no two entities of one place share. */
export class MemoryUnique {
  readonly members: readonly string[];
  readonly #holders = new Map<string, string>();

  constructor(members: readonly string[]) {
    this.members = members;
  }

  /** The id of the entity that has the same values as this body, if one has. */
  holder(body: JsonObject): string | undefined {
    const key = this.#key(body);
    return key === undefined ? undefined : this.#holders.get(key);
  }

  /** Follows a write: what the body of an entity was before it, and is after it. */
  put(id: string, before: JsonObject | undefined, after: JsonObject | undefined): void {
    const keyBefore = before && this.#key(before);
    const keyAfter = after && this.#key(after);
    if (keyBefore !== undefined) this.#holders.delete(keyBefore);
    if (keyAfter !== undefined) this.#holders.set(keyAfter, id);
  }

  /** The same text for the same values; none where one is absent or null. */
  #key(body: JsonObject): string | undefined {
    const values = this.members.map((member) => (Object.hasOwn(body, member) ? body[member] : null));
    return values.includes(null) ? undefined : JSON.stringify(values, sortMembers);
  }
}

/** A replacer for JSON.stringify: the order of members says nothing. */
function sortMembers(_name: string, value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

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
  order(by: TypedOrder): MemoryOrder {
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
