import { ProblemError } from '../http/problem.js';
import type { Awaitable } from '../resource/found.js';
import type { HttpResponse, Incoming } from './incoming.js';
import { handleRequest } from './ladder.js';
import type { ApiContext } from './served.js';

/**
 * Decides how to answer a request, as soon as the store is open.
 *
 * @param ready - resolves once it is; undefined if it is already
 * @returns undefined where the path is none of this API's
 * @throws {ProblemError} what stands against the request
 */
export function decideOnceReady(
  served: ApiContext,
  incoming: Incoming,
  ready: () => Promise<void> | undefined,
): Awaitable<HttpResponse | undefined> {
  const opening = ready();
  return opening === undefined
    ? handleRequest(served, incoming)
    : opening.then(() => handleRequest(served, incoming), unavailable);
}

/** The store could not be opened, or is closed for good. */
function unavailable(cause: unknown): never {
  throw new ProblemError('unavailable', { headers: { 'Retry-After': '5' }, cause });
}
