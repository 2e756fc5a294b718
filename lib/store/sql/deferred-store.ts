import type { Awaitable } from '../awaitable.js';
import type {
  CollectionPlan,
  Change,
  Page,
  PageRequest,
  CollectionKey,
  CollectionState,
  Reader,
  Selection,
  Store,
  StoredEntity,
  Transaction,
  ChangeResult,
} from '../store.js';

/** What is loaded and connected only when it is opened: who keeps nothing there does not pay for it. */
class DeferredReader implements Reader {
  readonly #reader: () => Reader;

  constructor(reader: () => Reader) {
    this.#reader = reader;
  }

  get(place: CollectionKey, id: string): Awaitable<StoredEntity | undefined> {
    return this.#reader().get(place, id);
  }

  page(place: CollectionKey, request: PageRequest): Awaitable<Page> {
    return this.#reader().page(place, request);
  }

  iterate(place: CollectionKey, selection?: Selection): AsyncIterable<StoredEntity> {
    return this.#reader().iterate(place, selection);
  }

  ids(place: CollectionKey, selection?: Selection): AsyncIterable<readonly string[]> {
    return this.#reader().ids(place, selection);
  }

  count(place: CollectionKey, selection?: Selection): Awaitable<number> {
    return this.#reader().count(place, selection);
  }

  state(place: CollectionKey): Awaitable<CollectionState> {
    return this.#reader().state(place);
  }
}

/** A store that is made when it is opened, and made anew where that failed. */
export class DeferredStore extends DeferredReader implements Store {
  readonly replica?: Reader;
  readonly #make: () => Promise<Store>;
  #made: Store | undefined;

  /** @param hasReplica - whether what `make` gives has one */
  constructor(make: () => Promise<Store>, hasReplica: boolean) {
    super(() => this.#store());
    this.#make = make;
    if (hasReplica) this.replica = new DeferredReader(() => this.#store().replica ?? this.#store());
  }

  async open(plans: readonly CollectionPlan[]): Promise<void> {
    const store = await this.#make();
    await store.open(plans);
    this.#made = store;
  }

  write(changes: readonly Change[]): Awaitable<readonly ChangeResult[]> {
    return this.#store().write(changes);
  }

  transaction<T>(run: (transaction: Transaction) => Awaitable<T>): Promise<T> {
    return this.#store().transaction(run);
  }

  settles(time: number): boolean {
    return this.#store().settles?.(time) ?? true;
  }

  check(): Awaitable<void> {
    return this.#store().check();
  }

  async close(): Promise<void> {
    await this.#made?.close();
  }

  #store(): Store {
    if (this.#made === undefined) throw new Error('the store is not open yet');
    return this.#made;
  }
}
