import { Readable } from 'node:stream';
import { evaluate } from '../../http/preconditions.js';
import type { Validators, Verdict } from '../../http/preconditions.js';
import { ProblemError } from '../../http/problem.js';
import { andThen } from '../../resource/found.js';
import type { Awaitable } from '../../resource/found.js';
import { preconditionFailed } from '../preconditions.js';
import { etagFor, lastModifiedOf, representEntity, representValue } from '../render/documents.js';
import type { Representation } from '../render/documents.js';
import { representCatalog } from '../render/lists.js';
import type { HttpRequest, HttpResponse, RequestContext } from '../request-context.js';

/**
 * GET, and HEAD, which differs from it only in what is sent of the response.
 *
 * @param type - the media type that the representation is sent as
 * @throws {ProblemError} 400, 404, or 412
 */
export function get(request: RequestContext, type: string): Awaitable<HttpResponse> {
  const { node } = request;
  switch (node.kind) {
    case 'entity':
      return andThen(request.findEntity(node), (found) =>
        respond(request, type, representEntity(request, node, found)),
      );
    case 'catalog':
      return andThen(representCatalog(request, node), (current) => respond(request, type, current));
    default:
      return andThen(representValue(request, node), (current) => respond(request, type, current));
  }
}

function respond(
  { api, http, node }: RequestContext,
  type: string,
  { etag: plain, dated, text, mayBeWeak, dismiss }: Representation,
): Awaitable<HttpResponse> {
  const etag = plain === undefined ? undefined : etagFor(type, node, plain);
  if (isConditional(http)) {
    const validators = { etag, lastModified: dated?.updated };
    const verdict = verdictOn(http, validators);
    if (verdict !== 'proceed') dismiss?.();
    // RFC 9110, section 13.1: the value of a precondition field that is malformed.
    if (verdict === 'malformed') throw new ProblemError('bad-precondition');
    // RFC 9110, section 13.2.2, steps 1 and 2.
    if (verdict === 'precondition-failed') {
      throw preconditionFailed(http.req.headers['if-match'], validators);
    }
    // RFC 9110, section 13.2.2, steps 3 and 4.
    if (verdict === 'not-modified') {
      // Of the representation, a 304 has only what tells a cache which one it is (RFC 9110, section 15.4.5).
      const headers: Record<string, string> = { ...api.cacheFields };
      if (etag !== undefined) headers['etag'] = mayBeWeak?.() === true ? tagAsKnown(http, etag) : etag;
      return { status: 304, headers };
    }
  }
  const headers: Record<string, string> = { 'content-type': type, ...api.cacheFields };
  if (etag !== undefined) headers['etag'] = etag;
  const lastModified = dated && lastModifiedOf(api, dated);
  if (lastModified !== undefined) headers['last-modified'] = lastModified;
  return andThen(text(), (read) => {
    if (typeof read === 'string' || read instanceof Readable) return { status: 200, headers, body: read };
    headers['etag'] = etagFor(type, node, read.etag);
    return { status: 200, headers, body: read.body };
  });
}

function isConditional({ req: { headers } }: HttpRequest): boolean {
  return (
    headers['if-none-match'] !== undefined ||
    headers['if-match'] !== undefined ||
    headers['if-modified-since'] !== undefined ||
    headers['if-unmodified-since'] !== undefined
  );
}

function verdictOn({ req, method }: HttpRequest, current: Validators): Verdict {
  const {
    'if-match': ifMatch,
    'if-none-match': ifNoneMatch,
    'if-modified-since': ifModifiedSince,
    'if-unmodified-since': ifUnmodifiedSince,
  } = req.headers;
  return evaluate({ method, ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }, current);
}

/** A cache brings up to date what it has under the very tag that a 304 names (RFC 9111, section 4.3.4). */
function tagAsKnown({ req }: HttpRequest, etag: string): string {
  const weak = `W/${etag}`;
  return req.headers['if-none-match']?.includes(weak) === true ? weak : etag;
}
