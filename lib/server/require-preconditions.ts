import { alterationIn, evaluate } from '../http/preconditions.js';
import type { Validators } from '../http/preconditions.js';
import { ProblemError } from '../http/problem.js';
import type { EntityNode } from '../declaration/nodes.js';
import type { EntityRecord } from '../resource/entity-record.js';
import { representEntity, validatorsForChange } from './render/entities.js';
import type { RequestContext } from './request-context.js';

/**
 * Holds a request that changes something to its preconditions. To be called last, and with the very state that
 * the change is then made to.
 *
 * @param current - undefined where the target does not exist
 * @throws {ProblemError} 400, 412 or 428
 */
export function requirePreconditions(request: RequestContext, current: Validators | undefined): void {
  const { node, http, method } = request;
  const {
    'if-match': ifMatch,
    'if-none-match': ifNoneMatch,
    'if-unmodified-since': ifUnmodifiedSince,
  } = http.req.headers;
  if (request.isConditional) {
    const verdict = evaluate({ method, ifMatch, ifNoneMatch, ifUnmodifiedSince }, current);
    // RFC 9110, section 13.1: the value of a precondition field that is malformed.
    if (verdict === 'malformed') {
      throw new ProblemError('bad-precondition', {
        detail: 'If-Match and If-None-Match hold "*", or entity tags in quotes.',
      });
    }
    // RFC 9110, section 13.2.2: the method is not applied unless all that must be true are.
    if (verdict !== 'proceed') throw preconditionFailed(ifMatch, current);
  }
  // RFC 6585, section 3. A catalog asks for versions of the entities that are changed, and not of itself.
  if (node.requireIfMatch && node.kind !== 'catalog' && ifMatch === undefined && current !== undefined) {
    throw new ProblemError('precondition-required', {
      detail: `Fetch this ${node.kind}, and send the ${method} with the ETag that it has: If-Match: "<the ETag>".`,
    });
  }
}

/** Gives what the preconditions of a request are held against; undefined where there is nothing. */
export type ValidatorsOf = (current: EntityRecord) => Validators | undefined;

/**
 * Holds a request that changes an entity to its preconditions; to be called where it {@link RequestContext.hasPreconditions}.
 *
 * @param current - the entity as it is when it is changed
 * @param validatorsOf - the entity's own by default
 * @throws {ProblemError} 400, 412 or 428
 */
export function requireEntityPreconditions(
  request: RequestContext,
  node: EntityNode,
  current: EntityRecord,
  validatorsOf: ValidatorsOf = () => validatorsForChange(representEntity(request, node, current)),
): void {
  requirePreconditions(request, validatorsOf(current));
}

/** The 412 of a request whose preconditions do not hold. */
export function preconditionFailed(
  ifMatch: string | undefined,
  current: Validators | undefined,
): ProblemError {
  const altered = explainAlteredTag(ifMatch, current);
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
 * Explains an entity tag that is the right one, but for what a proxy did to it.
 *
 * @returns undefined where it is another one
 */
export function explainAlteredTag(
  etag: string | undefined,
  current: Validators | undefined,
): string | undefined {
  const alteration = alterationIn(etag, current);
  return alteration === undefined ? undefined : ALTERED[alteration];
}

const SETTING = 'Set the proxy not to compress these answers, or to leave their ETags as they are';

const ALTERED: Readonly<Record<'weakened' | 'marked', string>> = {
  weakened: `has the ETag of this resource, but weakened (W/) by a proxy, so that it never matches. ${SETTING}`,
  marked: `has the ETag of this resource, but marked by a proxy that compresses, such as "…-gzip", so that it never matches. ${SETTING}`,
};
