import { Readable } from 'node:stream';
import { evaluate } from '../../http/preconditions.js';
import type { Verdict } from '../../http/preconditions.js';
import { ProblemError } from '../../http/problem.js';
import { andThen } from '../../resource/entity-record.js';
import type { Awaitable, EntityRecord } from '../../resource/entity-record.js';
import type { EntityNode } from '../../declaration/nodes.js';
import { linkFilter } from '../guard.js';
import type { HttpRequest, HttpResponse } from '../http-message.js';
import { preconditionFailed } from '../require-preconditions.js';
import { etagFor, lastModifiedOf, representEntity, representValue } from '../render/entities.js';
import type { Dated, LastModified, Representation } from '../render/entities.js';
import { representCatalog } from '../render/lists.js';
import { isReadFromStore } from '../request-context.js';
import type { RequestContext } from '../request-context.js';

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
      // A class that reads entities itself may show another body to another caller.
      return andThen(request.findEntity(node), (found) =>
        isReadFromStore(node.parent)
          ? respondFromCache(request, type, node, found)
          : respond(request, type, representEntity(request, node, found)),
      );
    case 'catalog':
      return andThen(representCatalog(request, node), (current) => respond(request, type, current));
    default:
      return andThen(representValue(request, node), (current) => respond(request, type, current));
  }
}

/** The response about an entity: the one that was sent last, where the entity is still at its version. */
function respondFromCache(
  request: RequestContext,
  type: string,
  node: EntityNode,
  found: EntityRecord,
): Awaitable<HttpResponse> {
  const { api, self } = request;
  const seen = api.guard === undefined ? '' : node.rendering.tag(linkFilter(request));
  const key = `${type} ${self} ${seen}`;
  const updated = found.updated?.getTime();
  const cached = api.entities.get(key);
  if (cached !== undefined && cached.version === found.version && cached.updated === updated) {
    return isNotModified(request, cached.etag, found) ? cached.notModified : cached.response;
  }
  const { etag: preferred, text } = representEntity(request, node, found);
  const etag = preferred === undefined ? undefined : etagFor(type, node, preferred);
  const notModified = { status: 304, headers: fieldsOf(request, undefined, etag) };
  if (isNotModified(request, etag, found)) return notModified;
  const lastModified = lastModifiedOf(api, found);
  const headers = fieldsOf(request, type, etag, lastModified);
  const response = { status: 200, headers, body: text() };
  const { version } = found;
  if (version !== undefined && lastModified?.isLasting !== false) {
    api.entities.set(key, { version, updated, etag, response, notModified });
  }
  return response;
}

function respond(request: RequestContext, type: string, current: Representation): Awaitable<HttpResponse> {
  const { api, http, node } = request;
  const { etag: preferred, dated, text, mayBeWeak, dismiss } = current;
  const etag = preferred === undefined ? undefined : etagFor(type, node, preferred);
  if (isNotModified(request, etag, dated, dismiss)) {
    const shown = etag !== undefined && mayBeWeak?.() === true ? tagAsKnown(http, etag) : etag;
    return { status: 304, headers: fieldsOf(request, undefined, shown) };
  }
  const lastModified = dated && lastModifiedOf(api, dated);
  const headers = fieldsOf(request, type, etag, lastModified);
  return andThen(text(), (read) => {
    if (typeof read === 'string' || read instanceof Readable) return { status: 200, headers, body: read };
    headers['etag'] = etagFor(type, node, read.etag);
    return { status: 200, headers, body: read.body };
  });
}

/**
 * The fields of a 200, or without the first and last of a 304: of a representation, that has only what tells a cache
 * which one it is (RFC 9110, section 15.4.5).
 */
function fieldsOf(
  { api }: RequestContext,
  type: string | undefined,
  etag: string | undefined,
  lastModified?: LastModified,
): Record<string, string> {
  const fields: Record<string, string> =
    type === undefined ? { ...api.cacheFields } : { 'content-type': type, ...api.cacheFields };
  if (etag !== undefined) fields['etag'] = etag;
  if (lastModified !== undefined) fields['last-modified'] = lastModified.text;
  return fields;
}

/**
 * Holds a request that reads to its preconditions.
 *
 * @param etag - of the representation as it would be sent
 * @param dismiss - called where the representation is not sent
 * @throws {ProblemError} 400 or 412
 */
function isNotModified(
  { http }: RequestContext,
  etag: string | undefined,
  dated: Dated | undefined,
  dismiss?: () => void,
): boolean {
  if (!isConditional(http)) return false;
  const validators = { etag, lastModified: dated?.updated };
  const verdict = verdictOn(http, validators);
  if (verdict === 'proceed') return false;
  dismiss?.();
  // RFC 9110, section 13.1: the value of a precondition field that is malformed.
  if (verdict === 'malformed') throw new ProblemError('bad-precondition');
  // RFC 9110, section 13.2.2, steps 1 and 2.
  if (verdict === 'precondition-failed') throw preconditionFailed(http.req.headers['if-match'], validators);
  // RFC 9110, section 13.2.2, steps 3 and 4.
  return true;
}

function isConditional({ req: { headers } }: HttpRequest): boolean {
  return (
    headers['if-none-match'] !== undefined ||
    headers['if-match'] !== undefined ||
    headers['if-modified-since'] !== undefined ||
    headers['if-unmodified-since'] !== undefined
  );
}

function verdictOn({ req, method }: HttpRequest, current: Parameters<typeof evaluate>[1]): Verdict {
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
