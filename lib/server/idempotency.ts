// Requests that are repeated under the same Idempotency-Key, and carried out once.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  normaliseCredentials,
  MAX_KEY_LENGTH,
  readIdempotencyKey as parseIdempotencyKey,
} from '../http/header-fields.js';
import { ProblemError } from '../http/problem.js';
import { isIdConflict, tooManyConflicts } from './error-response.js';
import { callerOf, findHidden } from './guard.js';
import { MAX_ATTEMPTS } from './request-context.js';
import type { RequestBody } from './request-body.js';
import type { HttpResponse } from './http-message.js';
import type { RequestContext } from './request-context.js';

/** How long a response is kept for repetitions of its request. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** A response as the store keeps it, in JSON. */
interface KeptResponse {
  /** Stands for the body of the request. */
  readonly sent: string;
  readonly answer: HttpResponse;
}

/** Another request with the same key was faster. */
class KeyTakenError extends Error {}

/**
 * The key that a request names itself by, in a form that tells callers and resources apart.
 *
 * @returns undefined where it names none
 * @throws {ProblemError} 400 where what it has is no key; 400 or 401 where it is not known whose it is
 */
export function readIdempotencyKey(request: RequestContext): string | undefined {
  const { req } = request.http;
  if (req.headers['idempotency-key'] === undefined) return undefined;
  const key = parseIdempotencyKey(fieldLines(req, 'idempotency-key'));
  if (key !== undefined) return digest([request.path, request.query, senderOf(request), key]);
  throw new ProblemError('bad-idempotency-key', {
    detail: `Idempotency-Key is one string of 1 to ${MAX_KEY_LENGTH} visible ASCII characters, best in double quotes, such as "8e03978e-40d5-43dd-bc93-6894a57f9324".`,
  });
}

/**
 * The values of a field, one for each of its lines.
 *
 * @param name - in lower case
 */
function fieldLines(req: IncomingMessage, name: string): readonly string[] {
  // Requests that were injected need not have the fields as they were received.
  const rawHeaders = (req.rawHeaders as readonly string[] | undefined) ?? [];
  const lines = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  );
  return lines.length > 0 ? lines : [req.headers[name] ?? []].flat();
}

/**
 * Tells callers apart. What one is answered, no other may get, so that a caller that is not known has no key.
 *
 * @throws {ProblemError} 400 or 401
 */
function senderOf(request: RequestContext): readonly string[] {
  const { caller, guard, challenge } = request.api;
  if (caller !== undefined) {
    const name = callerOf(request);
    if (name !== undefined) return ['caller', name];
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
  const { authorization = '', cookie = '' } = request.http.req.headers;
  return ['credentials', normaliseCredentials(authorization), cookie];
}

/**
 * Carries a request out, or where that was done before under its key, gives the same answer again. The answer
 * is kept together with what the request changed, so that there is never one without the other.
 *
 * @param key - of {@link readIdempotencyKey}
 * @param run - carries it out, as part of a transaction; may run more than once
 * @throws {ProblemError} 422 where the key was used for another request
 * @see draft-ietf-httpapi-idempotency-key-header, section 2
 */
export async function runOnce(
  request: RequestContext,
  key: string,
  received: RequestBody,
  run: (part: RequestContext) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const sent = digest([received.type, received.value]);
  const attempt = () =>
    request.inExclusiveTransaction(key, async (part, transaction) => {
      const known = await transaction.getRecord(key);
      if (known !== undefined) return repeated(part, JSON.parse(known) as KeptResponse, sent);
      const answer = await run(part);
      const kept: KeptResponse = { sent, answer };
      try {
        await transaction.putRecord(key, JSON.stringify(kept), new Date(Date.now() + KEPT_MS));
      } catch (error) {
        throw isIdConflict(error) ? new KeyTakenError('the key is taken', { cause: error }) : error;
      }
      return answer;
    });
  for (let left = MAX_ATTEMPTS; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof KeyTakenError)) throw error;
      if (left === 1) throw tooManyConflicts(error);
    }
  }
}

function repeated(request: RequestContext, { sent, answer }: KeptResponse, now: string): HttpResponse {
  if (sent === now) {
    requireVisible(request, answer);
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
 * Shows what was made again only to a caller that may see it now.
 *
 * @throws {ProblemError} `not-found`, as of what does not exist
 */
function requireVisible(request: RequestContext, { headers }: HttpResponse): void {
  const location = headers['location'];
  const { api, http } = request;
  if (api.guard === undefined || location === undefined) return;
  const prefix = api.base + http.mount;
  // What was kept under another base is not found, and not shown.
  const match = location.startsWith(prefix)
    ? api.declaration.tree.find(location.slice(prefix.length))
    : undefined;
  if (match === undefined || findHidden(request.at(match.resource, match.values)) !== undefined) {
    throw new ProblemError('not-found');
  }
}
