import { setTimeout as delay } from 'node:timers/promises';

/** Lets work begin in the order in which it comes: so many at once, and so many a second. */
export class Semaphore {
  readonly #concurrency: number;
  /** Milliseconds from one beginning to the next. */
  readonly #interval: number;
  #running = 0;
  #nextStart = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(concurrency: number, rate: number) {
    this.#concurrency = concurrency;
    this.#interval = 1000 / rate;
  }

  /**
   * Does the work when its turn has come.
   *
   * @param signal - ends the waiting for the rate; a wait for a free place ends with that place
   */
  async run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    if (this.#running === this.#concurrency) {
      // What ends hands its place on, so that work that comes between cannot take it.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      await this.#keepRate(signal);
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  async #keepRate(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = performance.now();
    const start = Math.max(now, this.#nextStart);
    this.#nextStart = start + this.#interval;
    if (start > now) await pause(start - now, signal);
  }
}

/** Waits, unless the signal ends it; then it rejects with the signal's own reason. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}
