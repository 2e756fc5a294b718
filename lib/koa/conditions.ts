import { evaluate } from '../http/preconditions.js';
import type { Validators } from '../http/preconditions.js';
import { Problem } from '../http/problem.js';
import type { Incoming } from './incoming.js';
import type { Visit } from './visit.js';

/** How often a change that was overtaken by another is made again. */
export const MOST_TRIES: number = 20;

/**
 * Holds a request that changes something to its preconditions. To be asked last, and of the very state that
 * the change is then made to.
 *
 * @param current - undefined where the target does not exist
 * @throws {Problem} 400, 412 or 428
 */
export function requirePreconditions(
  { exchange: { node }, incoming }: Visit,
  current: Validators | undefined,
): void {
  const { 'if-match': ifMatch } = incoming.req.headers;
  if (isConditional(incoming)) {
    const verdict = evaluate(conditionsOf(incoming), current);
    if (verdict === 'malformed') {
      throw new Problem('bad-precondition', {
        detail: 'If-Match and If-None-Match hold "*", or entity tags in quotes.',
      });
    }
    if (verdict !== 'proceed') throw failed(current);
  }
  // A catalog asks for versions of the entities that are changed, and not of itself.
  if (node.requireIfMatch && node.kind !== 'catalog' && ifMatch === undefined && current !== undefined) {
    throw new Problem('precondition-required', {
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

function failed(current: Validators | undefined): Problem {
  return new Problem('precondition-failed', {
    detail:
      current === undefined
        ? 'Nothing is here, so that the condition of the request does not hold.'
        : 'The resource is not in the state that the request is for; read it again.',
  });
}

/** Whether a change depends on the state that it is made to. */
export function isConditional({ req: { headers } }: Incoming): boolean {
  return (
    headers['if-match'] !== undefined ||
    headers['if-none-match'] !== undefined ||
    headers['if-unmodified-since'] !== undefined
  );
}

/** What stands against a change that others kept overtaking. */
export function overtaken(cause: unknown): Problem {
  return new Problem('unavailable', {
    detail: 'Others are changing the resource faster than this request can; try again.',
    headers: { 'Retry-After': '1' },
    cause,
  });
}
