import { evaluate } from '../http/preconditions.js';
import type { Validators } from '../http/preconditions.js';
import { Problem } from '../http/problem.js';
import type { Incoming } from './incoming.js';

/** How often a change that was overtaken by another is made again, if the client named no version. */
export const MOST_TRIES: number = 20;

/**
 * Holds a request that changes something to its preconditions.
 *
 * @param current - undefined where the target does not exist
 * @throws {Problem} 400 or 412
 */
export function requirePreconditions({ req, method }: Incoming, current: Validators | undefined): void {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = req.headers;
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  const verdict = evaluate({ method, ifMatch, ifNoneMatch }, current);
  if (verdict === 'malformed') {
    throw new Problem('bad-precondition', {
      detail: 'If-Match and If-None-Match hold "*", or entity tags in quotes.',
    });
  }
  if (verdict !== 'proceed') throw new Problem('precondition-failed');
}

/** Whether the client named the version that its request is for; `*` names none. */
export function namesVersion({ req }: Incoming): boolean {
  const ifMatch = req.headers['if-match'];
  return ifMatch !== undefined && ifMatch.trim() !== '*';
}

/** What stands against a change that others kept overtaking. */
export function overtaken(cause: unknown): Problem {
  return new Problem('unavailable', {
    detail: 'Others are changing the resource faster than this request can; try again.',
    headers: { 'Retry-After': '1' },
    cause,
  });
}
