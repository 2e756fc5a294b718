import { createNegotiation } from '../http/media-types.js';
import type { Negotiation } from '../http/media-types.js';
import { evaluate } from '../http/preconditions.js';
import type { Validators, Verdict } from '../http/preconditions.js';
import { ProblemError } from '../http/problem.js';
import { SHOJI_MEDIA_TYPES, VALUE_MEDIA_TYPE } from '../protocol/documents.js';
import { andThen } from '../resource/found.js';
import type { Awaitable } from '../resource/found.js';
import type { ResourceNode } from '../resource/nodes.js';
import { answersOf, answersOfEntity } from './answers.js';
import type { Answers } from './answers.js';
import { representCatalog } from './catalog-representation.js';
import { preconditionFailed } from './conditions.js';
import type { HttpResponse, Incoming } from './incoming.js';
import { findEntity, representValue } from './representation.js';
import type { Visit } from './visit.js';

const shoji = createNegotiation(SHOJI_MEDIA_TYPES);
const value = createNegotiation([VALUE_MEDIA_TYPE]);

/** The choice of media types for a resource's representations. */
export function negotiationOf(node: ResourceNode): Negotiation {
  return node.kind === 'catalog' || node.kind === 'entity' ? shoji : value;
}

/**
 * Carries out GET, and HEAD, which differs from it only in what is sent of the answer.
 *
 * @param type - the media type that the answer goes under
 * @throws {ProblemError} what stands against it
 */
export function read(visit: Visit, type: string): Awaitable<HttpResponse> {
  return andThen(answersTo(visit, type), (answers) => choose(visit.incoming, answers));
}

/** @throws {ProblemError} 404 where there is no such entity, or nothing at such a part of it */
function answersTo({ served, exchange }: Visit, type: string): Awaitable<Answers> {
  const { node } = exchange;
  if (node.kind === 'entity') {
    return andThen(findEntity(served, exchange, node), (found) =>
      answersOfEntity(served, exchange, node, type, found),
    );
  }
  const representation =
    node.kind === 'catalog'
      ? representCatalog(served, exchange, node)
      : representValue(served, exchange, node);
  return andThen(representation, (current) => answersOf(served, node, type, current));
}

/** What the preconditions of the request leave of the answers. */
function choose(
  incoming: Incoming,
  { validators, notModified, whole, mayBeWeak, dismiss }: Answers,
): Awaitable<HttpResponse> {
  const verdict = isConditional(incoming) ? verdictOn(incoming, validators) : 'proceed';
  if (verdict === 'proceed') return whole();
  dismiss?.();
  if (verdict === 'malformed') throw new ProblemError('bad-precondition');
  if (verdict === 'precondition-failed') {
    throw preconditionFailed(incoming.req.headers['if-match'], validators);
  }
  return mayBeWeak?.() === true ? asKnown(incoming, notModified) : notModified;
}

/** A cache brings up to date what it has under the very tag that a 304 names (RFC 9111, section 4.3.4). */
function asKnown({ req }: Incoming, notModified: HttpResponse): HttpResponse {
  const weak = `W/${notModified.headers['etag']}`;
  if (req.headers['if-none-match']?.includes(weak) !== true) return notModified;
  return { ...notModified, headers: { ...notModified.headers, etag: weak } };
}

function isConditional({ req: { headers } }: Incoming): boolean {
  return (
    headers['if-none-match'] !== undefined ||
    headers['if-match'] !== undefined ||
    headers['if-modified-since'] !== undefined ||
    headers['if-unmodified-since'] !== undefined
  );
}

function verdictOn({ req, method }: Incoming, current: Validators): Verdict {
  const {
    'if-match': ifMatch,
    'if-none-match': ifNoneMatch,
    'if-modified-since': ifModifiedSince,
    'if-unmodified-since': ifUnmodifiedSince,
  } = req.headers;
  return evaluate({ method, ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }, current);
}
