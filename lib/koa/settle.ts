import { Problem } from '../http/problem.js';
import type { Exchange } from '../resource/exchange.js';
import type { Awaitable } from '../resource/found.js';
import { isThenable } from '../resource/found.js';
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
