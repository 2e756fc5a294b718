import { StoreUnavailableError } from '../unavailable.js';

/** Ends a turn. */
export type EndTurn = () => void;

/** Lets one go ahead at a time, in the order in which they asked. */
export class Turns {
  #taken = false;
  readonly #waiting = new Set<() => void>();

  /**
   * @param limit - how long to wait for a turn, in milliseconds; by default for as long as it takes
   * @throws {StoreUnavailableError} `busy` where it was not given in time
   */
  take(limit?: number): Promise<EndTurn> {
    if (!this.#taken) {
      this.#taken = true;
      return Promise.resolve(this.#ending());
    }
    return new Promise((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer);
        resolve(this.#ending());
      };
      const timer =
        limit === undefined
          ? undefined
          : setTimeout(() => {
              this.#waiting.delete(begin);
              reject(new StoreUnavailableError('busy', 'others did not finish their writes in time'));
            }, limit);
      this.#waiting.add(begin);
    });
  }

  #ending(): EndTurn {
    let over = false;
    return () => {
      if (over) return;
      over = true;
      const [next] = this.#waiting;
      if (next === undefined) this.#taken = false;
      else {
        this.#waiting.delete(next);
        next();
      }
    };
  }
}
