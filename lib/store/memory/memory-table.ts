import type { Json, JsonObject } from '../../protocol/documents.js';
import { idRules } from '../ids.js';
import { compareKeys, sortKey } from '../position.js';
import type { Position } from '../position.js';
import type { CollectionPlan, MemberType, Order, StoredEntity } from '../store.js';
import { isObject } from '../../protocol/json/values.js';
import { serializeBody } from '../storable-text.js';

/** Dates and counts a collection as a whole. */
export interface TableHead {
  readonly version: string;
  /** In milliseconds since the epoch; absent before the first write. */
  readonly updated?: number;
  /** The largest integer id ever given here; stays when its entity is removed. */
  readonly largest: number;
}

/** After how many writes an order that is never read is given up: making it anew costs less by then. */
const MAX_IDLE_WRITES = 1_000;

/** Holds the entities of one collection, in the order of their ids and in others that were asked for. */
export class MemoryTable {
  readonly plan: CollectionPlan;
  readonly unique: readonly UniqueIndex[];
  readonly #byId = new Map<string, Slot>();
  readonly #inOrder: SortedList<{ readonly id: string }, Slot>;
  readonly #orders = new Map<string, SortedEntities>();
  /** How many references lead to each entity that any leads to. */
  readonly #references = new Map<string, number>();
  #head: TableHead;

  /** @param version - of the collection before anything is written to it */
  constructor(plan: CollectionPlan, version: string) {
    const { compare } = idRules[plan.ids];
    this.plan = plan;
    this.unique = plan.unique.map((members) => new UniqueIndex(members));
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
    return this.#byId.get(id)?.entity;
  }

  /** The entities after an id, which need not exist; all of them where none is given. */
  after(id?: string): Iterable<Slot> {
    return this.#inOrder.after(id === undefined ? undefined : { id });
  }

  /** Some of these: see {@link SortedList.slice}. */
  slice(after: string | undefined, count: number, near: number): Slice<{ readonly id: string }> {
    return this.#inOrder.slice(after === undefined ? undefined : { id: after }, count, near);
  }

  /** The entities as they are sorted by a member. */
  sortedBy(order: TypedOrder): SortedEntities {
    const name = `${order.descending === true ? '-' : '+'}${order.member}`;
    let sorted = this.#orders.get(name);
    if (sorted === undefined) {
      sorted = new SortedEntities(order, idRules[this.plan.ids].compare, this.after());
      this.#orders.set(name, sorted);
    }
    return sorted;
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
    const slot = this.#byId.get(id);
    const before = slot?.entity;
    if (entity === undefined) {
      this.#byId.delete(id);
      this.#inOrder.delete({ id });
    } else if (slot === undefined) {
      const added = { id, entity };
      this.#byId.set(id, added);
      this.#inOrder.set(added);
    } else slot.entity = entity;
    for (const unique of this.unique) unique.put(id, before?.body, entity?.body);
    for (const [name, sorted] of this.#orders) {
      sorted.put(before, entity);
      if (sorted.idleWrites > MAX_IDLE_WRITES) this.#orders.delete(name);
    }
    this.#head = head;
  }

  /** Dates the last write anew. */
  date(updated: number): void {
    this.#head = { ...this.#head, updated };
  }
}

/** Holds an entity where its id stands, whatever becomes of it there: to replace it, nothing has to be searched. */
interface Slot {
  readonly id: string;
  entity: StoredEntity;
}

/** An order with the type that the plan says of its member. */
export interface TypedOrder extends Order {
  readonly type: MemberType;
}

interface SortedEntity extends Position {
  readonly entity: StoredEntity;
}

/** Keeps the entities of one collection sorted by a member. */
export class SortedEntities {
  readonly #order: TypedOrder;
  readonly #list: SortedList<Position, SortedEntity>;
  /** How many writes were followed since the list was last read. */
  idleWrites = 0;

  /** @param entities - in the order of their ids */
  constructor(
    order: TypedOrder,
    compareIds: (one: string, other: string) => number,
    entities: Iterable<{ readonly entity: StoredEntity }>,
  ) {
    this.#order = order;
    const direction = order.descending === true ? -1 : 1;
    const compareValues = (one: Position, other: Position): number =>
      direction * compareKeys(one.key, other.key);
    this.#list = new SortedList(
      (one, other) => compareValues(one, other) || compareIds(one.id, other.id),
      // Sorting leaves those with the same value in the order of their ids.
      Array.from(entities, ({ entity }) => this.#sorted(entity)).toSorted(compareValues),
    );
  }

  /** Where an entity stands. */
  position({ id, body }: StoredEntity): Position {
    return { key: sortKey(body[this.#order.member], this.#order.type), id };
  }

  /** Follows a write: what an entity was before it, and is after it. */
  put(before: StoredEntity | undefined, after: StoredEntity | undefined): void {
    const from = before && this.position(before);
    const to = after && this.#sorted(after);
    if (from !== undefined && from.key !== to?.key) this.#list.delete(from);
    if (to !== undefined) this.#list.set(to);
    this.idleWrites += 1;
  }

  /** The entities after a position, where none need stand; all of them where none is given. */
  after(position?: Position): Iterable<{ readonly entity: StoredEntity }> {
    this.idleWrites = 0;
    return this.#list.after(position);
  }

  #sorted(entity: StoredEntity): SortedEntity {
    const { key, id } = this.position(entity);
    return { key, id, entity };
  }
}

/** Finds the entity that has given values in members which no two entities of one collection share. */
export class UniqueIndex {
  readonly members: readonly string[];
  readonly #holders = new Map<string, string>();

  constructor(members: readonly string[]) {
    this.members = members;
  }

  /** The id of the entity that has the same values as this body, if one has. */
  holder(body: JsonObject): string | undefined {
    const values = this.#valuesOf(body);
    return values === undefined ? undefined : this.#holders.get(values);
  }

  /** Follows a write: what the body of an entity was before it, and is after it. */
  put(id: string, before: JsonObject | undefined, after: JsonObject | undefined): void {
    const valuesBefore = before && this.#valuesOf(before);
    const valuesAfter = after && this.#valuesOf(after);
    if (valuesBefore !== undefined) this.#holders.delete(valuesBefore);
    if (valuesAfter !== undefined) this.#holders.set(valuesAfter, id);
  }

  /** The same text for the same values; none where one is absent or null. */
  #valuesOf(body: JsonObject): string | undefined {
    const values = this.members.map((member) => (Object.hasOwn(body, member) ? body[member] : null));
    return values.includes(null) ? undefined : JSON.stringify(values, sortMembers);
  }
}

/** A replacer for JSON.stringify: the order of members says nothing. */
function sortMembers(_name: string, value: Json): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Some items of a list that follow each other. */
export interface Slice<Item> {
  readonly items: readonly Item[];
  /** How many items stand before the one that follows. */
  readonly end: number;
}

/**
 * Keeps items sorted. Finding one is a binary search, adding one at the end costs nothing more.
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

/**
 * Makes an entity that nothing can change: its body is a frozen copy of the one that was given.
 *
 * @param updated - in milliseconds since the epoch
 * @throws {TypeError} where the body holds what other stores do not keep
 */
export function memoryEntity(id: string, version: string, updated: number, given: JsonObject): StoredEntity {
  const text = JSON.stringify(given);
  if (text.includes('\\u')) serializeBody(given);
  const body: JsonObject = JSON.parse(text);
  freeze(body);
  return Object.freeze(new MemoryEntity(id, version, updated, body, text));
}

class MemoryEntity implements StoredEntity {
  readonly id: string;
  readonly version: string;
  declare readonly updated: Date;
  readonly body: JsonObject;
  readonly #updated: number;
  readonly #text: string;

  /**
   * Freezing a Date does not stop its setters, so that each reader gets one of its own. Copies have it too, which
   * they would not have from a getter of the class; one descriptor for all gives all entities one shape.
   */
  static readonly #UPDATED = {
    enumerable: true,
    get(this: MemoryEntity): Date {
      return new Date(this.#updated);
    },
  };

  constructor(id: string, version: string, updated: number, body: JsonObject, text: string) {
    this.id = id;
    this.version = version;
    this.body = body;
    this.#updated = updated;
    this.#text = text;
    Object.defineProperty(this, 'updated', MemoryEntity.#UPDATED);
  }

  /** A copy with another body, `{ ...entity, body }`, must not bring the text of this one along. */
  get text(): string {
    return this.#text;
  }
}

function freeze(value: Json): void {
  if (typeof value !== 'object' || value === null) return;
  for (const member of Object.values<Json>(value)) freeze(member);
  Object.freeze(value);
}
