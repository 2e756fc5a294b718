import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { JsonObject } from '../../../lib/protocol/documents.js';
import { StoreConflictError } from '../../../lib/store/errors.js';
import type {
  Change,
  CollectionKey,
  CollectionState,
  Reader,
  ReadWriter,
  Store,
  ChangeResult,
} from '../../../lib/store/store.js';
import { accounts, idsIn, insist, names, pagesOf } from './ground.js';
import type { Test } from './ground.js';
import { modelled, PlainModel } from './plain-model.js';

/** Few ids, so that changes meet; one of them is none that a place of integers takes. */
const id = fc.constantFrom('a', 'b', '1', '2', '03', '\u{1f600}', '\uffee');
const anyKey = fc.constantFrom(...modelled, accounts);
const body: fc.Arbitrary<JsonObject> = fc.record(
  {
    n: fc.constantFrom(-1, 0, 0.5, 7, null, 'x'),
    email: fc.constantFrom('x', 'y', null),
    boss: fc.constantFrom('a', 'b', null),
    lucky: fc.constantFrom('1', '2', null),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Whether a change names a version, and if so whether the right one. */
type Claim = 'none' | 'current' | 'stale';
const claim = fc.constantFrom<Claim>('none', 'none', 'current', 'stale');

const step = fc.oneof(
  fc.record({ do: fc.constant('create' as const), key: anyKey, id: fc.option(id, { nil: undefined }), body }),
  fc.record({ do: fc.constant('replace' as const), key: anyKey, id, body, claim }),
  fc.record({ do: fc.constant('remove' as const), key: anyKey, id, claim }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const round = fc.record({
  how: fc.constantFrom('writes' as const, 'transaction' as const, 'given up' as const),
  batches: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
});
type Round = typeof round extends fc.Arbitrary<infer T> ? T : never;

/** What a transaction is given up with. */
const givenUp = new Error('given up');

/** The change that a step asks for; the version that it claims is the one from before the batch. */
function changeOf(drawn: Step, before: PlainModel): Change {
  if (drawn.do === 'create') {
    const { id: given, ...rest } = drawn;
    return given === undefined ? rest : { ...rest, id: given };
  }
  const { claim: claimed, ...rest } = drawn;
  if (claimed === 'none') return rest;
  const version = before.entities(drawn.key).get(drawn.id)?.version;
  return { ...rest, version: claimed === 'stale' || version === undefined ? 'stale' : version };
}

async function statesOf(store: Reader): Promise<CollectionState[]> {
  const states: CollectionState[] = [];
  for (const each of modelled) states.push(await store.state(each));
  return states;
}

/** Applies one batch to the store and to the model, and compares what becomes of it. */
async function applyBoth(
  store: ReadWriter,
  before: PlainModel,
  batch: readonly Step[],
  seen: Set<string>,
): Promise<PlainModel> {
  const statesBefore = await statesOf(store);
  const changes = batch.map((drawn) => changeOf(drawn, before));
  let written: readonly ChangeResult[] = [];
  let error: unknown;
  try {
    written = await store.write(changes);
  } catch (thrown) {
    if (!(thrown instanceof StoreConflictError)) throw thrown;
    error = thrown;
  }

  const after = new PlainModel(before);
  for (const [index, change] of changes.entries()) {
    const reasons = after.judge(change);
    if (reasons.length > 0) {
      assert.ok(error instanceof StoreConflictError, `change ${index} is refused: ${reasons.join(' or ')}`);
      assert.equal(error.change, index, error.message);
      assert.ok(reasons.includes(error.reason), `${error.reason} is one of ${reasons.join(', ')}`);
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
  for (const [index, each] of modelled.entries()) {
    const isTouched = changes.some((change) => change.key === each);
    // What a place is within may have gone, and with it all that was known of the place.
    const mayBeGone = each.parentIds.length > 0 && changes.some((change) => isRemoval(change, names));
    if (mayBeGone && !isTouched && after.entities(each).size === 0) continue;
    assert.equal(states[index]?.version !== statesBefore[index]?.version, isTouched, JSON.stringify(each));
  }
  return after;
}

function isRemoval(change: Change, from: CollectionKey): boolean {
  return change.do === 'remove' && change.key === from;
}

async function compare(store: Reader, expected: PlainModel): Promise<void> {
  for (const each of modelled) {
    const entities = expected.entities(each);
    const { items } = await store.page(each, { limit: 100 });
    assert.deepEqual(
      items.map((item) => [item.id, { version: item.version, body: item.body }]),
      expected.ids(each).map((key) => [key, entities.get(key)]),
    );
    assert.equal(await store.count(each), entities.size);
  }
  for (const each of modelled.filter((one) => one === names || one.parentIds.length > 0)) {
    for (const descending of [false, true]) {
      const order = { member: 'n', descending };
      assert.deepEqual(await idsIn(store, each, { order }), expected.ids(each, order));
      assert.deepEqual((await pagesOf(store, each, { order, limit: 2 })).flat(), expected.ids(each, order));
    }
  }
}

/** Carries out one round, and gives what must be there after it. */
async function play(
  store: Store,
  before: PlainModel,
  { how, batches }: Round,
  seen: Set<string>,
): Promise<PlainModel> {
  const all = async (to: ReadWriter): Promise<PlainModel> => {
    let expected = before;
    for (const batch of batches) expected = await applyBoth(to, expected, batch, seen);
    await compare(to, expected);
    return expected;
  };
  if (how === 'writes') return all(store);
  if (how === 'transaction') return insist(store, all);

  const statesBefore = await statesOf(store);
  const run = insist(store, async (transaction) => {
    await all(transaction);
    throw givenUp;
  });
  await assert.rejects(run, (thrown) => {
    if (thrown !== givenUp) throw thrown;
    return true;
  });
  assert.deepEqual(await statesOf(store), statesBefore);
  return before;
}

export function model(test: Test, numRuns: number): void {
  // Each run goes on from what the one before has left, which is one more way to begin.
  test('does what a plain model does, whatever the batches', async (store) => {
    const seen = new Set<string>();
    let expected = new PlainModel();
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 8 }), async (rounds) => {
        for (const drawn of rounds) {
          expected = await play(store, expected, drawn, seen);
          await compare(store, expected);
        }
      }),
      { numRuns, endOnFailure: true },
    );
  });
}
