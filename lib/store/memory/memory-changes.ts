import type { Json, JsonObject } from '../../protocol/documents.js';
import { StoreConflictError, StoreUnavailableError } from '../errors.js';
import type { ConflictReason } from '../errors.js';
import { idRules } from '../ids.js';
import { describe, quote } from './memory-collections.js';
import type { MemoryCollections } from './memory-collections.js';
import type { MemoryTable } from './memory-table.js';
import { storedEntity } from './memory-entity.js';
import type { Change, CollectionKey, ReferencePlan, StoredEntity, ChangeResult } from '../store.js';

/** What one change was made into. */
export interface Outcome {
  readonly id: string;
  readonly version: string;
  readonly entity: ChangeResult;
}

/** What a change is made with. */
export interface Circumstances {
  /** When it is made, in milliseconds since the epoch. */
  readonly time: number;
  /** Position of the change in its batch. */
  readonly index: number;
  /** What the change was made into earlier: it is made again as it was, and was taken back meanwhile. */
  readonly earlier?: Outcome;
}

export interface Made {
  readonly outcome: Outcome;
  /** Takes the change back. What was made later is taken back before. */
  readonly undo: () => void;
}

type Refuse = (reason: ConflictReason, message: string, members?: readonly string[]) => StoreConflictError;

/**
 * Makes all changes of a batch, or none.
 *
 * @param time - when they are made, in milliseconds since the epoch
 * @throws {StoreConflictError} where one cannot be made
 */
export function makeChanges(catalogs: MemoryCollections, changes: readonly Change[], time: number): Made[] {
  const made: Made[] = [];
  try {
    for (const [index, change] of changes.entries()) made.push(makeChange(catalogs, change, { time, index }));
    return made;
  } catch (error) {
    for (const { undo } of made.toReversed()) undo();
    throw error;
  }
}

/**
 * Makes one change.
 *
 * @throws {StoreConflictError} where it cannot be made; nothing has changed
 */
export function makeChange(catalogs: MemoryCollections, change: Change, circumstances: Circumstances): Made {
  const refuse: Refuse = (reason, message, members) =>
    new StoreConflictError(reason, circumstances.index, message, members);
  return change.do === 'create'
    ? create(catalogs, change, circumstances, refuse)
    : alter(catalogs, change, circumstances, refuse);
}

function create(
  catalogs: MemoryCollections,
  change: Extract<Change, { do: 'create' }>,
  { time, earlier }: Circumstances,
  refuse: Refuse,
): Made {
  const { key: place } = change;
  const { ids } = catalogs.plan(place);
  const table = catalogs.find(place);
  const parent = catalogs.parentOf(place);
  const above = place.parentIds.at(-1) ?? '';
  if (parent !== undefined && catalogs.find(parent)?.get(above) === undefined) {
    throw refuse('missing', `nothing can stand in ${describe(place)}: ${quote(above)} does not exist`);
  }
  const largest = table?.head.largest ?? 0;
  const id = change.id ?? earlier?.id ?? idRules[ids].next(largest);
  if (!idRules[ids].isValid(id)) {
    throw refuse('bad-id', `an id in ${describe(place)} is ${idRules[ids].rule}; found ${quote(id)}`);
  }
  const isGivenMeanwhile = ids === 'integer' && change.id === undefined && Number(id) <= largest;
  if (isGivenMeanwhile || table?.get(id) !== undefined) {
    throw refuse('exists', `${quote(id)} exists already in ${describe(place)}`);
  }
  const version = earlier?.version ?? catalogs.nextVersion();
  const entity = earlier?.entity ?? storedEntity(id, version, time, change.body);
  checkUnique(table, place, entity, refuse);
  checkReferences(catalogs, change, entity, refuse);

  const grown = table === undefined ? catalogs.grow(place) : { table, undo: () => {} };
  const undo = put(catalogs, grown.table, place, id, entity, {
    version,
    updated: time,
    largest: ids === 'integer' ? Math.max(Number(id), largest) : 0,
  });
  return {
    outcome: { id, version, entity },
    undo() {
      undo();
      grown.undo();
    },
  };
}

function alter(
  catalogs: MemoryCollections,
  change: Exclude<Change, { do: 'create' }>,
  { time, earlier }: Circumstances,
  refuse: Refuse,
): Made {
  const { key: place, id } = change;
  const table = catalogs.find(place);
  const current = table?.get(id);
  if (table === undefined || current === undefined) {
    throw refuse('missing', `there is no ${quote(id)} in ${describe(place)}`);
  }
  if (change.version !== undefined && change.version !== current.version) {
    throw refuse('version', `${quote(id)} in ${describe(place)} is no longer at ${change.version}`);
  }
  // Who replaced it meanwhile did so later than it says.
  if (earlier?.entity !== undefined && timeOf(earlier.entity) < timeOf(current)) {
    throw new StoreUnavailableError(
      'busy',
      `others have changed ${quote(id)} in ${describe(place)} meanwhile`,
    );
  }
  const version = earlier?.version ?? catalogs.nextVersion();
  const head = { ...table.head, version, updated: time };
  if (change.do === 'replace') {
    const entity = earlier?.entity ?? storedEntity(id, version, time, change.body);
    checkUnique(table, place, entity, refuse);
    checkReferences(catalogs, change, entity, refuse);
    return { outcome: { id, version, entity }, undo: put(catalogs, table, place, id, entity, head) };
  }

  if (catalogs.isInUse(place, id)) {
    throw refuse('in-use', `other entities stand within ${quote(id)} in ${describe(place)}`);
  }
  if (table.isReferredTo(id)) {
    throw refuse('in-use', `other entities refer to ${quote(id)} in ${describe(place)}`);
  }
  const bringBack = catalogs.drop(place, id);
  const undo = put(catalogs, table, place, id, undefined, head);
  return {
    outcome: { id, version, entity: undefined },
    undo() {
      undo();
      bringBack();
    },
  };
}

/** Keeps an entity, or removes it, and follows its references. @returns takes that back */
function put(
  catalogs: MemoryCollections,
  table: MemoryTable,
  place: CollectionKey,
  id: string,
  entity: ChangeResult,
  head: MemoryTable['head'],
): () => void {
  const { head: headBefore, plan } = table;
  const before = table.get(id);
  const set = (from: ChangeResult, to: ChangeResult, headAfter: MemoryTable['head']): void => {
    for (const reference of plan.references) {
      if (from !== undefined) target(catalogs, place, from, reference)?.count(-1);
      if (to !== undefined) target(catalogs, place, to, reference)?.count(1);
    }
    table.put(id, to, headAfter);
  };
  set(before, entity, head);
  return () => set(entity, before, headBefore);
}

function checkUnique(
  table: MemoryTable | undefined,
  place: CollectionKey,
  entity: StoredEntity,
  refuse: Refuse,
): void {
  for (const unique of table?.unique ?? []) {
    const holder = unique.holder(entity.body);
    if (holder === undefined || holder === entity.id) continue;
    const names = unique.members.map(quote).join(' and ');
    throw refuse('unique', `another entity in ${describe(place)} has the same ${names}`, unique.members);
  }
}

function checkReferences(
  catalogs: MemoryCollections,
  { key: place, unseen = [] }: Exclude<Change, { do: 'remove' }>,
  entity: StoredEntity,
  refuse: Refuse,
): void {
  for (const reference of catalogs.plan(place).references) {
    const found = target(catalogs, place, entity, reference);
    if (found === undefined || (found.exists && !unseen.includes(reference.member))) continue;
    const { member, collection: catalog } = reference;
    throw refuse(
      'reference',
      `${quote(member)} refers to ${quote(found.id)} in ${quote(catalog)}, which does not exist`,
      [member],
    );
  }
}

/** What a member of an entity refers to; undefined where to nothing, or to the entity itself. */
function target(
  catalogs: MemoryCollections,
  { collection: catalog, parentIds: within }: CollectionKey,
  entity: StoredEntity,
  reference: ReferencePlan,
): { readonly id: string; readonly exists: boolean; readonly count: (n: number) => void } | undefined {
  const value = memberOf(entity.body, reference.member);
  if (value === null) return undefined;
  const id = typeof value === 'string' ? value : JSON.stringify(value);
  if (reference.collection === catalog && id === entity.id) return undefined;

  const place = { collection: reference.collection, parentIds: [] as readonly string[] };
  const table = catalogs.find({ ...place, parentIds: within.slice(0, catalogs.plan(place).depth) });
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
