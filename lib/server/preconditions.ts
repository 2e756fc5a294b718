import { alterationIn, evaluate } from '../http/preconditions.js';
import type { Validators } from '../http/preconditions.js';
import { ProblemError } from '../http/problem.js';
import type { Incoming, Visit } from './request-context.js';

/** How often a change that was overtaken by another is made again. */
export const MOST_TRIES: number = 20;

/**
 * Holds a request that changes something to its preconditions. To be asked last, and of the very state that
 * the change is then made to.
 *
 * @param current - undefined where the target does not exist
 * @throws {ProblemError} 400, 412 or 428
 */
export function requirePreconditions(
  { exchange: { node }, incoming }: Visit,
  current: Validators | undefined,
): void {
  const { 'if-match': ifMatch } = incoming.req.headers;
  if (isConditional(incoming)) {
    const verdict = evaluate(conditionsOf(incoming), current);
    if (verdict === 'malformed') {
      throw new ProblemError('bad-precondition', {
        detail: 'If-Match and If-None-Match hold "*", or entity tags in quotes.',
      });
    }
    if (verdict !== 'proceed') throw preconditionFailed(ifMatch, current);
  }
  // A catalog asks for versions of the entities that are changed, and not of itself.
  if (node.requireIfMatch && node.kind !== 'catalog' && ifMatch === undefined && current !== undefined) {
    throw new ProblemError('precondition-required', {
      detail: `Fetch this ${node.kind}, and send the ${incoming.method} with the ETag that it has: If-Match: "<the ETag>".`,
    });
  }
}

function conditionsOf({ req, method }: Incoming): Parameters<typeof evaluate>[0] {
  const {
    'if-match': ifMatch,
    'if-none-match': ifNoneMatch,
    'if-unmodified-since': ifUnmodifiedSince,
  } = req.headers;
  return { method, ifMatch, ifNoneMatch, ifUnmodifiedSince };
}

/** The problem of a request whose preconditions do not hold. */
export function preconditionFailed(
  ifMatch: string | undefined,
  current: Validators | undefined,
): ProblemError {
  const altered = alteredTag(ifMatch, current);
  return new ProblemError('precondition-failed', {
    detail:
      current === undefined
        ? 'Nothing is here, so that the condition of the request does not hold.'
        : altered === undefined
          ? 'The resource is not in the state that the request is for; read it again.'
          : `If-Match ${altered}.`,
  });
}

/**
 * What to say of an entity tag that is the right one, but for what was done to it on its way.
 *
 * @returns undefined where it is another one
 */
export function alteredTag(etag: string | undefined, current: Validators | undefined): string | undefined {
  const alteration = alterationIn(etag, current);
  return alteration === undefined ? undefined : ALTERED[alteration];
}

const SETTING = 'Set the proxy not to compress these answers, or to leave their ETags as they are';

const ALTERED: Readonly<Record<'weakened' | 'marked', string>> = {
  weakened: `has the ETag of this resource, but weakened (W/) by a proxy, so that it never matches. ${SETTING}`,
  marked: `has the ETag of this resource, but marked by a proxy that compresses, such as "…-gzip", so that it never matches. ${SETTING}`,
};

/** Whether a change depends on the state that it is made to. */
export function isConditional({ req: { headers } }: Incoming): boolean {
  return (
    headers['if-match'] !== undefined ||
    headers['if-none-match'] !== undefined ||
    headers['if-unmodified-since'] !== undefined
  );
}

/** What stands against a change that others kept overtaking. */
export function overtaken(cause: unknown): ProblemError {
  return new ProblemError('unavailable', {
    detail: 'Others are changing the resource faster than this request can; try again.',
    headers: { 'Retry-After': '1' },
    cause,
  });
}
