import { idRules } from '../ids.js';
import { hasMembers } from '../../protocol/json-equal.js';
import { quote } from './memory-collections.js';
import type { MemoryCollections } from './memory-collections.js';
import type { TypedOrder } from './memory-table.js';
import { formatPosition, parsePosition } from '../position.js';
import type { Position } from '../position.js';
import { PositionError } from '../errors.js';
import type {
  CollectionPlan,
  Order,
  Page,
  PageRequest,
  CollectionKey,
  CollectionState,
  Reader,
  Selection,
  StoredEntity,
} from '../store.js';

/** How many entities an iteration looks up at a time. */
const BATCH_SIZE = 100;

/** How many ids are given at a time. */
const ID_BATCH_SIZE = 1_000;

/** Reads the tables of a store in memory, at once. */
export abstract class MemoryReader implements Reader {
  protected readonly collections: MemoryCollections;

  constructor(collections: MemoryCollections) {
    this.collections = collections;
  }

  /**
   * Sees to it that the tables hold what the reader is to see.
   *
   * @param id - what is looked at, unless it is the collection as a whole
   */
  protected abstract prepareRead(key: CollectionKey, id?: string): void;

  get(key: CollectionKey, id: string): StoredEntity | undefined {
    this.prepareRead(key, id);
    return this.collections.find(key)?.get(id);
  }

  page(key: CollectionKey, { limit, after, where, order }: PageRequest): Page {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`the limit of a page is a positive integer; found ${limit}`);
    }
    this.prepareRead(key);
    const plan = this.collections.plan(key);
    const sorted = order && typedOrder(plan, order);
    const position = after === undefined ? undefined : positionAfter(after, plan, sorted);
    const table = this.collections.find(key);
    if (table === undefined) return { items: [] };

    const list = sorted && table.sortedBy(sorted);
    const entities = list === undefined ? table.after(position?.id) : list.after(position);
    const members = Object.entries(where ?? {});
    const items: StoredEntity[] = [];
    let last: StoredEntity | undefined;
    for (const entity of entities) {
      if (!hasMembers(entity.body, members)) continue;
      if (last !== undefined && items.length === limit) {
        return { items, next: list === undefined ? last.id : formatPosition(list.position(last)) };
      }
      items.push(entity);
      last = entity;
    }
    return { items };
  }

  async *iterate(key: CollectionKey, selection: Selection = {}): AsyncGenerator<StoredEntity> {
    for await (const batch of this.#batches(key, selection)) yield* batch;
  }

  async *ids(key: CollectionKey, selection: Selection = {}): AsyncGenerator<readonly string[]> {
    if (selection.where !== undefined || selection.order !== undefined) {
      for await (const batch of this.#batches(key, selection)) yield batch.map(({ id }) => id);
      return;
    }
    this.prepareRead(key);
    const { compare } = idRules[this.collections.plan(key).ids];
    const last = this.collections.find(key)?.lastId;
    if (last === undefined) return;
    let after: string | undefined;
    for (let near = 0; ;) {
      const slice = this.collections.find(key)?.slice(after, ID_BATCH_SIZE, near);
      const end = slice?.items.at(-1)?.id;
      if (slice === undefined || end === undefined) return;
      const isPast = compare(end, last) > 0;
      const items = isPast ? slice.items.filter(({ id }) => compare(id, last) <= 0) : slice.items;
      if (items.length > 0) yield items.map(({ id }) => id);
      if (isPast || end === last) return;
      after = end;
      near = slice.end;
      this.prepareRead(key);
    }
  }

  count(key: CollectionKey, { where }: Selection = {}): number {
    this.prepareRead(key);
    const table = this.collections.find(key);
    if (table === undefined || where === undefined) return table?.size ?? 0;

    const members = Object.entries(where);
    let count = 0;
    for (const { body } of table.after()) {
      if (hasMembers(body, members)) count += 1;
    }
    return count;
  }

  state(key: CollectionKey): CollectionState {
    this.prepareRead(key);
    const version = this.collections.version(key);
    const updated = this.collections.find(key)?.head.updated;
    return updated === undefined ? { version } : { version, updated: new Date(updated) };
  }

  async *#batches(key: CollectionKey, selection: Selection): AsyncGenerator<readonly StoredEntity[]> {
    let page = this.page(key, { ...selection, limit: BATCH_SIZE });
    const { compare } = idRules[this.collections.plan(key).ids];
    const last = this.collections.find(key)?.lastId ?? '';
    for (;;) {
      const items = selection.order ? page.items : page.items.filter(({ id }) => compare(id, last) <= 0);
      if (items.length > 0) yield items;
      if (items.length < page.items.length || page.next === undefined) return;
      page = this.page(key, { ...selection, limit: BATCH_SIZE, after: page.next });
    }
  }
}

/** @throws {TypeError} where entities cannot be sorted so */
function typedOrder({ collection, members }: CollectionPlan, order: Order): TypedOrder {
  const type = members.find(({ name }) => name === order.member)?.type;
  if (type !== undefined && type !== 'json') return { ...order, type };
  const sortable = members.filter((member) => member.type !== 'json').map(({ name }) => quote(name));
  throw new TypeError(
    `${quote(collection)} cannot be sorted by ${quote(order.member)}; its plan has: ${sortable.join(', ') || 'none'}`,
  );
}

/** @throws {PositionError} where the text is no position in this order */
function positionAfter(after: string, { ids }: CollectionPlan, order: TypedOrder | undefined): Position {
  const position = order === undefined ? { key: null, id: after } : parsePosition(after, order.type);
  if (!idRules[ids].isValid(position.id)) throw new PositionError(after);
  return position;
}
