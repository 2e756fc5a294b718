import type { Awaitable } from '../awaitable.js';

/** Has works wait for each other that use one connection. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` once all that came before are done, however they ended. */
  run<T>(work: () => Awaitable<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
