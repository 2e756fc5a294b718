import type { Store } from './store.js';

/** A full second, in milliseconds: what dates of HTTP tell apart. */
const SECOND = 1000;

/** Where in its second a time lies that is set because the clock is behind; the clock itself never gives one. */
const SET = 1;

/**
 * The clock that a store dates what it writes by, in milliseconds since the epoch. It never goes back, whatever
 * the system's does.
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
    const time = now % SECOND === SET ? now + 1 : now;
    if (time > this.#floor) this.#floor = time;
    return this.#floor;
  }

  /**
   * When something is changed that was changed before. Where the clock is more than a second behind, others may have
   * been told the first full second since then, so that it is later.
   *
   * @param before - when that was
   */
  follow(before: number): number {
    const time = this.time();
    if (time >= before) return time;
    return before - time < SECOND || before % SECOND === SET ? before : nextSecond(before) + SET;
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
    if (time >= this.#floor) this.#floor = nextSecond(time) + SET + 1;
    return true;
  }
}

function nextSecond(time: number): number {
  return Math.ceil(time / SECOND) * SECOND;
}
