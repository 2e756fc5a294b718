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
const PORTION = 100;

/** How many ids are given at a time. */
const IDS_PORTION = 1_000;

/** Reads what is in the tables, at once. */
export abstract class MemoryReader implements Reader {
  protected readonly catalogs: MemoryCollections;

  constructor(catalogs: MemoryCollections) {
    this.catalogs = catalogs;
  }

  /**
   * Sees to it that the tables hold what the reader is to see.
   *
   * @param id - what is looked at, if not the place as a whole
   */
  protected abstract look(place: CollectionKey, id?: string): void;

  get(place: CollectionKey, id: string): StoredEntity | undefined {
    this.look(place, id);
    return this.catalogs.find(place)?.get(id);
  }

  page(place: CollectionKey, { limit, after, where, order }: PageRequest): Page {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`the limit of a page is a positive integer; found ${limit}`);
    }
    this.look(place);
    const plan = this.catalogs.plan(place);
    const sorted = order && typedOrder(plan, order);
    const position = after === undefined ? undefined : checkedPosition(after, plan, sorted);
    const table = this.catalogs.find(place);
    if (table === undefined) return { items: [] };

    const list = sorted && table.order(sorted);
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

  async *iterate(place: CollectionKey, selection: Selection = {}): AsyncGenerator<StoredEntity> {
    for await (const portion of this.#portions(place, selection)) yield* portion;
  }

  async *ids(place: CollectionKey, selection: Selection = {}): AsyncGenerator<readonly string[]> {
    if (selection.where !== undefined || selection.order !== undefined) {
      for await (const portion of this.#portions(place, selection)) yield portion.map(({ id }) => id);
      return;
    }
    this.look(place);
    const { compare } = idRules[this.catalogs.plan(place).ids];
    const last = this.catalogs.find(place)?.lastId;
    if (last === undefined) return;
    let after: string | undefined;
    for (let near = 0; ;) {
      const slice = this.catalogs.find(place)?.slice(after, IDS_PORTION, near);
      const end = slice?.items.at(-1)?.id;
      if (slice === undefined || end === undefined) return;
      const isPast = compare(end, last) > 0;
      const items = isPast ? slice.items.filter(({ id }) => compare(id, last) <= 0) : slice.items;
      if (items.length > 0) yield items.map(({ id }) => id);
      if (isPast || end === last) return;
      after = end;
      near = slice.end;
      this.look(place);
    }
  }

  count(place: CollectionKey, { where }: Selection = {}): number {
    this.look(place);
    const table = this.catalogs.find(place);
    if (table === undefined || where === undefined) return table?.size ?? 0;

    const members = Object.entries(where);
    let count = 0;
    for (const { body } of table.after()) {
      if (hasMembers(body, members)) count += 1;
    }
    return count;
  }

  state(place: CollectionKey): CollectionState {
    this.look(place);
    const version = this.catalogs.version(place);
    const updated = this.catalogs.find(place)?.head.updated;
    return updated === undefined ? { version } : { version, updated: new Date(updated) };
  }

  async *#portions(place: CollectionKey, selection: Selection): AsyncGenerator<readonly StoredEntity[]> {
    let page = this.page(place, { ...selection, limit: PORTION });
    const { compare } = idRules[this.catalogs.plan(place).ids];
    const last = this.catalogs.find(place)?.lastId ?? '';
    for (;;) {
      const items = selection.order ? page.items : page.items.filter(({ id }) => compare(id, last) <= 0);
      if (items.length > 0) yield items;
      if (items.length < page.items.length || page.next === undefined) return;
      page = this.page(place, { ...selection, limit: PORTION, after: page.next });
    }
  }
}

/** @throws {TypeError} where entities cannot be sorted so */
function typedOrder({ collection: catalog, members }: CollectionPlan, order: Order): TypedOrder {
  const type = members.find(({ name }) => name === order.member)?.type;
  if (type !== undefined && type !== 'json') return { ...order, type };
  const sortable = members.filter((member) => member.type !== 'json').map(({ name }) => quote(name));
  throw new TypeError(
    `${quote(catalog)} cannot be sorted by ${quote(order.member)}; its plan has: ${sortable.join(', ') || 'none'}`,
  );
}

/** @throws {PositionError} where the text is no position in this order */
function checkedPosition(after: string, { ids }: CollectionPlan, order: TypedOrder | undefined): Position {
  const position = order === undefined ? { key: null, id: after } : parsePosition(after, order.type);
  if (!idRules[ids].isValid(position.id)) throw new PositionError(after);
  return position;
}
