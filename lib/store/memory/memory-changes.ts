import type { Json, JsonObject } from '../../protocol/documents.js';
import { StoreConflictError, StoreUnavailableError, type ConflictReason } from '../errors.js';
import { idRules } from '../ids.js';
import type { Change, ChangeResult, CollectionKey, ReferencePlan, StoredEntity } from '../store.js';
import { describeCollection, quote, type MemoryCollections } from './memory-collections.js';
import { memoryEntity } from './memory-entity.js';
import type { MemoryTable } from './memory-table.js';

type Create = Extract<Change, { do: 'create' }>;
type Alter = Exclude<Change, Create>;

/** Says what one change was made into. */
export interface Outcome {
  readonly id: string;
  readonly version: string;
  readonly entity: ChangeResult;
}

export interface ChangeContext {
  /** When the change is made, in milliseconds since the epoch. */
  readonly time: number;
  /** Position of the change in its batch. */
  readonly index: number;
  /** What the change was made into before it was undone: it is made again on what has been written meanwhile. */
  readonly earlier?: Outcome;
}

export interface AppliedChange {
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
