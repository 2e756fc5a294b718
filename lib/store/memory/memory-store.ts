import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Clock } from '../clock.js';
import { MemoryCollections } from './memory-collections.js';
import { makeChanges } from './memory-changes.js';
import { MemoryMemos } from './memory-records.js';
import { MemoryReader } from './memory-reader.js';
import { MemoryStage, MemoryTransaction } from './memory-transaction.js';
import type { MemoryGround } from './memory-transaction.js';
import type { Awaitable, CollectionPlan, Change, Store, Transaction, ChangeResult } from '../store.js';
import { StoreUnavailableError } from '../errors.js';

export interface MemoryStoreOptions {
  /** The clock that times are read from; the system's by default. */
  readonly now?: () => Date;
}

/** How often a transaction is tried before it is given up; the pauses between come to a second at most. */
const ATTEMPTS = 10;

/**
 * Keeps entities in memory, for as long as the process lives. Every method but `transaction` answers at once,
 * without a promise; bodies are frozen. A search reads every entity of its place.
 */
export class MemoryStore extends MemoryReader implements Store {
  readonly #ground: MemoryGround;
  #state: 'new' | 'open' | 'closed' = 'new';

  constructor({ now = () => new Date() }: MemoryStoreOptions = {}) {
    super(new MemoryCollections(randomBytes(6).toString('base64url')));
    this.#ground = {
      catalogs: this.catalogs,
      memos: new MemoryMemos(),
      stage: new MemoryStage(),
      clock: new Clock(now),
      now: () => now().getTime(),
      checkOpen: () => this.check(),
    };
  }

  open(plans: readonly CollectionPlan[]): void {
    if (this.#state !== 'new') throw new Error(`the store is ${this.#state} already; open each store once`);
    for (const plan of plans) this.catalogs.add(plan);
    this.#state = 'open';
  }

  write(changes: readonly Change[]): readonly ChangeResult[] {
    this.look();
    const made = makeChanges(this.catalogs, changes, this.#ground.clock.time());
    if (made.length > 0) this.#ground.stage.commits += 1;
    return made.map(({ outcome }) => outcome.entity);
  }

  async transaction<T>(run: (transaction: Transaction) => Awaitable<T>): Promise<T> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      // Those that met shall not meet again.
      if (attempt > 0) await setTimeout(Math.random() * 2 ** attempt);
      const transaction = new MemoryTransaction(this.#ground);
      try {
        const result = await run(transaction);
        if (transaction.commit()) return result;
      } catch (error) {
        // What `run` makes of a state that is there no more does not count.
        if (!transaction.isSpoilt) throw error;
      } finally {
        transaction.end();
      }
    }
    throw new StoreUnavailableError('busy', 'others kept writing what a transaction rests on');
  }

  settles(time: number): boolean {
    return this.#ground.clock.settles(time);
  }

  check(): void {
    if (this.#state === 'closed') throw new Error('the store is closed');
  }

  close(): void {
    this.#ground.stage.show(undefined);
    this.#state = 'closed';
    this.catalogs.clear();
  }

  protected look(): void {
    this.check();
    this.#ground.stage.show(undefined);
  }
}
