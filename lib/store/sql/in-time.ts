import type { Awaitable } from '../awaitable.js';
import { isThenable } from '../awaitable.js';
import { StoreUnavailableError } from '../unavailable.js';

/**
 * Does something that may wait, but not for ever.
 *
 * @param limit - in milliseconds
 * @throws {StoreUnavailableError} `busy` at the end of that time
 */
export async function inTime<T>(work: () => Awaitable<T>, limit: number): Promise<T> {
  const given = work();
  if (!isThenable(given)) return given;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StoreUnavailableError('busy', `a transaction took longer than ${limit} ms`));
    }, limit);
  });
  return Promise.race([given, late]).finally(() => clearTimeout(timer));
}
