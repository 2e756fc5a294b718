// The way of a request: every decision in its order, and the response or problem that it ends in.
import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../http/problem.js';
import { quote } from '../protocol/format-value.js';
import type { Method } from '../resource/resource-classes.js';
import { andThen, isThenable } from '../resource/entity-record.js';
import type { Awaitable } from '../resource/entity-record.js';
import { expandPath } from '../declaration/nodes.js';
import type { EntityNode, ResourceNode } from '../declaration/nodes.js';
import { refuseQuery } from '../declaration/query-schema.js';
import { BadPathError } from '../declaration/resource-tree.js';
import type { Match } from '../declaration/resource-tree.js';
import type { ApiContext } from './api-context.js';
import { findHidden, isPermitted, needsChallenge, permittedMethods } from './guard.js';
import { remove } from './methods/delete.js';
import { get } from './methods/get.js';
import { allowHeader, options } from './methods/options.js';
import { patch } from './methods/patch.js';
import { patchIndex } from './methods/patch-index.js';
import { post } from './methods/post.js';
import { nothingHere, put, refuseId } from './methods/put.js';
import { NEGOTIATIONS, SENT_TYPES } from './negotiate.js';
import { problemPage } from './problem-pages.js';
import { etagFor } from './render/entities.js';
import { MAX_TARGET_LENGTH, isMount } from './http-message.js';
import type { HttpRequest, HttpResponse } from './http-message.js';
import { RequestContext } from './request-context.js';

/**
 * Answers a request, as soon as the store is open. Nothing is sent here.
 *
 * @returns undefined where the path is none of this API's
 * @throws {ProblemError} what stands against the request
 */
export function handleRequest(api: ApiContext, http: HttpRequest): Awaitable<HttpResponse | undefined> {
  api.hadRequests = true;
  return api.isOpen ? decide(api, http) : api.start().then(() => decide(api, http), storeUnavailable);
}

/** Each step answers the request, or refuses it by throwing a problem, or leaves it to the next. */
function decide(api: ApiContext, http: HttpRequest): Awaitable<HttpResponse | undefined> {
  const { method, path } = http;

  // 400, 414, 431, 501: the message itself, before its target is looked at.
  checkMessage(api, http.req);

  // RFC 9110, section 9.3.7: the asterisk stands for the server as a whole, and for none of its resources.
  if (method === 'OPTIONS' && path === '*') return { status: 204, headers: {} };

  // None of the API's resources: a page about a problem, or left to middleware further down, or 404.
  const match = findResource(api, path);
  if (match === undefined) return problemPage(path, method, api.problems);

  // RFC 9110, section 15.5.1, 400: the path is shown again in `self`, so that nothing may be in it that no URI holds.
  if (!isUriPath(http)) throw badPath();

  // RFC 9110, section 9.1, 501: a method that the server does not recognise.
  if (!KNOWN_METHODS.has(method)) throw new ProblemError('not-implemented');

  // 301, 308, 400, 403, 404, 405, 406, OPTIONS: what can be said without a look at what the store keeps.
  const request = new RequestContext(api, http, match.resource, match.values);
  const first =
    api.guard === undefined
      ? decideByDeclaration(request, match.slashless)
      : decideGuarded(request, match.slashless);
  if (typeof first !== 'string') return first;

  // RFC 9110, section 15.5.5, 404: what is below an entity is there only while the entity is.
  const { above } = match.resource;
  const response =
    above.length === 0
      ? perform(request, first)
      : andThen(requireEntities(request, above), () => perform(request, first));
  if (isThenable(response)) request.abortWhenClientLeaves();
  return response;
}

/**
 * Decides what the declaration and the guard decide by themselves.
 *
 * @param slashless - whether the path lacks the slash that ends the resource's own
 * @returns the response; or the media type of the one that performing the method will come to
 */
function decideByDeclaration(request: RequestContext, slashless: boolean): HttpResponse | string {
  const { api, http, node, method } = request;

  // RFC 9110, section 15.4: the one slash that the path lacks.
  if (slashless && method !== 'TRACE') {
    if (request.values.some((value) => MISLEADING.test(value))) throw new ProblemError('not-found');
    return redirect(request);
  }

  // RFC 9110, section 9.3.7.
  if (method === 'OPTIONS') return options(request);

  // RFC 9110, section 15.5.6: 405, with Allow.
  const effective = method === 'HEAD' ? 'GET' : (method as Method);
  if (!node.methods.includes(effective)) throw methodNotAllowed(request);

  // RFC 9110, sections 15.5.2 and 15.5.4: 401 or 403. What would be made where the caller sees nothing is refused for
  // that, and no sooner.
  if (
    api.guard !== undefined &&
    effective !== 'GET' &&
    !isPermitted(request, effective) &&
    isPermitted(request, 'GET')
  ) {
    throw forbidden(request, effective);
  }

  // RFC 9110, section 15.5.1: 400 for a query that the declaration does not take.
  if (node.query === undefined) {
    if (http.query !== '') refuseQuery(http.query);
  } else {
    request.asked = node.query.read(http.query);
    request.query = node.query.filled(request.asked);
  }

  // RFC 9110, section 15.5.7: 406. What DELETE answers with has no type that a client could object to.
  const type = NEGOTIATIONS[node.kind](http.req.headers.accept);
  if (type === undefined && method !== 'DELETE') throw notAcceptable(node);
  return type ?? '';
}

/**
 * The same under a guard. Of what is hidden, the caller learns what it would learn of what does not exist (RFC 9110,
 * section 15.5.4). So nothing else is said of a resource before it is known that there is one.
 */
function decideGuarded(request: RequestContext, slashless: boolean): Awaitable<HttpResponse> | string {
  const { node } = request;
  const hidden = findHidden(request);
  const creates = isCreation(request);
  if (hidden !== undefined && !(creates && hidden === node)) return refuseHidden(request, hidden);

  let first: HttpResponse | string;
  try {
    first = decideByDeclaration(request, slashless);
  } catch (error) {
    return requireTarget(request, creates).then(() => {
      throw error;
    });
  }
  if (typeof first !== 'string') {
    const response = first;
    return requireTarget(request, creates).then(() => response);
  }
  if (hidden === undefined) return first;
  return andThen(requireEntities(request, node.above), () => refuseId(request, node as EntityNode));
}

/** Lets the method do its work. */
function perform(request: RequestContext, type: string): Awaitable<HttpResponse> {
  const { node } = request;
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return get(request, type);
    case 'POST':
      return withRepresentation(request, type, post(request));
    case 'PUT':
      return withRepresentation(request, type, put(request));
    case 'PATCH':
      return node.kind === 'catalog'
        ? patchIndex(request, node)
        : withRepresentation(request, type, patch(request, node as EntityNode));
    default:
      return remove(request);
  }
}

/** RFC 9110, section 8: where a change is answered by a representation, the fields that describe it. */
async function withRepresentation(
  { api, node }: RequestContext,
  type: string,
  changing: Promise<HttpResponse>,
): Promise<HttpResponse> {
  const response = await changing;
  const { status, headers: given, body } = response;
  if (body === undefined) return response;
  const headers: Record<string, string> = { 'content-type': type, ...api.cacheFields, ...given };
  const { etag } = given;
  if (etag !== undefined) headers['etag'] = etagFor(type, node, etag);
  return { status, headers, body };
}

/** The methods of RFC 9110 and RFC 5789: a resource that lacks one answers 405, and 501 for any other. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
]);

// ---- The message

/** Most header fields that a request may have. */
const MAX_FIELDS = 200;

/** Requests that were injected need not have the fields as they were received. */
const NO_FIELDS: readonly string[] = [];

/** `uri-host [ ":" port ]` (RFC 9110, section 7.2), of which only the host of a file could be empty. */
const HOST = /^(?:[\w.~!$&'()*+;=%-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** @throws {ProblemError} 400, 414, 431 or 501 */
function checkMessage(api: ApiContext, req: IncomingMessage): void {
  const { url = '', headers } = req;
  const rawHeaders = (req.rawHeaders as readonly string[] | undefined) ?? NO_FIELDS;

  // RFC 9110, section 15.5.15.
  if (url.length > MAX_TARGET_LENGTH) {
    throw new ProblemError('uri-too-long', {
      detail: `The target has ${url.length} characters; at most ${MAX_TARGET_LENGTH} are read.`,
    });
  }

  // RFC 9112, section 3.2: a fragment is no part of a target.
  if (url.includes('#')) {
    throw new ProblemError('bad-request', {
      detail: 'The target has a `#`: leave the fragment away, or write the character as %23.',
    });
  }

  // RFC 9112, section 6.1: the one that every recipient must understand is the only one that is.
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    throw new ProblemError('not-implemented', {
      detail: `The Transfer-Encoding is ${quote(coding)}; send chunked alone, and compress by Content-Encoding.`,
    });
  }

  // RFC 6585, section 5.
  if (rawHeaders.length > 2 * MAX_FIELDS) {
    // What HTTP/2 has in place of a request line stands among the fields.
    const count = rawHeaders.filter((name, index) => index % 2 === 0 && !name.startsWith(':')).length;
    if (count > MAX_FIELDS) {
      throw new ProblemError('too-many-headers', {
        detail: `The request has ${count} header fields; at most ${MAX_FIELDS} are read.`,
      });
    }
  }

  // RFC 9112, section 3.2: 400 to a request with more than one Host field, or one whose value is invalid.
  // Node keeps the first of several, so that only the raw fields tell.
  const hosts = countHosts(rawHeaders);
  // RFC 9113, section 8.3.1: in HTTP/2 the authority takes its place; the two may not differ.
  const authority = headers[':authority'] as string | undefined;
  const host = headers.host ?? authority;
  if (hosts > 1 || (host === undefined && isHostNeeded(req))) throw new ProblemError('bad-host');
  if (authority !== undefined && authority !== host) throw new ProblemError('bad-host');
  if (host !== undefined && host !== api.lastValidHost) {
    if (!HOST.test(host)) throw new ProblemError('bad-host');
    api.lastValidHost = host;
  }
}

/** HTTP/1.0 knows no Host; what was injected without a version may have none. */
function isHostNeeded({ httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMajor >= 2 || httpVersionMinor === 1;
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}

// ---- The target

function findResource(api: ApiContext, path: string): Match<ResourceNode> | undefined {
  try {
    return api.declaration.tree.find(path);
  } catch (error) {
    if (!(error instanceof BadPathError)) throw error;
    throw new ProblemError('bad-iri', { detail: `${error.message}.`, cause: error });
  }
}

/** Characters of a path: pchar of RFC 3986, section 3.3, and slashes. */
const PATH = /^[\w.~!$&'()*+,;=:@%/-]*$/;

function isUriPath({ mount, path }: HttpRequest): boolean {
  return PATH.test(path) && (mount === '' || isMount(mount));
}

function badPath(): ProblemError {
  return new ProblemError('bad-iri', {
    detail:
      'The path holds characters that no URI may hold, or segments that lead elsewhere; percent-encode them.',
  });
}

/**
 * Values that lead elsewhere, or end a line, where something on the way decodes them once too often: they have
 * slashes with nothing or dots between, or control characters. They are found as they are, and not redirected to.
 */
// oxlint-disable-next-line no-control-regex -- that is what is looked for
const MISLEADING = /[\0-\x1F\x7F]|(?:^|[/\\])\.{0,2}[/\\]|[/\\]\.{0,2}$/;

/** RFC 9110, section 15.4.9: 308 keeps the method and body; 301 is what GET has always known. */
function redirect({ api, http, node, values, method }: RequestContext): HttpResponse {
  const status = method === 'GET' || method === 'HEAD' ? 301 : 308;
  const query = http.query === '' ? '' : `?${http.query.replace(/[^!-~]/g, encodeURIComponent)}`;
  return { status, headers: { Location: `${api.base}${http.mount}${expandPath(node, values)}${query}` } };
}

/** Requires entities that a resource is below of: it is there only while they are; innermost first. */
function requireEntities(request: RequestContext, entities: readonly EntityNode[]): Awaitable<unknown> {
  return entities.reduce<Awaitable<unknown>>(
    (before, entity) => andThen(before, () => request.findEntity(entity)),
    undefined,
  );
}

// ---- What is hidden

/** Whether the request is to make an entity at an id that the client chose. */
function isCreation({ node, method, http: { req } }: RequestContext): boolean {
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
 * that a caller who is not known is told to authenticate.
 */
function refuseHidden(request: RequestContext, hidden: ResourceNode): Awaitable<HttpResponse> {
  const { node } = request;
  if (hidden.kind !== 'entity' && needsChallenge(request)) {
    const detail = 'Who is asking is not known; authenticate, and send the request again.';
    return andThen(requireEntities(request, entitiesAround(hidden)), () => {
      throw new ProblemError('unauthorized', { detail });
    });
  }
  if (hidden.kind !== 'entity' || hidden !== node) throw new ProblemError('not-found');
  return andThen(requireEntities(request, node.above), () => {
    throw nothingHere(request, hidden);
  });
}

/** @param creates - whether the request is to make the entity that it is for */
async function requireTarget(request: RequestContext, creates: boolean): Promise<void> {
  const { node } = request;
  await requireEntities(request, entitiesAround(node));
  if (node.kind !== 'entity' || creates) return;
  try {
    await request.findEntity(node);
  } catch (error) {
    const isMissing = error instanceof ProblemError && error.type === 'not-found';
    throw isMissing && request.method === 'PUT' ? nothingHere(request, node) : error;
  }
}

/** The entities that must exist for a resource to exist, itself apart; innermost first. */
function entitiesAround({ kind, parent, above }: ResourceNode): readonly EntityNode[] {
  return kind !== 'catalog' && parent?.kind === 'entity' ? [parent, ...above] : above;
}

// ---- The refusals

/** The store could not be opened, or is closed for good. */
function storeUnavailable(cause: unknown): never {
  throw new ProblemError('unavailable', { headers: { 'Retry-After': '5' }, cause });
}

function methodNotAllowed(request: RequestContext): ProblemError {
  const headers = { Allow: allowHeader(permittedMethods(request)) };
  const detail = `This ${request.node.kind} allows ${headers.Allow}.`;
  return new ProblemError('method-not-allowed', { detail, headers });
}

function forbidden(request: RequestContext, method: Method): ProblemError {
  if (needsChallenge(request)) {
    const detail = `Who is asking is not known; authenticate to ${method} here.`;
    return new ProblemError('unauthorized', { detail });
  }
  const allow = allowHeader(permittedMethods(request));
  return new ProblemError('forbidden', { detail: `You may not ${method} here; allowed to you: ${allow}.` });
}

function notAcceptable({ kind }: ResourceNode): ProblemError {
  return new ProblemError('not-acceptable', {
    detail: `Available types: ${SENT_TYPES[kind].join(', ')}.`,
    headers: { Vary: 'Accept' },
  });
}
