import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Json } from '../../../lib/protocol/documents.js';
import { StoreConflict, type ConflictReason } from '../../../lib/store/conflict.js';
import type { Change, Place, PlaceState, Store, Written } from '../../../lib/store/store.js';
import { names, notesOf, numbers, type Test } from './ground.js';

const PLACES: readonly Place[] = [numbers, names, notesOf('a'), notesOf('b')];

/** Few ids, so that changes meet; one of them is none that a place of integers takes. */
const id = fc.constantFrom('a', 'b', '1', '2', '03');
const place = fc.constantFrom(...PLACES);
const body = fc.record({ n: fc.nat(9) });

/** Whether a change names a version, and if so whether the right one. */
type Claim = 'none' | 'current' | 'stale';
const claim = fc.constantFrom<Claim>('none', 'none', 'current', 'stale');

const step = fc.oneof(
  fc.record({ do: fc.constant('create' as const), place, id: fc.option(id, { nil: undefined }), body }),
  fc.record({ do: fc.constant('replace' as const), place, id, body, claim }),
  fc.record({ do: fc.constant('remove' as const), place, id, claim }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Kept {
  readonly version: string;
  readonly n: Json | undefined;
}

/** The plainest thing that could be right: one Map a place, copied before every batch. */
class Model {
  readonly #places: ReadonlyMap<Place, Map<string, Kept>>;
  readonly #largest: Map<Place, number>;

  constructor(from?: Model) {
    this.#places = new Map(PLACES.map((each) => [each, new Map(from?.entities(each))]));
    this.#largest = new Map(from === undefined ? [] : from.#largest);
  }

  entities(at: Place): Map<string, Kept> {
    return this.#places.get(at) ?? assert.fail('a place of the model');
  }

  /** The id that a change is about. */
  idOf(change: Change): string {
    if (change.id !== undefined) return change.id;
    return change.place === names ? '' : String((this.#largest.get(change.place) ?? 0) + 1);
  }

  /** Why a change must be refused, if it must. */
  judge(change: Change): ConflictReason | undefined {
    const entities = this.entities(change.place);
    const about = this.idOf(change);
    const current = entities.get(about);
    if (change.do === 'create') {
      const [parent] = change.place.within;
      if (parent !== undefined && !this.entities(names).has(parent)) return 'missing';
      if (change.place === names ? about === '' : !/^(?:0|[1-9]\d*)$/.test(about)) return 'bad-id';
      return current === undefined ? undefined : 'exists';
    }
    if (current === undefined) return 'missing';
    if (change.version !== undefined && change.version !== current.version) return 'version';
    const within = PLACES.filter((each) => change.place === names && each.within[0] === about);
    return change.do === 'remove' && within.some((each) => this.entities(each).size > 0)
      ? 'in-use'
      : undefined;
  }

  apply(change: Change, version: string): void {
    const about = this.idOf(change);
    if (change.do === 'remove') this.entities(change.place).delete(about);
    else this.entities(change.place).set(about, { version, n: change.body['n'] });
    this.#largest.set(change.place, Math.max(this.#largest.get(change.place) ?? 0, Number(about)));
  }
}

/** The change that a step asks for; the version that it claims is the one from before the batch. */
function changeOf(drawn: Step, before: Model): Change {
  if (drawn.do === 'create') {
    const { id: given, ...rest } = drawn;
    return given === undefined ? rest : { ...rest, id: given };
  }
  const { claim: claimed, ...rest } = drawn;
  if (claimed === 'none') return rest;
  const version = before.entities(drawn.place).get(drawn.id)?.version;
  return { ...rest, version: claimed === 'stale' || version === undefined ? 'stale' : version };
}

async function statesOf(store: Store): Promise<PlaceState[]> {
  const states: PlaceState[] = [];
  for (const each of PLACES) states.push(await store.state(each));
  return states;
}

/** Applies one batch to the store and to the model, and compares what becomes of it. */
async function applyBoth(
  store: Store,
  before: Model,
  batch: readonly Step[],
  seen: Set<string>,
): Promise<Model> {
  const statesBefore = await statesOf(store);
  const changes = batch.map((drawn) => changeOf(drawn, before));
  let written: readonly Written[] = [];
  let error: unknown;
  try {
    written = await store.write(changes);
  } catch (thrown) {
    error = thrown;
  }

  const after = new Model(before);
  for (const [index, change] of changes.entries()) {
    const reason = after.judge(change);
    if (reason !== undefined) {
      assert.ok(error instanceof StoreConflict, `change ${index} is refused: ${reason}`);
      assert.deepEqual({ reason: error.reason, change: error.change }, { reason, change: index });
      assert.deepEqual(await statesOf(store), statesBefore);
      return before;
    }
    const entity = written[index];
    if (error === undefined) {
      assert.equal(entity?.id, change.do === 'remove' ? undefined : after.idOf(change));
    }
    if (entity !== undefined) {
      assert.ok(!seen.has(entity.version), 'a version is never given twice');
      seen.add(entity.version);
    }
    // Of a batch that is refused later no version is known, and none is one that a change could claim.
    after.apply(change, entity?.version ?? '');
  }
  assert.equal(error, undefined);

  const states = await statesOf(store);
  for (const [index, each] of PLACES.entries()) {
    const isTouched = changes.some((change) => change.place === each);
    assert.equal(states[index]?.version !== statesBefore[index]?.version, isTouched, JSON.stringify(each));
  }
  return after;
}

async function compare(store: Store, expected: Model): Promise<void> {
  for (const each of PLACES) {
    const entities = Array.from(expected.entities(each));
    entities.sort(([one], [other]) =>
      each === names ? (one < other ? -1 : 1) : Number(one) - Number(other),
    );
    const { items } = await store.page(each, { limit: 100 });
    assert.deepEqual(
      items.map((item) => [item.id, { version: item.version, n: item.body['n'] }]),
      entities,
    );
    assert.equal(await store.count(each), entities.length);
  }
}

export function model(test: Test): void {
  const batches = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });

  // Each run goes on from what the one before has left, which is one more way to begin.
  test('does what a plain model does, whatever the batches', async (store) => {
    const seen = new Set<string>();
    let expected = new Model();
    await fc.assert(
      fc.asyncProperty(batches, async (drawn) => {
        for (const batch of drawn) {
          expected = await applyBoth(store, expected, batch, seen);
          await compare(store, expected);
        }
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });
}
