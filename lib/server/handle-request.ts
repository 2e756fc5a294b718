import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../http/problem.js';
import { SHOJI_MEDIA_TYPES } from '../protocol/documents.js';
import type { Method } from '../resource/catalog.js';
import { RequestContext, abortWhenGone } from './request-context.js';
import type { HttpResponse, Incoming, Visit } from './request-context.js';
import { refuseQuery } from '../resource/query-schema.js';
import { andThen, isThenable } from '../resource/found.js';
import type { Awaitable } from '../resource/found.js';
import { expandPath } from '../resource/nodes.js';
import type { EntityNode, ResourceNode } from '../resource/nodes.js';
import { BadPathError } from '../resource/tree.js';
import type { Match } from '../resource/tree.js';
import { allowedMethods, firstHidden, isChallenged, mayUse } from './guard.js';
import { EntityWriting, nothingHere } from './methods/change-entity.js';
import { KNOWN_METHODS, allowHeader, optionsHeaders, representationHeaders } from './negotiate.js';
import { negotiationOf, read } from './methods/get.js';
import { findEntity, etagAs } from './render/documents.js';
import type { ApiContext } from './api-context.js';
import { isMount } from './adapters/mount.js';
import { create } from './methods/post.js';
import { patchIndex } from './methods/patch-index.js';
import { removeMember, replaceValue } from './methods/put.js';
import { quote } from '../protocol/json/quote.js';

/** Most characters that the target of a request may have. */
export const MOST_TARGET: number = 8 * 1024;

/** Most header fields that a request may have. */
const MOST_FIELDS = 200;

/** `uri-host [ ":" port ]` (RFC 9110, section 7.2), of which only the host of a file could be empty. */
const HOST = /^(?:[\w.~!$&'()*+;=%-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** The host that was found valid last: a server is asked by the same name again and again. */
let lastHost: string | undefined;

/**
 * What stands against a request before its target is looked at.
 *
 * @throws {ProblemError} 400, 414, 431 or 501
 */
export function checkMessage(req: IncomingMessage): void {
  const { url = '', headers } = req;
  const rawHeaders = (req.rawHeaders as readonly string[] | undefined) ?? NO_FIELDS;
  if (url.length > MOST_TARGET) {
    throw new ProblemError('uri-too-long', {
      detail: `The target has ${url.length} characters; at most ${MOST_TARGET} are read.`,
    });
  }
  // A fragment is no part of a target (RFC 9112, section 3.2).
  if (url.includes('#')) {
    throw new ProblemError('bad-request', {
      detail: 'The target has a `#`: leave the fragment away, or write the character as %23.',
    });
  }
  const coding = headers['transfer-encoding'];
  // The one that every recipient must understand is the only one that is (RFC 9112, section 6.1).
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    throw new ProblemError('not-implemented', {
      detail: `The Transfer-Encoding is ${quote(coding)}; send chunked alone, and compress by Content-Encoding.`,
    });
  }
  if (rawHeaders.length > 2 * MOST_FIELDS) {
    // What HTTP/2 has in place of a request line stands among the fields.
    const count = rawHeaders.filter((name, index) => index % 2 === 0 && !name.startsWith(':')).length;
    if (count > MOST_FIELDS) {
      throw new ProblemError('too-many-headers', {
        detail: `The request has ${count} header fields; at most ${MOST_FIELDS} are read.`,
      });
    }
  }
  // A server must answer 400 to a request with more than one Host field, or one whose value is invalid
  // (RFC 9112, section 3.2). Node keeps the first of several, so that only the raw fields tell.
  const hosts = countHosts(rawHeaders);
  // In HTTP/2 the authority takes its place; the two may not differ (RFC 9113, section 8.3.1).
  const authority = headers[':authority'] as string | undefined;
  const host = headers.host ?? authority;
  if (hosts > 1 || (host === undefined && isHostNeeded(req))) throw new ProblemError('bad-host');
  if (authority !== undefined && authority !== host) throw new ProblemError('bad-host');
  if (host !== undefined && host !== lastHost) {
    if (!HOST.test(host)) throw new ProblemError('bad-host');
    lastHost = host;
  }
}

/** HTTP/1.0 knows no Host; what was injected without a version may have none. */
function isHostNeeded({ httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMajor >= 2 || httpVersionMinor === 1;
}

/** Requests that were injected need not have the fields as they were received. */
const NO_FIELDS: readonly string[] = [];

/**
 * The values of a field, one for each of its lines.
 *
 * @param name - in lower case
 */
export function fieldLines(req: IncomingMessage, name: string): readonly string[] {
  const rawHeaders = (req.rawHeaders as readonly string[] | undefined) ?? NO_FIELDS;
  const lines = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  );
  return lines.length > 0 ? lines : [req.headers[name] ?? []].flat();
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}

/**
 * Carries out a method that changes something, which the resource is known to allow.
 *
 * @param type - the media type that the answer goes under
 * @throws@throws {ProblemError} what stands against it; then nothing was changed
 * @throws {StoreConflictError} what the store has against it
 */
export async function write(visit: Visit, type: string): Promise<HttpResponse> {
  const answer = await act(visit);
  const { status, headers: given, body } = answer;
  if (body === undefined) return answer;
  const headers = Object.assign(representationHeaders(visit.served, type), given);
  const { etag } = given;
  if (etag !== undefined) headers['etag'] = etagAs(type, visit.exchange.node, etag);
  return { status, headers, body };
}

function act(visit: Visit): Promise<HttpResponse> {
  const { node, method } = visit.exchange;
  switch (node.kind) {
    case 'catalog':
      return method === 'PATCH' ? patchIndex(visit, node) : create(visit, node);
    case 'entity': {
      const writing = new EntityWriting(visit, node);
      if (method === 'PUT') return writing.replace();
      return method === 'PATCH' ? writing.update() : writing.remove();
    }
    case 'fragment':
      return method === 'PUT' ? replaceValue(visit, node) : removeMember(visit, node);
    case 'view':
      return replaceValue(visit, node);
  }
}

/**
 * Decides how to answer a request. Each step either answers, or refuses by throwing a problem, or leaves
 * the request to the next; nothing is sent here.
 *
 * @returns undefined where the path is none of this API's
 * @throws {ProblemError} what stands against the request
 */
export function handleRequest(served: ApiContext, incoming: Incoming): Awaitable<HttpResponse | undefined> {
  checkMessage(incoming.req);
  // The asterisk stands for the server as a whole, and for none of its resources (RFC 9110, section 9.3.7).
  if (incoming.path === '*' && incoming.method === 'OPTIONS') return { status: 204, headers: {} };

  const match = find(served, incoming.path);
  if (match === undefined) return undefined;
  const { resource: node, values } = match;
  const { method } = incoming;
  requireUri(incoming);

  if (!KNOWN_METHODS.has(method)) throw new ProblemError('not-implemented');

  const exchange = new RequestContext(served, incoming, node, values);
  const visit: Visit = { served, incoming, exchange };
  const { slashless } = match;
  const first = served.guard === undefined ? beforehand(visit, slashless) : guarded(visit, slashless);
  if (typeof first !== 'string') return first;

  const carryOut = method === 'GET' || method === 'HEAD' ? read : write;
  const answer =
    node.above.length === 0
      ? carryOut(visit, first)
      : andThen(requireAll(visit, node.above), () => carryOut(visit, first));
  if (isThenable(answer)) abortWhenGone(incoming, exchange);
  return answer;
}

/**
 * What can be said of a request without a look at what is kept.
 *
 * @returns the answer; or the media type of the one that carrying it out will come to
 * @throws {ProblemError} what stands against the request
 */
function beforehand({ served, incoming, exchange }: Visit, slashless: boolean): HttpResponse | string {
  const { node } = exchange;
  const { method } = incoming;
  if (slashless && method !== 'TRACE') {
    if (exchange.values.some((value) => MISLEADING.test(value))) throw new ProblemError('not-found');
    return redirect(served, incoming, node, exchange.values);
  }
  if (method === 'OPTIONS') {
    return { status: 204, headers: optionsHeaders(node, allowedMethods(served, exchange)) };
  }
  const effective = method === 'HEAD' ? 'GET' : (method as Method);
  if (!node.methods.includes(effective)) throw notAllowed(served, exchange);
  // What would be made where the caller sees nothing is refused for that, and no sooner.
  const isRefused = effective !== 'GET' && served.guard !== undefined && !mayUse(served, exchange, effective);
  if (isRefused && mayUse(served, exchange, 'GET')) throw forbidden(served, exchange, effective);

  if (node.query === undefined) {
    if (incoming.query !== '') refuseQuery(incoming.query);
  } else {
    exchange.asked = node.query.read(incoming.query);
    exchange.query = node.query.filled(exchange.asked);
  }

  const type = negotiationOf(node)(incoming.req.headers.accept);
  // What DELETE answers with has no type that a client could object to.
  if (type === undefined && method !== 'DELETE') throw notAcceptable(node);
  return type ?? '';
}

/**
 * The same under a guard. Of what is hidden, the caller learns what it would learn of what does not exist. So
 * nothing else is said of a resource before it is known that there is one.
 */
function guarded(visit: Visit, slashless: boolean): Awaitable<HttpResponse> | string {
  const { served, exchange } = visit;
  const { node } = exchange;
  const hidden = firstHidden(served, exchange);
  const creates = isCreation(visit);
  if (hidden !== undefined && !(creates && hidden === node)) return asMissing(visit, hidden);

  let first: HttpResponse | string;
  try {
    first = beforehand(visit, slashless);
  } catch (error) {
    return requireTarget(visit, creates).then(() => {
      throw error;
    });
  }
  if (typeof first !== 'string') {
    const answer = first;
    return requireTarget(visit, creates).then(() => answer);
  }
  if (hidden === undefined) return first;
  const writing = new EntityWriting(visit, node as EntityNode);
  return andThen(requireAll(visit, node.above), () => writing.refuseId());
}

/** Whether the request is to make an entity at an id that the client chose. */
function isCreation({ exchange: { node }, incoming: { method, req } }: Visit): boolean {
  return (
    method === 'PUT' &&
    req.headers['if-none-match'] === '*' &&
    node.kind === 'entity' &&
    node.parent.ids === 'client' &&
    node.methods.includes('PUT')
  );
}

/**
 * The answer about what the caller may not see. Whether an entity exists is data; what a class declares is none, so
 * that a caller who is not known is told to say who it is.
 */
function asMissing(visit: Visit, hidden: ResourceNode): Awaitable<HttpResponse> {
  const { served, exchange } = visit;
  const { node } = exchange;
  if (hidden.kind !== 'entity' && isChallenged(served, exchange)) {
    const detail = 'Who is asking is not known; authenticate, and send the request again.';
    return andThen(requireAll(visit, entitiesAround(hidden)), () => {
      throw new ProblemError('unauthorized', { detail });
    });
  }
  if (hidden.kind !== 'entity' || hidden !== node) throw new ProblemError('not-found');
  return andThen(requireAll(visit, node.above), () => {
    throw nothingHere(visit, hidden);
  });
}

/** @param creates - whether the request is to make the entity that it is for */
async function requireTarget(visit: Visit, creates: boolean): Promise<void> {
  const { served, exchange, incoming } = visit;
  const { node } = exchange;
  await requireAll(visit, entitiesAround(node));
  if (node.kind !== 'entity' || creates) return;
  try {
    await findEntity(served, exchange, node);
  } catch (error) {
    const isMissing = error instanceof ProblemError && error.type === 'not-found';
    throw isMissing && incoming.method === 'PUT' ? nothingHere(visit, node) : error;
  }
}

/** The entities that must exist for a resource to exist, itself apart; innermost first. */
function entitiesAround({ kind, parent, above }: ResourceNode): readonly EntityNode[] {
  return kind !== 'catalog' && parent?.kind === 'entity' ? [parent, ...above] : above;
}

/** A path is shown again in `self`, so that nothing may be in it that no URI holds. */
function requireUri({ mount, path }: Incoming): void {
  if (PATH.test(path) && (mount === '' || isMount(mount))) return;
  throw new ProblemError('bad-iri', {
    detail:
      'The path holds characters that no URI may hold, or segments that lead elsewhere; percent-encode them.',
  });
}

/** Characters of a path: pchar of RFC 3986, section 3.3, and slashes. */
const PATH = /^[\w.~!$&'()*+,;=:@%/-]*$/;

function find(served: ApiContext, path: string): Match<ResourceNode> | undefined {
  try {
    return served.declaration.tree.find(path);
  } catch (error) {
    if (!(error instanceof BadPathError)) throw error;
    throw new ProblemError('bad-iri', { detail: `${error.message}.`, cause: error });
  }
}

/**
 * Values that lead elsewhere, or end a line, where something on the way decodes them once too often: they have
 * slashes with nothing or dots between, or control characters. They are found as they are, and not redirected to.
 */
// oxlint-disable-next-line no-control-regex -- that is what is looked for
const MISLEADING = /[\0-\x1F\x7F]|(?:^|[/\\])\.{0,2}[/\\]|[/\\]\.{0,2}$/;

/** The one slash that the path lacks; 308 keeps the method and body, 301 is what GET has always known. */
function redirect(
  { base }: ApiContext,
  { method, mount, query }: Incoming,
  node: ResourceNode,
  values: readonly string[],
): HttpResponse {
  const status = method === 'GET' || method === 'HEAD' ? 301 : 308;
  const search = query === '' ? '' : `?${query.replace(/[^!-~]/g, encodeURIComponent)}`;
  return { status, headers: { Location: `${base}${mount}${expandPath(node, values)}${search}` } };
}

function notAllowed(served: ApiContext, exchange: RequestContext): ProblemError {
  const headers = { Allow: allowHeader(allowedMethods(served, exchange)) };
  const detail = `This ${exchange.node.kind} allows ${headers.Allow}.`;
  return new ProblemError('method-not-allowed', { detail, headers });
}

function forbidden(served: ApiContext, exchange: RequestContext, method: Method): ProblemError {
  if (isChallenged(served, exchange)) {
    const detail = `Who is asking is not known; authenticate to ${method} here.`;
    return new ProblemError('unauthorized', { detail });
  }
  const allow = allowHeader(allowedMethods(served, exchange));
  return new ProblemError('forbidden', { detail: `You may not ${method} here; allowed to you: ${allow}.` });
}

function notAcceptable(node: ResourceNode): ProblemError {
  const types = node.kind === 'catalog' || node.kind === 'entity' ? SHOJI_MEDIA_TYPES : ['application/json'];
  return new ProblemError('not-acceptable', {
    detail: `Available types: ${types.join(', ')}.`,
    headers: { Vary: 'Accept' },
  });
}

/** What is below an entity is there only while the entity is. */
function requireAll({ served, exchange }: Visit, entities: readonly EntityNode[]): Awaitable<unknown> {
  return entities.reduce<Awaitable<unknown>>(
    (before, entity) => andThen(before, () => findEntity(served, exchange, entity)),
    undefined,
  );
}

/**
 * Decides how to answer a request, as soon as the store is open.
 *
 * @param ready - resolves once it is; undefined if it is already
 * @returns undefined where the path is none of this API's
 * @throws {ProblemError} what stands against the request
 */
export function decideOnceReady(
  served: ApiContext,
  incoming: Incoming,
  ready: () => Promise<void> | undefined,
): Awaitable<HttpResponse | undefined> {
  const opening = ready();
  return opening === undefined
    ? handleRequest(served, incoming)
    : opening.then(() => handleRequest(served, incoming), unavailable);
}

/** The store could not be opened, or is closed for good. */
function unavailable(cause: unknown): never {
  throw new ProblemError('unavailable', { headers: { 'Retry-After': '5' }, cause });
}
