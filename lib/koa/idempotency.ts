import { createHash } from 'node:crypto';
import { MOST_KEY_LENGTH, readIdempotencyKey, normaliseCredentials } from '../http/header-fields.js';
import { ProblemError } from '../http/problem.js';
import { isTaken } from '../resource/refusals.js';
import { callerOf, firstHidden } from './access.js';
import { asOne } from './as-one.js';
import type { Received } from './body.js';
import { MOST_TRIES, overtaken } from './conditions.js';
import type { HttpResponse } from './incoming.js';
import { fieldLines } from './message.js';
import type { Visit } from './visit.js';

/** How long an answer is kept for repetitions of its request, in milliseconds. */
const KEPT = 24 * 60 * 60 * 1000;

/** An answer as it is kept: whole, and without what only this server's process has. */
interface Kept {
  /** Stands for the body of the request. */
  readonly sent: string;
  readonly answer: HttpResponse;
}

/** Another request with the same key was faster. */
class Outrun extends Error {}

/**
 * The key that a request names itself by, in a form that tells callers and resources apart.
 *
 * @returns undefined where it names none
 * @throws {ProblemError} 400 where what it has is no key; 400 or 401 where it is not known whose it is
 */
export function idempotencyKey(visit: Visit): string | undefined {
  const {
    exchange,
    incoming: { req },
  } = visit;
  if (req.headers['idempotency-key'] === undefined) return undefined;
  const values = fieldLines(req, 'idempotency-key');
  const key = readIdempotencyKey(values);
  if (key !== undefined) return digest([exchange.path, exchange.query, senderOf(visit), key]);
  throw new ProblemError('bad-idempotency-key', {
    detail: `Idempotency-Key is one string of 1 to ${MOST_KEY_LENGTH} visible ASCII characters, best in double quotes, such as "8e03978e-40d5-43dd-bc93-6894a57f9324".`,
  });
}

/**
 * Tells callers apart. What one is answered, no other may get, so that who is not known has no key.
 *
 * @throws {ProblemError} 400 or 401
 */
function senderOf({ served, exchange, incoming: { req } }: Visit): readonly string[] {
  const { caller, guard, challenge } = served;
  if (caller !== undefined) {
    const who = callerOf(served, exchange.state);
    if (who !== undefined) return ['caller', who];
    const detail =
      'An Idempotency-Key belongs to one caller, and who is asking is not known; authenticate, or send the request without it.';
    throw new ProblemError(challenge === undefined ? 'bad-idempotency-key' : 'unauthorized', { detail });
  }
  if (guard !== undefined) {
    throw new ProblemError('bad-idempotency-key', {
      detail:
        'An Idempotency-Key belongs to one caller, and this API does not say who its callers are: that takes the option "caller" of shoji(). Send the request without it.',
    });
  }
  const { authorization = '', cookie = '' } = req.headers;
  return ['credentials', normaliseCredentials(authorization), cookie];
}

/**
 * Carries a request out, or where that was done before under its key, gives the same answer again. The answer
 * is kept together with what the request changed, so that there is never one without the other.
 *
 * @param key - of {@link idempotencyKey}
 * @param run - carries it out, as part of a transaction; may run more than once
 * @throws {ProblemError} 422 where the key was used for another request
 * @see draft-ietf-httpapi-idempotency-key-header, section 2
 */
export async function once(
  visit: Visit,
  key: string,
  received: Received,
  run: (visit: Visit) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const sent = digest([received.type, received.value]);
  const attempt = () =>
    asOne(visit, key, async (part, transaction) => {
      const known = await transaction.getRecord(key);
      if (known !== undefined) return repeated(part, JSON.parse(known) as Kept, sent);
      const answer = await run(part);
      const kept: Kept = { sent, answer };
      try {
        await transaction.putRecord(key, JSON.stringify(kept), new Date(Date.now() + KEPT));
      } catch (error) {
        throw isTaken(error) ? new Outrun('the key is taken', { cause: error }) : error;
      }
      return answer;
    });
  for (let left = MOST_TRIES; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Outrun)) throw error;
      if (left === 1) throw overtaken(error);
    }
  }
}

function repeated(visit: Visit, { sent, answer }: Kept, now: string): HttpResponse {
  if (sent === now) {
    requireSeen(visit, answer);
    return answer;
  }
  throw new ProblemError('idempotency-mismatch', {
    detail: 'The body differs from that of the request which had this Idempotency-Key first; use a new key.',
  });
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/**
 * What was made is shown again only to a caller who may see it now.
 *
 * @throws {ProblemError} `not-found`, as of what does not exist
 */
function requireSeen({ served, exchange }: Visit, { headers }: HttpResponse): void {
  const location = headers['location'];
  if (served.guard === undefined || location === undefined) return;
  const prefix = served.base + exchange.mount;
  // What was kept under another base is not found, and not shown.
  const match = location.startsWith(prefix)
    ? served.declaration.tree.find(location.slice(prefix.length))
    : undefined;
  if (match === undefined || firstHidden(served, exchange.at(match.resource, match.values)) !== undefined) {
    throw new ProblemError('not-found');
  }
}
