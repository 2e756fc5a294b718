import { ProblemError } from '../http/problem.js';
import type { RequestContext } from '../resource/exchange.js';
import type { Awaitable } from '../resource/found.js';
import { isThenable } from '../resource/found.js';
import type { Incoming } from './incoming.js';
import type { ApiContext } from './served.js';

/**
 * Waits for what a resource class promised, but no longer than the time limit: then the request's signal
 * is aborted, and whatever the promise comes to is ignored.
 *
 * @throws {ProblemError} `timeout`
 */
export function withTimeout<T>(
  served: ApiContext,
  exchange: RequestContext,
  given: Awaitable<T>,
): Awaitable<T> {
  if (!isThenable(given)) return given;
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      const cause = new Error(`${exchange.node.className} did not answer within ${served.timeout} ms`);
      exchange.abort(cause);
      reject(new ProblemError('timeout', { cause }));
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

/** Why an answer is not made any more: there is nobody to read it. It is nobody's fault here. */
export function clientGone(): ProblemError {
  return new ProblemError('bad-request', { detail: 'The client went away before it was answered.' });
}

/** Aborts the request's signal as soon as the client goes away before it has its whole answer. */
export function abortWhenGone({ res }: Incoming, exchange: RequestContext): void {
  res.once('close', () => {
    if (!res.writableFinished) exchange.abort(clientGone());
  });
}
