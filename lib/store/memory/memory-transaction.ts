import type { Clock } from '../clock.js';
import type { MemoryCollections } from './memory-collections.js';
import { makeChange, makeChanges } from './memory-changes.js';
import type { MemoryMemos } from './memory-records.js';
import { MemoryReader } from './memory-reader.js';
import { StoreConflictError, StoreUnavailableError } from '../errors.js';
import type { Change, CollectionKey, Transaction, ChangeResult } from '../store.js';

/** What all transactions of one store work on. */
export interface MemoryGround {
  readonly catalogs: MemoryCollections;
  readonly memos: MemoryMemos;
  readonly stage: MemoryStage;
  /** What is written is dated by it. */
  readonly clock: Clock;
  /** The system's time, by which memos are forgotten, in milliseconds since the epoch. */
  readonly now: () => number;
  /** @throws {Error} where the store is closed */
  readonly checkOpen: () => void;
}

/**
 * Several reads and writes as one. What it writes stands in the tables while it looks at them, and is taken back
 * before anyone else does; then it is made again on what others have left. What it has read must be as it was
 * by then, or the transaction is spoilt, and `run` has to begin anew.
 */
export class MemoryTransaction extends MemoryReader implements Transaction {
  readonly #ground: MemoryGround;
  #state: 'open' | 'spoilt' | 'over' = 'open';
  /** Makes everything again that was written, in order; each gives what takes it back. */
  readonly #steps: ((time: number) => () => void)[] = [];
  /** Takes back what stands in the tables, last step last. */
  #undo: (() => void)[] = [];
  /** Tells of what was read whether it is as it was, where nothing of this transaction stands in the tables. */
  readonly #reads = new Map<string, () => boolean>();
  /** Entities and memos that were written here: what they hold rests on nobody else. */
  readonly #written = new Set<string>();
  /** The versions of places as they were before anything was written to them here. */
  readonly #bases = new Map<string, string>();
  /** How many commits there were when what was read was last found to be as it was. */
  #commits: number;
  /** Whether it rests on something that is not noted, so that nobody may have written anything. */
  #rests = false;
  /** Entities are dated when they are written here, and seen by others only later. */
  readonly #end: () => void;

  constructor(ground: MemoryGround) {
    super(ground.catalogs);
    this.#end = ground.clock.begin();
    this.#ground = ground;
    this.#commits = ground.stage.commits;
  }

  /** Whether others wrote what it rests on. */
  get isSpoilt(): boolean {
    return this.#state === 'spoilt';
  }

  write(changes: readonly Change[]): readonly ChangeResult[] {
    this.#enter();
    for (const { key: place } of changes) this.#noteBase(place);
    const made = this.#tried(() => makeChanges(this.catalogs, changes, this.#ground.clock.time()));
    for (const [index, change] of changes.entries()) {
      const done = made[index];
      if (done === undefined) continue;
      const { outcome } = done;
      this.#undo.push(done.undo);
      this.#steps.push((time) => {
        this.#noteBase(change.key);
        return makeChange(this.catalogs, change, { time, index, earlier: outcome }).undo;
      });
      this.#written.add(keyOf(change.key, outcome.id));
    }
    return made.map(({ outcome }) => outcome.entity);
  }

  getRecord(key: string): string | undefined {
    this.#enter();
    const { memos, now } = this.#ground;
    const memo = memos.get(key, now());
    this.#note(JSON.stringify(key), () => memos.get(key, now()) === memo);
    return memo?.text;
  }

  putRecord(key: string, text: string, until: Date): void {
    this.#enter();
    const { memos, now } = this.#ground;
    const memo = { text, until: until.getTime() };
    const step = (): (() => void) => {
      if (memos.get(key, now()) === undefined) return memos.put(key, memo);
      throw new StoreConflictError('exists', 0, `something is kept under ${JSON.stringify(key)} already`);
    };
    this.#undo.push(this.#tried(step));
    this.#steps.push(step);
    this.#written.add(JSON.stringify(key));
  }

  /**
   * Makes what was written last, and ends the transaction.
   *
   * @returns whether it could be done; it cannot once the transaction is spoilt
   */
  commit(): boolean {
    if (this.#state !== 'open') return false;
    // What was only read was of one state when it was looked at last.
    if (this.#steps.length === 0) return true;

    const { stage, memos, now } = this.#ground;
    // Made anew, so that places tell when it came to be seen.
    stage.show(undefined);
    try {
      this.#enter();
    } catch (error) {
      if (this.isSpoilt) return false;
      throw error;
    }
    this.#undo = [];
    this.end();
    stage.commits += 1;
    memos.sweep(now());
    return true;
  }

  /** Ends the transaction; of what is not committed nothing is left. */
  end(): void {
    if (this.#ground.stage.shown === this) this.#ground.stage.show(undefined);
    if (this.#state === 'open') this.#state = 'over';
    this.#end();
  }

  /** Takes what was written here out of the tables. */
  takeBack(): void {
    for (const undo of this.#undo.toReversed()) undo();
    this.#undo = [];
  }

  protected look(place: CollectionKey, id?: string): void {
    this.#enter();
    const { catalogs } = this;
    if (id === undefined) {
      const version = this.#bases.get(keyOf(place)) ?? catalogs.version(place);
      this.#note(keyOf(place), () => catalogs.version(place) === version);
    } else {
      const version = catalogs.find(place)?.get(id)?.version;
      this.#note(keyOf(place, id), () => catalogs.find(place)?.get(id)?.version === version);
    }
  }

  /** Sees to it that the tables hold what was written here, on a state in which all is as it was read. */
  #enter(): void {
    const { stage, clock, checkOpen } = this.#ground;
    checkOpen();
    if (this.#state === 'over') throw new Error('the transaction is over; use it only while it runs');
    if (this.#state === 'spoilt') throw interference();
    if (stage.shown === this) return;

    stage.show(this);
    try {
      this.#follow();
      const time = clock.time();
      for (const step of this.#steps) this.#undo.push(step(time));
    } catch (error) {
      stage.show(undefined);
      if (!(error instanceof StoreConflictError || error instanceof StoreUnavailableError)) throw error;
      this.#state = 'spoilt';
      throw interference();
    }
  }

  /** Makes sure, once others have written, that what was read is as it was. */
  #follow(): void {
    const { commits } = this.#ground.stage;
    if (commits === this.#commits) return;
    const isAsItWas = !this.#rests && Array.from(this.#reads.values()).every((holds) => holds());
    if (!isAsItWas) throw interference();
    this.#commits = commits;
    this.#bases.clear();
  }

  #note(key: string, holds: () => boolean): void {
    if (!this.#written.has(key) && !this.#reads.has(key)) this.#reads.set(key, holds);
  }

  #noteBase(place: CollectionKey): void {
    const key = keyOf(place);
    if (!this.#bases.has(key)) this.#bases.set(key, this.catalogs.version(place));
  }

  /** Does what may be refused. Why it was can be known from more than what is noted as read. */
  #tried<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#rests = true;
      throw error;
    }
  }
}

function interference(): StoreUnavailableError {
  return new StoreUnavailableError('busy', 'others wrote meanwhile what the transaction rests on');
}

function keyOf({ collection: catalog, parentIds: within }: CollectionKey, id?: string): string {
  return JSON.stringify([catalog, within, id]);
}

/** What can stand in the tables for a while. */
interface Shown {
  /** Takes out of the tables what was written there. */
  takeBack(): void;
}

/** Tells whose writes stand in the tables beside those that are committed. */
export class MemoryStage {
  #shown: Shown | undefined;
  /** How many commits there were. */
  commits = 0;

  get shown(): Shown | undefined {
    return this.#shown;
  }

  /** Makes room for another's writes; for nobody's, where undefined. */
  show(next: Shown | undefined): void {
    const before = this.#shown;
    if (before === next) return;
    this.#shown = next;
    before?.takeBack();
  }
}
