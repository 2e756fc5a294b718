import { Problem } from '../http/problem.js';
import type { Awaitable } from '../resource/found.js';
import type { Answer, Incoming } from './incoming.js';
import { decide } from './ladder.js';
import type { Served } from './served.js';

/**
 * Decides how to answer a request, as soon as the store is open.
 *
 * @param ready - resolves once it is; undefined if it is already
 * @returns undefined where the path is none of this API's
 * @throws {Problem} what stands against the request
 */
export function decideOnceReady(
  served: Served,
  incoming: Incoming,
  ready: () => Promise<void> | undefined,
): Awaitable<Answer | undefined> {
  const opening = ready();
  return opening === undefined
    ? decide(served, incoming)
    : opening.then(() => decide(served, incoming), unavailable);
}

/** The store could not be opened, or is closed for good. */
function unavailable(cause: unknown): never {
  throw new Problem('unavailable', { headers: { 'Retry-After': '5' }, cause });
}
