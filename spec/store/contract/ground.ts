import assert from 'node:assert/strict';
import type { JsonObject } from '../../../lib/protocol/documents.js';
import { StoreConflict, type ConflictReason } from '../../../lib/store/conflict.js';
import type { Awaitable, CatalogPlan, Change, Place, Store, Stored } from '../../../lib/store/store.js';

/** Declares one test of the contract; its title is what implementations skip it by. */
export type Test = (title: string, run: (store: Store) => Promise<void>) => void;

/** The catalogs that every store of the suite is opened with. */
export const plans: readonly CatalogPlan[] = [
  { catalog: 'things', ids: 'uuidv7', searched: ['color', 'size'] },
  { catalog: 'numbers', ids: 'integer', searched: [] },
  { catalog: 'names', ids: 'client', searched: [] },
  { catalog: 'names/notes', ids: 'integer', searched: [], parent: 'names' },
  { catalog: 'names/notes/marks', ids: 'client', searched: [], parent: 'names/notes' },
  // A catalog that stands below another one, and not within its entities.
  { catalog: 'names/archive', ids: 'client', searched: [] },
  { catalog: 'names/archive/pages', ids: 'integer', searched: [], parent: 'names/archive' },
  // Its entities stand within others that the store does not keep.
  { catalog: 'elsewhere/parts', ids: 'integer', searched: [], parent: 'elsewhere' },
];

export const things: Place = { catalog: 'things', within: [] };
export const numbers: Place = { catalog: 'numbers', within: [] };
export const names: Place = { catalog: 'names', within: [] };

/** The notes of one name. */
export function notesOf(name: string): Place {
  return { catalog: 'names/notes', within: [name] };
}

/** Turns what a method throws at once into a rejection, as if it had answered by a promise. */
export async function attempt<T>(method: () => Awaitable<T>): Promise<T> {
  return await method();
}

export async function create(
  store: Store,
  place: Place,
  body: JsonObject = {},
  id?: string,
): Promise<Stored> {
  const change: Change = { do: 'create', place, body, ...(id !== undefined && { id }) };
  const [written] = await store.write([change]);
  assert.ok(written, 'what was created is given back');
  return written;
}

export async function createAll(store: Store, place: Place, given: readonly string[]): Promise<void> {
  await store.write(given.map((id) => ({ do: 'create', place, id, body: { id } })));
}

export async function replace(store: Store, place: Place, id: string, body: JsonObject): Promise<Stored> {
  const [written] = await store.write([{ do: 'replace', place, id, body }]);
  assert.ok(written, 'what replaces is given back');
  return written;
}

export async function remove(store: Store, place: Place, id: string): Promise<void> {
  assert.deepEqual(await store.write([{ do: 'remove', place, id }]), [undefined]);
}

/** Ids in the order in which the store gives them. */
export async function idsIn(store: Store, place: Place): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of store.iterate(place)) ids.push(id);
  return ids;
}

/** Holds that the store refuses the batch for this reason, at the change with this index. */
export async function refuses(
  store: Store,
  reason: ConflictReason,
  changes: readonly Change[],
  index = changes.length - 1,
): Promise<void> {
  const error: unknown = await attempt(() => store.write(changes)).then(
    () => assert.fail(`expected the conflict "${reason}" of ${JSON.stringify(changes)}`),
    (rejection: unknown) => rejection,
  );
  assert.ok(error instanceof StoreConflict, String(error));
  assert.deepEqual({ reason: error.reason, change: error.change }, { reason, change: index });
  assert.notEqual(error.message, '');
}
