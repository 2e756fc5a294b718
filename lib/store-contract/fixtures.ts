import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { JsonObject } from '../protocol/documents.js';
import { StoreConflictError, StoreUnavailableError } from '../store/store-errors.js';
import type { ConflictReason } from '../store/store-errors.js';
import type {
  Awaitable,
  CollectionPlan,
  Change,
  IdKind,
  MemberPlan,
  MemberType,
  Page,
  PageRequest,
  CollectionKey,
  Reader,
  ReadWriter,
  Selection,
  Store,
  StoredEntity,
  Transaction,
} from '../store/store.js';

/**
 * Declares one test of the contract; its title is what implementations skip it by.
 *
 * @param more - plans of catalogs that the store of this test is opened with beside those of the suite
 */
export type Test = (
  title: string,
  run: (store: Store) => Promise<unknown>,
  more?: readonly CollectionPlan[],
) => void;

/** How often tests with drawn input run, and with which seed they begin. */
export interface Draws {
  readonly runs: number;
  readonly seed: number | undefined;
}

/** What a store is told of a catalog that has nothing of note. */
export function plan(catalog: string, ids: IdKind, rest: Partial<CollectionPlan> = {}): CollectionPlan {
  return { collection: catalog, ids, depth: 0, members: [], unique: [], references: [], ...rest };
}

/** Members that searches name and lists are sorted by. */
function indexed(members: Readonly<Record<string, MemberType>>): readonly MemberPlan[] {
  return Object.entries(members).map(([name, type]) => ({ name, type, indexed: true }));
}

/** The catalogs that every store of the suite is opened with. */
export const plans: readonly CollectionPlan[] = [
  plan('things', 'uuidv7', { members: indexed({ color: 'string', size: 'number' }) }),
  plan('numbers', 'integer', { members: indexed({ even: 'boolean' }) }),
  plan('names', 'client', {
    members: [
      ...indexed({ color: 'string', size: 'number', flag: 'boolean', n: 'number' }),
      { name: 'parts', type: 'json', indexed: true },
    ],
  }),
  plan('names/notes', 'integer', { depth: 1, parent: 'names', members: indexed({ n: 'number' }) }),
  plan('names/notes/marks', 'client', {
    depth: 2,
    parent: 'names/notes',
    members: indexed({ friend: 'string', see: 'string', twin: 'string' }),
    references: [
      { member: 'friend', collection: 'names' },
      { member: 'see', collection: 'names/notes' },
      { member: 'twin', collection: 'names/notes/marks' },
    ],
  }),
  // A catalog that stands below another one, and not within its entities.
  plan('names/archive', 'client'),
  plan('names/archive/pages', 'integer', { depth: 1, parent: 'names/archive' }),
  plan('accounts', 'client', {
    members: [
      { name: 'email', type: 'string', indexed: false },
      { name: 'realm', type: 'string', indexed: false },
      { name: 'number', type: 'number', indexed: true },
      { name: 'boss', type: 'string', indexed: false },
      { name: 'thing', type: 'string', indexed: false },
      { name: 'lucky', type: 'string', indexed: true },
      { name: 'unlucky', type: 'number', indexed: false },
    ],
    unique: [['email'], ['realm', 'number']],
    references: [
      { member: 'boss', collection: 'accounts' },
      { member: 'thing', collection: 'things' },
      // An integer id, as ids are given and as a number.
      { member: 'lucky', collection: 'numbers' },
      { member: 'unlucky', collection: 'numbers' },
    ],
  }),
  plan('accounts/keys', 'integer', {
    depth: 1,
    parent: 'accounts',
    members: [{ name: 'label', type: 'string', indexed: true }],
    unique: [['label']],
  }),
  // Their entities stand within others that the store does not keep.
  plan('elsewhere/parts', 'integer', { depth: 1 }),
  plan('elsewhere/parts/bits', 'integer', { depth: 2 }),
];

/** Members whose names databases have a use of their own for, or take for each other. */
export const oddMembers: readonly string[] = [
  'id',
  'ID',
  'version',
  'body',
  'within_1',
  'a.b',
  "it's",
  '0',
  '',
  'say "$[0]"; --',
  '\u{1f600}',
  `long ${'x'.repeat(80)}1`,
  `long ${'x'.repeat(80)}2`,
];

/** A catalog that only the tests of such names are opened with. */
export const odd: CollectionKey = { collection: 'odd', parentIds: [] };
export const oddPlan: CollectionPlan = plan('odd', 'client', {
  members: indexed(Object.fromEntries(oddMembers.map((name) => [name, 'string']))),
  unique: oddMembers.map((name) => [name]),
});

export const things: CollectionKey = { collection: 'things', parentIds: [] };
export const numbers: CollectionKey = { collection: 'numbers', parentIds: [] };
export const names: CollectionKey = { collection: 'names', parentIds: [] };
export const accounts: CollectionKey = { collection: 'accounts', parentIds: [] };

/** The notes of one name. */
export function notesOf(name: string): CollectionKey {
  return { collection: 'names/notes', parentIds: [name] };
}

/** When an entity was written; the stores of the suite all know. */
export function timeOf({ updated }: StoredEntity): number {
  assert.ok(updated instanceof Date, 'an entity tells when it was written');
  return updated.getTime();
}

/** The marks of one note. */
export function marksOf(name: string, note: string): CollectionKey {
  return { collection: 'names/notes/marks', parentIds: [name, note] };
}

/** The keys of one account. */
export function keysOf(account: string): CollectionKey {
  return { collection: 'accounts/keys', parentIds: [account] };
}

/** Turns what a method throws at once into a rejection, as if it had answered by a promise. */
export async function attempt<T>(method: () => Awaitable<T>): Promise<T> {
  return await method();
}

export async function create(
  store: ReadWriter,
  key: CollectionKey,
  body: JsonObject = {},
  id?: string,
): Promise<StoredEntity> {
  const change: Change = { do: 'create', key, body, ...(id !== undefined && { id }) };
  const [written] = await store.write([change]);
  assert.ok(written, 'what was created is given back');
  return written;
}

export async function createAll(
  store: ReadWriter,
  key: CollectionKey,
  given: readonly string[],
): Promise<void> {
  await store.write(given.map((id) => ({ do: 'create', key, id, body: { id } })));
}

export async function replace(
  store: ReadWriter,
  key: CollectionKey,
  id: string,
  body: JsonObject,
): Promise<StoredEntity> {
  const [written] = await store.write([{ do: 'replace', key, id, body }]);
  assert.ok(written, 'what replaces is given back');
  return written;
}

export async function remove(store: ReadWriter, key: CollectionKey, id: string): Promise<void> {
  assert.deepEqual(await store.write([{ do: 'remove', key, id }]), [undefined]);
}

/** Ids in the order in which the store gives them. */
export async function idsIn(store: Reader, key: CollectionKey, selection?: Selection): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of store.iterate(key, selection)) ids.push(id);
  return ids;
}

/** The ids of each page of a walk from the first to the last one. */
export async function pagesOf(store: Reader, key: CollectionKey, request: PageRequest): Promise<string[][]> {
  const found: string[][] = [];
  let after: string | undefined;
  do {
    const page: Page = await store.page(key, { ...request, ...(after !== undefined && { after }) });
    found.push(page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return found;
}

/** The number that the body of an entity holds; 0 where there is no such entity. */
export async function numberIn(store: Reader, key: CollectionKey, id: string): Promise<number> {
  return Number((await store.get(key, id))?.body['n'] ?? 0);
}

/** Holds that the store refuses the batch for this reason, at the change with this index. */
export async function refuses(
  store: ReadWriter,
  reason: ConflictReason,
  changes: readonly Change[],
  index: number = changes.length - 1,
): Promise<StoreConflictError> {
  const error: unknown = await attempt(() => store.write(changes)).then(
    () => assert.fail(`expected the conflict "${reason}" of ${JSON.stringify(changes)}`),
    (rejection: unknown) => rejection,
  );
  assert.ok(error instanceof StoreConflictError, String(error));
  assert.deepEqual({ reason: error.reason, change: error.change }, { reason, change: index });
  assert.notEqual(error.message, '');
  return error;
}

/** Runs a transaction as often as it takes, where others keep coming in between. */
export async function insist<T>(
  store: Store,
  run: (transaction: Transaction) => Awaitable<T>,
  left = 50,
): Promise<T> {
  try {
    return await store.transaction(run);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError && error.reason === 'busy') || left === 0) throw error;
  }
  await setTimeout(Math.random() * 20);
  return insist(store, run, left - 1);
}
