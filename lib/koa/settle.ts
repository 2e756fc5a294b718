import { Problem } from '../http/problem.js';
import type { Exchange } from '../resource/exchange.js';
import type { Awaitable } from '../resource/found.js';
import type { Served } from './served.js';

/**
 * Waits for what a resource class promised, but no longer than the time limit: then the request's signal
 * is aborted, and whatever the promise comes to is ignored.
 *
 * @throws {Problem} `timeout`
 */
export function settle<T>(served: Served, exchange: Exchange, given: Awaitable<T>): Awaitable<T> {
  if (!isThenable(given)) return given;
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      const cause = new Error(`${exchange.node.className} did not answer within ${served.timeout} ms`);
      exchange.abort(cause);
      reject(new Problem('timeout', { cause }));
    }, served.timeout);
    given.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/**
 * Goes on with a value at once if it is there, and when it comes if it is promised: an answer out of memory
 * is made without waiting for a turn of the event loop's queues.
 */
export function andThen<T, U>(given: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isThenable(given) ? given.then(next) : next(given);
}

function isThenable<T>(given: Awaitable<T>): given is Promise<T> {
  return typeof given === 'object' && given !== null && 'then' in given && typeof given.then === 'function';
}
