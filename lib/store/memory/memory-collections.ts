import type {
  CollectionKey,
  CollectionPlan,
  Order,
  Page,
  PageRequest,
  CollectionState,
  Reader,
  Selection,
  StoredEntity,
  Change,
  ChangeResult,
  ReferencePlan,
} from '../store.js';
import { MemoryTable, memoryEntity } from './memory-table.js';
import type { TypedOrder } from './memory-table.js';
import { idRules } from '../ids.js';
import { hasMembers } from '../../protocol/json/values.js';
import { formatPosition, parsePosition } from '../position.js';
import type { Position } from '../position.js';
import { PositionError, StoreConflictError, StoreUnavailableError } from '../store-errors.js';
import type { ConflictReason } from '../store-errors.js';
import type { Json, JsonObject } from '../../protocol/documents.js';

/** The tables of one plan: one for each set of parents under which something was written. */
interface CollectionTables {
  readonly plan: CollectionPlan;
  readonly tables: Map<string, MemoryTable>;
  /** The version of those collections that have no table. */
  emptyVersion: string;
}

/** Finds the table of each collection that a store in memory was opened with. */
export class MemoryCollections {
  readonly #collections = new Map<string, CollectionTables>();
  /** Begins every version, so that those of an earlier process never match. */
  readonly #epoch: string;
  #versions = 0;

  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  add(plan: CollectionPlan): void {
    const { collection } = plan;
    if (this.#collections.has(collection)) {
      throw new Error(`two plans are for the catalog ${quote(collection)}; give each catalog its own name`);
    }
    this.#collections.set(collection, { plan, tables: new Map(), emptyVersion: this.nextVersion() });
  }

  clear(): void {
    this.#collections.clear();
  }

  /** Makes a version that was never given before. */
  nextVersion(): string {
    this.#versions += 1;
    return `${this.#epoch}.${this.#versions.toString(36)}`;
  }

  plan(key: CollectionKey): CollectionPlan {
    return this.#get(key).plan;
  }

  /** The version of a collection as a whole. */
  version(key: CollectionKey): string {
    return this.find(key)?.head.version ?? this.#get(key).emptyVersion;
  }

  /** The table of a collection, or undefined where nothing is written. */
  find(key: CollectionKey): MemoryTable | undefined {
    return this.#get(key).tables.get(parentsOf(key));
  }

  /**
   * Makes the table of a collection that has none.
   *
   * @returns the table, and what takes it away again
   */
  createTable(key: CollectionKey): { readonly table: MemoryTable; readonly undo: () => void } {
    const { plan, tables, emptyVersion } = this.#get(key);
    const parents = parentsOf(key);
    const table = new MemoryTable(plan, emptyVersion);
    tables.set(parents, table);
    return { table, undo: () => tables.delete(parents) };
  }

  /** Whether other entities stand within this one. */
  hasChildren(key: CollectionKey, id: string): boolean {
    return this.#childrenOf(key, id).some((child) => (this.find(child)?.size ?? 0) > 0);
  }

  /**
   * Takes away the empty tables within an entity that is removed. Should it come back, the collections within it will
   * be at a version that they never were at before.
   *
   * @returns what brings them back
   */
  dropChildren(key: CollectionKey, id: string): () => void {
    const undo = this.#childrenOf(key, id).map((child) => {
      const collection = this.#get(child);
      const { emptyVersion, tables } = collection;
      const parents = parentsOf(child);
      const table = tables.get(parents);
      if (table === undefined) return () => {};
      tables.delete(parents);
      collection.emptyVersion = this.nextVersion();
      return () => {
        tables.set(parents, table);
        collection.emptyVersion = emptyVersion;
      };
    });
    return () => undo.forEach((bringBack) => bringBack());
  }

  /** The collection that holds the entity which these stand within, where it is kept here. */
  parentOf({ collection, parentIds }: CollectionKey): CollectionKey | undefined {
    const parent = this.#collections.get(collection)?.plan.parent;
    if (parent === undefined || !this.#collections.has(parent)) return undefined;
    return { collection: parent, parentIds: parentIds.slice(0, -1) };
  }

  /** The collections directly within an entity. */
  #childrenOf({ collection, parentIds }: CollectionKey, id: string): CollectionKey[] {
    const children = Array.from(this.#collections.values()).filter(({ plan }) => plan.parent === collection);
    return children.map(({ plan }) => ({ collection: plan.collection, parentIds: [...parentIds, id] }));
  }

  #get({ collection }: CollectionKey): CollectionTables {
    const found = this.#collections.get(collection);
    if (found !== undefined) return found;
    const opened = Array.from(this.#collections.keys(), quote).join(', ') || 'none';
    throw new Error(`the catalog ${quote(collection)} was not opened; opened are: ${opened}`);
  }
}

/** Names a collection in messages. */
function describeCollection({ collection, parentIds }: CollectionKey): string {
  return parentIds.length === 0
    ? quote(collection)
    : `${quote(collection)} within ${parentIds.map(quote).join(', ')}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** Tells the collections of one plan apart, whatever characters ids hold. */
function parentsOf({ parentIds }: CollectionKey): string {
  return parentIds.length === 0 ? '' : JSON.stringify(parentIds);
}

// ---- Reading

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
    for (const { entity } of entities) {
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
    for (const { entity } of table.after()) {
      if (hasMembers(entity.body, members)) count += 1;
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

// ---- Changing

type Create = Extract<Change, { do: 'create' }>;
type Alter = Exclude<Change, Create>;

/** Says what one change was made into. */
interface Outcome {
  readonly id: string;
  readonly version: string;
  readonly entity: ChangeResult;
}

interface ChangeContext {
  /** When the change is made, in milliseconds since the epoch. */
  readonly time: number;
  /** Position of the change in its batch. */
  readonly index: number;
  /** What the change was made into before it was undone: it is made again on what has been written meanwhile. */
  readonly earlier?: Outcome;
}

interface AppliedChange {
  readonly outcome: Outcome;
  /** Undoes the change. Changes that were applied later have to be undone before. */
  readonly undo: () => void;
}

type Refuse = (reason: ConflictReason, message: string, members?: readonly string[]) => StoreConflictError;

/**
 * Applies all changes of a batch, or none.
 *
 * @param time - when they are made, in milliseconds since the epoch
 * @throws {StoreConflictError} where one cannot be made
 */
export function applyChanges(
  collections: MemoryCollections,
  changes: readonly Change[],
  time: number,
): AppliedChange[] {
  const applied: AppliedChange[] = [];
  try {
    for (const [index, change] of changes.entries()) {
      applied.push(applyChange(collections, change, { time, index }));
    }
    return applied;
  } catch (error) {
    for (const { undo } of applied.toReversed()) undo();
    throw error;
  }
}

/**
 * Applies one change.
 *
 * @throws {StoreConflictError} where it cannot be made; nothing has changed
 */
export function applyChange(
  collections: MemoryCollections,
  change: Change,
  context: ChangeContext,
): AppliedChange {
  const refuse: Refuse = (reason, message, members) =>
    new StoreConflictError(reason, context.index, message, members);
  return change.do === 'create'
    ? create(collections, change, context, refuse)
    : alter(collections, change, context, refuse);
}

function create(
  collections: MemoryCollections,
  change: Create,
  { time, earlier }: ChangeContext,
  refuse: Refuse,
): AppliedChange {
  const { key } = change;
  const { ids } = collections.plan(key);
  const table = collections.find(key);
  const parent = collections.parentOf(key);
  const parentId = key.parentIds.at(-1) ?? '';
  if (parent !== undefined && collections.find(parent)?.get(parentId) === undefined) {
    throw refuse(
      'missing',
      `nothing can stand in ${describeCollection(key)}: ${quote(parentId)} does not exist`,
    );
  }
  const largest = table?.head.largest ?? 0;
  const id = change.id ?? earlier?.id ?? idRules[ids].next(largest);
  if (!idRules[ids].isValid(id)) {
    throw refuse('bad-id', `an id in ${describeCollection(key)} is ${idRules[ids].rule}; found ${quote(id)}`);
  }
  const isGivenMeanwhile = ids === 'integer' && change.id === undefined && Number(id) <= largest;
  if (isGivenMeanwhile || table?.get(id) !== undefined) {
    throw refuse('exists', `${quote(id)} exists already in ${describeCollection(key)}`);
  }
  const version = earlier?.version ?? collections.nextVersion();
  const entity = earlier?.entity ?? memoryEntity(id, version, time, change.body);
  checkUnique(table, key, entity, refuse);
  checkReferences(collections, change, entity, refuse);

  const created = table === undefined ? collections.createTable(key) : { table, undo: () => {} };
  const undo = put(collections, created.table, key, id, entity, {
    version,
    updated: time,
    largest: ids === 'integer' ? Math.max(Number(id), largest) : 0,
  });
  return {
    outcome: { id, version, entity },
    undo() {
      undo();
      created.undo();
    },
  };
}

function alter(
  collections: MemoryCollections,
  change: Alter,
  { time, earlier }: ChangeContext,
  refuse: Refuse,
): AppliedChange {
  const { key, id } = change;
  const table = collections.find(key);
  const current = table?.get(id);
  if (table === undefined || current === undefined) {
    throw refuse('missing', `there is no ${quote(id)} in ${describeCollection(key)}`);
  }
  if (change.version !== undefined && change.version !== current.version) {
    throw refuse('version', `${quote(id)} in ${describeCollection(key)} is no longer at ${change.version}`);
  }
  // What replaced it meanwhile is dated later than this change would be.
  if (earlier?.entity !== undefined && timeOf(earlier.entity) < timeOf(current)) {
    throw new StoreUnavailableError(
      'busy',
      `${quote(id)} in ${describeCollection(key)} was changed meanwhile`,
    );
  }
  const version = earlier?.version ?? collections.nextVersion();
  const head = { ...table.head, version, updated: time };
  if (change.do === 'replace') {
    const entity = earlier?.entity ?? memoryEntity(id, version, time, change.body);
    checkUnique(table, key, entity, refuse);
    checkReferences(collections, change, entity, refuse);
    return { outcome: { id, version, entity }, undo: put(collections, table, key, id, entity, head) };
  }

  if (collections.hasChildren(key, id)) {
    throw refuse('in-use', `other entities stand within ${quote(id)} in ${describeCollection(key)}`);
  }
  if (table.isReferredTo(id)) {
    throw refuse('in-use', `other entities refer to ${quote(id)} in ${describeCollection(key)}`);
  }
  const bringBack = collections.dropChildren(key, id);
  const undo = put(collections, table, key, id, undefined, head);
  return {
    outcome: { id, version, entity: undefined },
    undo() {
      undo();
      bringBack();
    },
  };
}

/** Keeps an entity, or removes it, and counts its references. @returns what undoes that */
function put(
  collections: MemoryCollections,
  table: MemoryTable,
  key: CollectionKey,
  id: string,
  entity: ChangeResult,
  head: MemoryTable['head'],
): () => void {
  const { head: headBefore, plan } = table;
  const before = table.get(id);
  const set = (from: ChangeResult, to: ChangeResult, headAfter: MemoryTable['head']): void => {
    for (const reference of plan.references) {
      if (from !== undefined) findTarget(collections, key, from, reference)?.count(-1);
      if (to !== undefined) findTarget(collections, key, to, reference)?.count(1);
    }
    table.put(id, to, headAfter);
  };
  set(before, entity, head);
  return () => set(entity, before, headBefore);
}

function checkUnique(
  table: MemoryTable | undefined,
  key: CollectionKey,
  entity: StoredEntity,
  refuse: Refuse,
): void {
  for (const unique of table?.unique ?? []) {
    const holder = unique.holder(entity.body);
    if (holder === undefined || holder === entity.id) continue;
    const names = unique.members.map(quote).join(' and ');
    throw refuse(
      'unique',
      `another entity in ${describeCollection(key)} has the same ${names}`,
      unique.members,
    );
  }
}

function checkReferences(
  collections: MemoryCollections,
  { key, unseen = [] }: Exclude<Change, { do: 'remove' }>,
  entity: StoredEntity,
  refuse: Refuse,
): void {
  for (const reference of collections.plan(key).references) {
    const target = findTarget(collections, key, entity, reference);
    if (target === undefined || (target.exists && !unseen.includes(reference.member))) continue;
    const { member, collection } = reference;
    throw refuse(
      'reference',
      `${quote(member)} refers to ${quote(target.id)} in ${quote(collection)}, which does not exist`,
      [member],
    );
  }
}

/** Finds what a member of an entity refers to; undefined where to nothing, or to the entity itself. */
function findTarget(
  collections: MemoryCollections,
  { collection, parentIds }: CollectionKey,
  entity: StoredEntity,
  reference: ReferencePlan,
): { readonly id: string; readonly exists: boolean; readonly count: (n: number) => void } | undefined {
  const value = memberOf(entity.body, reference.member);
  if (value === null) return undefined;
  const id = typeof value === 'string' ? value : JSON.stringify(value);
  if (reference.collection === collection && id === entity.id) return undefined;

  const top = { collection: reference.collection, parentIds: [] as readonly string[] };
  const table = collections.find({ ...top, parentIds: parentIds.slice(0, collections.plan(top).depth) });
  return {
    id,
    exists: table?.get(id) !== undefined,
    count: (difference) => table?.countReferences(id, difference),
  };
}

function timeOf({ updated }: StoredEntity): number {
  return updated?.getTime() ?? 0;
}

function memberOf(body: JsonObject, member: string): Json {
  return Object.hasOwn(body, member) ? (body[member] ?? null) : null;
}
