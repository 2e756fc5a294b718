import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Clock } from '../clock.js';
import { StoreUnavailableError } from '../errors.js';
import type { Awaitable, Change, ChangeResult, CollectionPlan, Store, Transaction } from '../store.js';
import { applyChanges } from './memory-changes.js';
import { MemoryCollections } from './memory-collections.js';
import { MemoryReader } from './memory-reader.js';
import { MemoryRecords } from './memory-records.js';
import { MemoryTransaction, Staging, type MemoryState } from './memory-transaction.js';

export interface MemoryStoreOptions {
  /** The clock that times are read from; the system's by default. */
  readonly now?: () => Date;
}

/** How often a transaction is tried before it is given up; the pauses between come to a second at most. */
const MAX_ATTEMPTS = 10;

/**
 * Keeps entities in memory, for as long as the process lives: for tests, and for what may be lost. Every method but
 * `transaction` answers at once, without a promise; bodies are frozen. A search reads every entity of its collection.
 *
 * @example
 * ```ts
 * import { MemoryStore } from 'koa-shoji/store';
 *
 * const books = { collection: 'books', parentIds: [] };
 * const store = new MemoryStore();
 * store.open([{ collection: 'books', ids: 'uuidv7', depth: 0, members: [], unique: [], references: [] }]);
 * const [book] = store.write([{ do: 'create', key: books, body: { title: 'Emma' } }]);
 * console.log(book && store.get(books, book.id)?.body);
 * ```
 */
export class MemoryStore extends MemoryReader implements Store {
  readonly #shared: MemoryState;
  #status: 'new' | 'open' | 'closed' = 'new';

  constructor({ now = () => new Date() }: MemoryStoreOptions = {}) {
    super(new MemoryCollections(randomBytes(6).toString('base64url')));
    this.#shared = {
      collections: this.collections,
      records: new MemoryRecords(),
      staging: new Staging(),
      clock: new Clock(now),
      now: () => now().getTime(),
      checkOpen: () => this.check(),
    };
  }

  open(plans: readonly CollectionPlan[]): void {
    if (this.#status !== 'new') throw new Error(`the store is ${this.#status} already; open each store once`);
    for (const plan of plans) this.collections.add(plan);
    this.#status = 'open';
  }

  write(changes: readonly Change[]): readonly ChangeResult[] {
    this.prepareRead();
    const { clock, staging } = this.#shared;
    const applied = applyChanges(this.collections, changes, clock.time());
    if (applied.length > 0) staging.commits += 1;
    return applied.map(({ outcome }) => outcome.entity);
  }

  async transaction<T>(run: (transaction: Transaction) => Awaitable<T>): Promise<T> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      // Transactions that met shall not meet again.
      if (attempt > 0) await setTimeout(Math.random() * 2 ** attempt);
      const transaction = new MemoryTransaction(this.#shared);
      try {
        const result = await run(transaction);
        if (transaction.commit()) return result;
      } catch (error) {
        // What `run` makes of a state that is there no more does not count.
        if (!transaction.isInvalid) throw error;
      } finally {
        transaction.end();
      }
    }
    throw new StoreUnavailableError('busy', 'what a transaction depends on was written again and again');
  }

  settles(time: number): boolean {
    return this.#shared.clock.settles(time);
  }

  check(): void {
    if (this.#status === 'closed') throw new Error('the store is closed');
  }

  close(): void {
    this.#shared.staging.switchTo(undefined);
    this.#status = 'closed';
    this.collections.clear();
  }

  /** Shows what is committed, and that alone. */
  protected prepareRead(): void {
    this.check();
    this.#shared.staging.switchTo(undefined);
  }
}
