import type { Store } from './store.js';

/** Dates of HTTP tell no less apart. */
const SECOND_MS = 1000;

/** At which millisecond of its second a time lies that is corrected because the clock is behind; the clock itself never gives one. */
const CORRECTED_MS = 1;

/**
 * Dates what a store writes, in milliseconds since the epoch. It never goes back, whatever the system's clock does.
 */
export class Clock {
  readonly #now: () => Date;
  /** The earliest time to give. */
  #floor = 0;
  /** When each write was begun that is under way, the first one first. */
  readonly #writes = new Set<{ readonly begun: number }>();

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
  }

  time(): number {
    const now = this.#now().getTime();
    const time = now % SECOND_MS === CORRECTED_MS ? now + 1 : now;
    if (time > this.#floor) this.#floor = time;
    return this.#floor;
  }

  /**
   * Dates a change of what was changed before. Where the clock is more than a second behind, the first full second
   * since then may have been sent to clients already, so that the change is dated later.
   *
   * @param before - when that was
   */
  follow(before: number): number {
    const time = this.time();
    if (time >= before) return time;
    return before - time < SECOND_MS || before % SECOND_MS === CORRECTED_MS
      ? before
      : nextSecond(before) + CORRECTED_MS;
  }

  /** Notes that a write is begun. @returns what to call once it can be seen, or never will be */
  begin(): () => void {
    const write = { begun: this.time() };
    this.#writes.add(write);
    return () => void this.#writes.delete(write);
  }

  /** Answers for a store: see {@link Store.settles}. */
  settles(time: number): ReturnType<NonNullable<Store['settles']>> {
    const [first] = this.#writes;
    if (first !== undefined && first.begun <= time) return false;
    if (time >= this.#floor) this.#floor = nextSecond(time) + CORRECTED_MS + 1;
    return true;
  }
}

function nextSecond(time: number): number {
  return Math.ceil(time / SECOND_MS) * SECOND_MS;
}
