import assert from 'node:assert/strict';
import type { JsonObject } from '../protocol/documents.js';
import { StoreConflictError } from '../store/store-errors.js';
import type { ConflictReason } from '../store/store-errors.js';
import type {
  Change,
  CollectionKey,
  CollectionState,
  Reader,
  ReadWriter,
  Store,
  ChangeResult,
  Order,
} from '../store/store.js';
import { accounts, idsIn, insist, names, pagesOf, notesOf, numbers } from './fixtures.js';
import type { Draws, Test } from './fixtures.js';
import { repeat } from './random.js';
import type { Random } from './random.js';

/** The collections that a model knows. */
export const modelled: readonly CollectionKey[] = [numbers, names, notesOf('a'), notesOf('b'), accounts];

export interface Kept {
  readonly version: string;
  readonly body: JsonObject;
}

const WITH_INTEGERS: readonly CollectionKey[] = modelled.filter((key) => key !== names && key !== accounts);

/** The plainest thing that could be right: one Map a collection, copied before every batch. */
export class PlainModel {
  readonly #collections: ReadonlyMap<CollectionKey, Map<string, Kept>>;
  readonly #largest: Map<CollectionKey, number>;

  constructor(from?: PlainModel) {
    this.#collections = new Map(modelled.map((each) => [each, new Map(from?.entities(each))]));
    this.#largest = new Map(from === undefined ? [] : from.#largest);
  }

  entities(at: CollectionKey): Map<string, Kept> {
    return this.#collections.get(at) ?? assert.fail('a collection of the model');
  }

  /** Ids in their own order, or as a member of numbers sorts them. */
  ids(at: CollectionKey, order?: Order): string[] {
    const integers = WITH_INTEGERS.includes(at);
    const entities = this.entities(at);
    const valueOf = (id: string): number => {
      const value = order && entities.get(id)?.body[order.member];
      return typeof value === 'number' ? value : Number.NEGATIVE_INFINITY;
    };
    const direction = order?.descending === true ? -1 : 1;
    return Array.from(entities.keys()).toSorted((one, other) => {
      const [value, otherValue] = [valueOf(one), valueOf(other)];
      if (value !== otherValue) return value < otherValue ? -direction : direction;
      return integers ? Number(one) - Number(other) : Buffer.compare(Buffer.from(one), Buffer.from(other));
    });
  }

  /** The id that a change is about. */
  idOf({ id, key }: Change): string {
    if (id !== undefined) return id;
    return WITH_INTEGERS.includes(key) ? String((this.#largest.get(key) ?? 0) + 1) : '';
  }

  /** Why a change must be refused: for one of these reasons, if there are any. */
  judge(change: Change): readonly ConflictReason[] {
    const current = this.entities(change.key).get(this.idOf(change));
    if (change.do === 'create') {
      const [parent] = change.key.parentIds;
      if (parent !== undefined && !this.entities(names).has(parent)) return ['missing'];
      if (!this.#isValidId(change)) return ['bad-id'];
      return current === undefined ? this.#judgeBody(change.key, this.idOf(change), change.body) : ['exists'];
    }
    if (current === undefined) return ['missing'];
    if (change.version !== undefined && change.version !== current.version) return ['version'];
    if (change.do === 'replace') return this.#judgeBody(change.key, change.id, change.body);
    return this.#isInUse(change.key, change.id) ? ['in-use'] : [];
  }

  apply(change: Change, version: string): void {
    const about = this.idOf(change);
    if (change.do === 'remove') this.entities(change.key).delete(about);
    else this.entities(change.key).set(about, { version, body: change.body });
    this.#largest.set(change.key, Math.max(this.#largest.get(change.key) ?? 0, Number(about)));
  }

  #isValidId(change: Change): boolean {
    const about = this.idOf(change);
    return WITH_INTEGERS.includes(change.key) ? /^(?:0|[1-9]\d*)$/.test(about) : about !== '';
  }

  #judgeBody(key: CollectionKey, id: string, { email, boss, lucky }: JsonObject): readonly ConflictReason[] {
    if (key !== accounts) return [];
    const reasons: ConflictReason[] = [];
    for (const [other, { body }] of this.entities(accounts)) {
      if (other !== id && typeof email === 'string' && body['email'] === email) reasons.push('unique');
    }
    const dangling =
      (typeof boss === 'string' && boss !== id && !this.entities(accounts).has(boss)) ||
      (typeof lucky === 'string' && !this.entities(numbers).has(lucky));
    return dangling ? [...reasons, 'reference'] : reasons;
  }

  #isInUse(key: CollectionKey, id: string): boolean {
    if (key === names) {
      return modelled.some((each) => each.parentIds[0] === id && this.entities(each).size > 0);
    }
    const member = key === accounts ? 'boss' : 'lucky';
    if (key !== accounts && key !== numbers) return false;
    return Array.from(this.entities(accounts)).some(
      ([other, { body }]) => body[member] === id && !(key === accounts && other === id),
    );
  }
}

/** Few ids, so that changes meet; one of them is none that a collection with integer ids takes. */
const IDS = ['a', 'b', '1', '2', '03', '\u{1f600}', '\uffee'] as const;

/** Whether a change names a version, and if so whether the right one. */
type Claim = 'none' | 'current' | 'stale';

/** A change before it is known which version it names. */
type Step =
  | {
      readonly do: 'create';
      readonly key: CollectionKey;
      readonly id: string | undefined;
      readonly body: JsonObject;
    }
  | {
      readonly do: 'replace';
      readonly key: CollectionKey;
      readonly id: string;
      readonly body: JsonObject;
      readonly claim: Claim;
    }
  | { readonly do: 'remove'; readonly key: CollectionKey; readonly id: string; readonly claim: Claim };

interface Round {
  readonly how: 'writes' | 'transaction' | 'given up';
  readonly batches: readonly (readonly Step[])[];
}

function drawBody(random: Random): JsonObject {
  const members: JsonObject = {
    n: random.pick([-1, 0, 0.5, 7, null, 'x']),
    email: random.pick(['x', 'y', null]),
    boss: random.pick(['a', 'b', null]),
    lucky: random.pick(['1', '2', null]),
  };
  return Object.fromEntries(Object.entries(members).filter(() => random.isTrue()));
}

function drawStep(random: Random): Step {
  const key = random.pick([...modelled, accounts]);
  const id = random.pick(IDS);
  const body = drawBody(random);
  const claim = random.pick<Claim>(['none', 'none', 'current', 'stale']);
  switch (random.pick(['create', 'replace', 'remove'] as const)) {
    case 'create':
      return { do: 'create', key, id: random.integer(0, 4) === 0 ? undefined : id, body };
    case 'replace':
      return { do: 'replace', key, id, body, claim };
    case 'remove':
      return { do: 'remove', key, id, claim };
  }
}

function drawRound(random: Random): Round {
  return {
    how: random.pick(['writes', 'transaction', 'given up'] as const),
    batches: random.array(1, 4, () => random.array(1, 4, () => drawStep(random))),
  };
}

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
    // What a collection is within may have gone, and with it all that was known of the collection.
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

export function model(test: Test, { runs, seed }: Draws): void {
  // Each run goes on from what the one before has left, which is one more way to begin.
  test('does what a plain model does, whatever the batches', async (store) => {
    const seen = new Set<string>();
    let expected = new PlainModel();
    await repeat(
      runs,
      async (random) => {
        for (const round of random.array(1, 8, () => drawRound(random))) {
          expected = await play(store, expected, round, seen);
          await compare(store, expected);
        }
      },
      seed,
    );
  });
}
