import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Clock } from '../clock.js';
import { StoreUnavailableError, StoreConflictError } from '../store-errors.js';
import type {
  Awaitable,
  Change,
  ChangeResult,
  CollectionPlan,
  Store,
  Transaction,
  CollectionKey,
} from '../store.js';
import { applyChanges, MemoryCollections, MemoryReader, applyChange } from './memory-collections.js';

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

// ---- Transactions

/** Is shared by all transactions of one store. */
interface MemoryState {
  readonly collections: MemoryCollections;
  readonly records: MemoryRecords;
  readonly staging: Staging;
  /** Dates what is written. */
  readonly clock: Clock;
  /** The system's time, by which records expire, in milliseconds since the epoch. */
  readonly now: () => number;
  /** @throws {Error} where the store is closed */
  readonly checkOpen: () => void;
}

/** Knows the transaction whose uncommitted changes stand in the tables: one at most. */
class Staging {
  #staged: MemoryTransaction | undefined;
  /** Counts the commits, of transactions and of single writes. */
  commits = 0;

  get staged(): MemoryTransaction | undefined {
    return this.#staged;
  }

  /** Has the tables hold what is committed, and room for the changes of `next` if one is given. */
  switchTo(next: MemoryTransaction | undefined): void {
    const before = this.#staged;
    if (before === next) return;
    this.#staged = next;
    before?.unstage();
  }
}

/** Makes a change, or keeps a record. @returns what undoes that */
type Step = () => () => void;

/**
 * Reads and writes optimistically. A change is made in the tables at once, and stays there if the transaction commits
 * before anything else uses the store. Otherwise it is undone for as long as others look, and made again on what
 * they left when the transaction goes on. What the transaction has read must then be as it was: if it is not, `run`
 * has to begin anew.
 */
class MemoryTransaction extends MemoryReader implements Transaction {
  readonly #state: MemoryState;
  #status: 'open' | 'invalid' | 'ended' = 'open';
  /** Everything that was written, in order, to be made again. */
  readonly #steps: Step[] = [];
  /** Undoes what stands in the tables; the last one comes first. */
  #undo: (() => void)[] = [];
  /** Tells of each thing that was read whether it is as it was, asked while nothing of this transaction is staged. */
  readonly #reads = new Map<string, () => boolean>();
  /** Entities and records that were written here: what they hold depends on nothing else. */
  readonly #written = new Set<string>();
  /** The collections that were written to. */
  readonly #changed = new Map<string, CollectionKey>();
  /** The versions of collections as they were before anything was written to them here. */
  readonly #baseVersions = new Map<string, string>();
  /** How many commits there were when what was read was last found to be as it was. */
  #commits: number;
  /** Whether it depends on something that is not noted as read, so that no other commit may come in between. */
  #dependsOnAll = false;
  /** Entities are dated when they are written here, and seen by others only later. */
  readonly #endWrite: () => void;

  constructor(state: MemoryState) {
    super(state.collections);
    this.#endWrite = state.clock.begin();
    this.#state = state;
    this.#commits = state.staging.commits;
  }

  /** Whether something that it depends on was written meanwhile. */
  get isInvalid(): boolean {
    return this.#status === 'invalid';
  }

  write(changes: readonly Change[]): readonly ChangeResult[] {
    this.#stage();
    for (const { key } of changes) this.#noteBaseVersion(key);
    const applied = this.#attempt(() => applyChanges(this.collections, changes, this.#state.clock.time()));
    for (const [index, change] of changes.entries()) {
      const made = applied[index];
      if (made === undefined) continue;
      const { outcome, undo } = made;
      this.#undo.push(undo);
      this.#steps.push(() => {
        this.#noteBaseVersion(change.key);
        const context = { time: this.#state.clock.time(), index, earlier: outcome };
        return applyChange(this.collections, change, context).undo;
      });
      this.#written.add(nameOf(change.key, outcome.id));
      this.#changed.set(nameOf(change.key), change.key);
    }
    return applied.map(({ outcome }) => outcome.entity);
  }

  getRecord(key: string): string | undefined {
    this.#stage();
    const { records, now } = this.#state;
    const record = records.get(key, now());
    this.#noteRead(JSON.stringify(key), () => records.get(key, now()) === record);
    return record?.text;
  }

  putRecord(key: string, text: string, expires: Date): void {
    this.#stage();
    const { records, now } = this.#state;
    const record = { text, expires: expires.getTime() };
    const step: Step = () => {
      if (records.get(key, now()) === undefined) return records.put(key, record);
      throw new StoreConflictError('exists', 0, `something is kept under ${JSON.stringify(key)} already`);
    };
    this.#undo.push(this.#attempt(step));
    this.#steps.push(step);
    this.#written.add(JSON.stringify(key));
  }

  /**
   * Leaves what was written in the tables, for all to see, and ends the transaction.
   *
   * @returns whether it could be done; it cannot once the transaction is invalid
   */
  commit(): boolean {
    if (this.#status !== 'open') return false;
    // What was only read was of one state when it was looked at last.
    if (this.#steps.length === 0) return true;
    try {
      this.#stage();
    } catch (error) {
      if (this.isInvalid) return false;
      throw error;
    }

    const { staging, clock, records, now } = this.#state;
    // A collection tells when the changes came to be seen, which is now.
    const time = clock.time();
    for (const key of this.#changed.values()) this.collections.find(key)?.date(time);
    this.#undo = [];
    this.end();
    staging.commits += 1;
    records.sweep(now());
    return true;
  }

  /** Ends the transaction; of what is not committed nothing is left. */
  end(): void {
    const { staging } = this.#state;
    if (staging.staged === this) staging.switchTo(undefined);
    if (this.#status === 'open') this.#status = 'ended';
    this.#endWrite();
  }

  /** Takes what was written here out of the tables. */
  unstage(): void {
    for (const undo of this.#undo.toReversed()) undo();
    this.#undo = [];
  }

  protected prepareRead(key: CollectionKey, id?: string): void {
    this.#stage();
    const { collections } = this;
    if (id === undefined) {
      const version = this.#baseVersions.get(nameOf(key)) ?? collections.version(key);
      this.#noteRead(nameOf(key), () => collections.version(key) === version);
    } else {
      const version = collections.find(key)?.get(id)?.version;
      this.#noteRead(nameOf(key, id), () => collections.find(key)?.get(id)?.version === version);
    }
  }

  /** Sees to it that the tables hold what was written here, on a state in which everything is as it was read. */
  #stage(): void {
    const { staging, checkOpen } = this.#state;
    checkOpen();
    if (this.#status === 'ended') throw new Error('the transaction is over; use it only while it runs');
    if (this.#status === 'invalid') throw interference();
    if (staging.staged === this) return;

    staging.switchTo(this);
    try {
      this.#checkReads();
      for (const step of this.#steps) this.#undo.push(step());
    } catch (error) {
      staging.switchTo(undefined);
      if (!(error instanceof StoreConflictError || error instanceof StoreUnavailableError)) throw error;
      this.#status = 'invalid';
      throw interference();
    }
  }

  /** Makes sure, once something else was committed, that what was read is as it was. */
  #checkReads(): void {
    const { commits } = this.#state.staging;
    if (commits === this.#commits) return;
    const isAsRead = !this.#dependsOnAll && Array.from(this.#reads.values()).every((isSame) => isSame());
    if (!isAsRead) throw interference();
    this.#commits = commits;
    this.#baseVersions.clear();
  }

  #noteRead(name: string, isSame: () => boolean): void {
    if (!this.#written.has(name) && !this.#reads.has(name)) this.#reads.set(name, isSame);
  }

  #noteBaseVersion(key: CollectionKey): void {
    const name = nameOf(key);
    if (!this.#baseVersions.has(name)) this.#baseVersions.set(name, this.collections.version(key));
  }

  /** Does what may be refused. The reason may be found in more than what is noted as read. */
  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#dependsOnAll = true;
      throw error;
    }
  }
}

function interference(): StoreUnavailableError {
  return new StoreUnavailableError('busy', 'what the transaction depends on was written meanwhile');
}

function nameOf({ collection, parentIds }: CollectionKey, id?: string): string {
  return JSON.stringify([collection, parentIds, id]);
}

// ---- Records

/** A text that is kept under a key until a time, in milliseconds since the epoch. */
interface MemoryRecord {
  readonly text: string;
  readonly expires: number;
}

/** How many records there are before expired ones are looked for. */
const SWEEP_SIZE = 1_000;

/** Keeps the records of {@link Transaction.putRecord}. */
class MemoryRecords {
  readonly #records = new Map<string, MemoryRecord>();
  #sweepAt = SWEEP_SIZE;

  /** The record under a key, unless it has expired. */
  get(key: string, now: number): MemoryRecord | undefined {
    const record = this.#records.get(key);
    return record !== undefined && record.expires > now ? record : undefined;
  }

  /** Keeps a record under a key, in place of the one before. @returns what undoes that */
  put(key: string, record: MemoryRecord): () => void {
    const before = this.#records.get(key);
    this.#records.set(key, record);
    return () => {
      if (before === undefined) this.#records.delete(key);
      else this.#records.set(key, before);
    };
  }

  /** Deletes what has expired, once there is much: so a record costs as much as two looks at it. */
  sweep(now: number): void {
    if (this.#records.size < this.#sweepAt) return;
    for (const [key, { expires }] of this.#records) {
      if (expires <= now) this.#records.delete(key);
    }
    this.#sweepAt = Math.max(SWEEP_SIZE, 2 * this.#records.size);
  }
}
