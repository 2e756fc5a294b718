/** Gives a key back; what has waited longest for it gets it next. Calling it again does nothing. */
export type Release = () => void;

/** Limits how long {@link KeyedMutex.acquire} waits. */
export interface AcquireLimit {
  readonly milliseconds: number;
  /** Makes the error that `acquire` rejects with at the end of that time. */
  readonly error: () => Error;
}

/**
 * Lets one holder of a key go ahead at a time, in the order in which they asked; those of other keys go on meanwhile.
 * It keeps nothing of a key that is free. It holds within one process only.
 *
 * @example
 * ```ts
 * const mutex = new KeyedMutex();
 * await mutex.runExclusive('books/1', async () => {
 *   const book = await read('books/1');
 *   await write('books/1', { ...book, sold: book.sold + 1 });
 * });
 * ```
 */
export class KeyedMutex {
  /** What waits for each key that is held, first come first. */
  readonly #queues = new Map<string, Set<() => void>>();

  /** Runs `work` while it holds the key: at once where the key is free. */
  async runExclusive<T>(key: string, work: () => T | Promise<T>): Promise<T> {
    const release = this.#queues.has(key) ? await this.acquire(key) : this.#take(key);
    try {
      return await work();
    } finally {
      release();
    }
  }

  /**
   * Waits for a key and holds it until the returned function is called.
   *
   * @param limit - how long to wait at most; by default for as long as it takes
   */
  acquire(key: string, limit?: AcquireLimit): Promise<Release> {
    const queue = this.#queues.get(key);
    if (queue === undefined) return Promise.resolve(this.#take(key));
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        resolve(this.#releasing(key, queue));
      };
      const giveUp = (): void => {
        queue.delete(begin);
        reject(limit?.error() ?? new Error('the key was not free in time'));
      };
      const timer = limit && setTimeout(giveUp, limit.milliseconds);
      queue.add(begin);
    });
  }

  #take(key: string): Release {
    const queue = new Set<() => void>();
    this.#queues.set(key, queue);
    return this.#releasing(key, queue);
  }

  #releasing(key: string, queue: Set<() => void>): Release {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      const [next] = queue;
      if (next === undefined) this.#queues.delete(key);
      else {
        queue.delete(next);
        next();
      }
    };
  }
}
