import assert from 'node:assert/strict';
import type { JsonObject } from '../../../lib/protocol/documents.js';
import type { ConflictReason } from '../../../lib/store/errors.js';
import type { Change, Order, CollectionKey } from '../../../lib/store/store.js';
import { accounts, names, notesOf, numbers } from './ground.js';

/** The places that a model knows. */
export const modelled: readonly CollectionKey[] = [numbers, names, notesOf('a'), notesOf('b'), accounts];

export interface Kept {
  readonly version: string;
  readonly body: JsonObject;
}

const WITH_INTEGERS: readonly CollectionKey[] = modelled.filter(
  (place) => place !== names && place !== accounts,
);

/** The plainest thing that could be right: one Map a place, copied before every batch. */
export class PlainModel {
  readonly #places: ReadonlyMap<CollectionKey, Map<string, Kept>>;
  readonly #largest: Map<CollectionKey, number>;

  constructor(from?: PlainModel) {
    this.#places = new Map(modelled.map((each) => [each, new Map(from?.entities(each))]));
    this.#largest = new Map(from === undefined ? [] : from.#largest);
  }

  entities(at: CollectionKey): Map<string, Kept> {
    return this.#places.get(at) ?? assert.fail('a place of the model');
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
  idOf({ id, key: place }: Change): string {
    if (id !== undefined) return id;
    return WITH_INTEGERS.includes(place) ? String((this.#largest.get(place) ?? 0) + 1) : '';
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

  #judgeBody(
    place: CollectionKey,
    id: string,
    { email, boss, lucky }: JsonObject,
  ): readonly ConflictReason[] {
    if (place !== accounts) return [];
    const reasons: ConflictReason[] = [];
    for (const [other, { body }] of this.entities(accounts)) {
      if (other !== id && typeof email === 'string' && body['email'] === email) reasons.push('unique');
    }
    const dangling =
      (typeof boss === 'string' && boss !== id && !this.entities(accounts).has(boss)) ||
      (typeof lucky === 'string' && !this.entities(numbers).has(lucky));
    return dangling ? [...reasons, 'reference'] : reasons;
  }

  #isInUse(place: CollectionKey, id: string): boolean {
    if (place === names) {
      return modelled.some((each) => each.parentIds[0] === id && this.entities(each).size > 0);
    }
    const member = place === accounts ? 'boss' : 'lucky';
    if (place !== accounts && place !== numbers) return false;
    return Array.from(this.entities(accounts)).some(
      ([other, { body }]) => body[member] === id && !(place === accounts && other === id),
    );
  }
}
