import { createNegotiation } from '../http/accept.js';
import type { Negotiation } from '../http/accept.js';
import { evaluate } from '../http/preconditions.js';
import type { Validators, Verdict } from '../http/preconditions.js';
import { Problem } from '../http/problem.js';
import { SHOJI_MEDIA_TYPES, VALUE_MEDIA_TYPE } from '../protocol/documents.js';
import { andThen } from '../resource/found.js';
import type { Awaitable } from '../resource/found.js';
import type { ResourceNode } from '../resource/nodes.js';
import { representCatalog } from './catalog-representation.js';
import { etagAs } from './entity-tags.js';
import type { Answer, Incoming } from './incoming.js';
import { lastModifiedOf } from './last-modified.js';
import { representationHeaders } from './methods.js';
import { findEntity, representEntity, representValue } from './representation.js';
import type { Representation } from './representation.js';
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
 * @throws {Problem} what stands against it
 */
export function read(visit: Visit, type: string): Awaitable<Answer> {
  return andThen(represent(visit), (representation) => answerWith(visit, type, representation));
}

/** @throws {Problem} 404 where there is no such entity, or nothing at such a part of it */
function represent({ served, exchange }: Visit): Awaitable<Representation> {
  const { node } = exchange;
  switch (node.kind) {
    case 'entity':
      return andThen(findEntity(served, exchange, node), (found) =>
        representEntity(served, exchange, node, found),
      );
    case 'catalog':
      return representCatalog(served, exchange, node);
    default:
      return representValue(served, exchange, node);
  }
}

function answerWith(
  { served, exchange, incoming }: Visit,
  type: string,
  representation: Representation,
): Awaitable<Answer> {
  const { etag: plain, dated } = representation;
  const etag = plain === undefined ? undefined : etagAs(type, exchange.node, plain);

  const verdict = isConditional(incoming)
    ? verdictOn(incoming, { etag, lastModified: dated?.updated })
    : 'proceed';
  if (verdict !== 'proceed') representation.dismiss?.();
  if (verdict === 'malformed') throw new Problem('bad-precondition');
  if (verdict === 'precondition-failed') throw new Problem('precondition-failed');

  const headers = representationHeaders(served, type);
  if (etag !== undefined) headers['ETag'] = etag;
  if (verdict === 'not-modified') {
    // Of the representation, a 304 has only what tells a cache which one it is (RFC 9110, section 15.4.5).
    delete headers['Content-Type'];
    return { status: 304, headers };
  }
  const lastModified = dated && lastModifiedOf(dated);
  if (lastModified !== undefined) headers['Last-Modified'] = lastModified;
  return andThen(representation.text(), (body) => ({ status: 200, headers, body }));
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
