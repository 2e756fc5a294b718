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
  if (served.challenge !== undefined) return challenging(served, incoming, opening);
  return opening === undefined
    ? decide(served, incoming)
    : opening.then(() => decide(served, incoming), unavailable);
}

/** Whoever throws 401, the answer says how to authenticate (RFC 9110, section 15.5.2). */
async function challenging(
  served: Served,
  incoming: Incoming,
  opening: Promise<void> | undefined,
): Promise<Answer | undefined> {
  try {
    await opening?.catch(unavailable);
    return await decide(served, incoming);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    const { challenge = '' } = served;
    if (Object.keys(error.headers).some((name) => name.toLowerCase() === 'www-authenticate')) throw error;
    const headers = { ...error.headers, 'WWW-Authenticate': challenge };
    // oxlint-disable-next-line typescript/no-misused-spread -- another one of the same type, with all that it says
    throw new Problem(error.type, { ...error, headers, cause: error });
  }
}

/** The store could not be opened, or is closed for good. */
function unavailable(cause: unknown): never {
  throw new Problem('unavailable', { headers: { 'Retry-After': '5' }, cause });
}
