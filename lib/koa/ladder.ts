import { Problem } from '../http/problem.js';
import { SHOJI_MEDIA_TYPES } from '../protocol/documents.js';
import type { Method } from '../resource/catalog.js';
import { Exchange } from '../resource/exchange.js';
import { refuseQuery } from '../resource/query-schema.js';
import { andThen, isThenable } from '../resource/found.js';
import type { Awaitable } from '../resource/found.js';
import type { EntityNode, ResourceNode } from '../resource/nodes.js';
import { expandPath } from '../resource/nodes.js';
import { BadPathError } from '../resource/tree.js';
import type { Match } from '../resource/tree.js';
import type { Answer, Incoming } from './incoming.js';
import { checkMessage } from './message.js';
import { KNOWN_METHODS, allowHeader, allowedMethods, optionsHeaders } from './methods.js';
import { negotiationOf, read } from './reading.js';
import { findEntity } from './representation.js';
import type { Served } from './served.js';
import { abortWhenGone } from './settle.js';
import { isMount } from './target.js';
import type { Visit } from './visit.js';
import { write } from './writing.js';

/**
 * Decides how to answer a request. Each step either answers, or refuses by throwing a problem, or leaves
 * the request to the next; nothing is sent here.
 *
 * @returns undefined where the path is none of this API's
 * @throws {Problem} what stands against the request
 */
export function decide(served: Served, incoming: Incoming): Awaitable<Answer | undefined> {
  checkMessage(incoming.req);
  // The asterisk stands for the server as a whole, and for none of its resources (RFC 9110, section 9.3.7).
  if (incoming.path === '*' && incoming.method === 'OPTIONS') return { status: 204, headers: {} };

  const match = find(served, incoming.path);
  if (match === undefined) return undefined;
  const { resource: node, values } = match;
  const { method } = incoming;
  requireUri(incoming);

  if (!KNOWN_METHODS.has(method)) throw new Problem('not-implemented');

  const exchange = new Exchange(served, incoming, node, values);
  const allowed = allowedMethods(served, exchange);
  // A resource that the caller may not even read does not exist for that caller.
  if (!allowed.includes('GET')) throw new Problem('not-found');
  if (match.slashless && method !== 'TRACE') {
    if (values.some((value) => MISLEADING.test(value))) throw new Problem('not-found');
    return redirect(served, incoming, node, values);
  }
  if (method === 'OPTIONS') return { status: 204, headers: optionsHeaders(node, allowed) };
  const effective = method === 'HEAD' ? 'GET' : method;
  if (!allowed.includes(effective as Method)) throw refusal(effective, node, allowed);

  if (node.query === undefined) {
    if (incoming.query !== '') refuseQuery(incoming.query);
  } else exchange.query = node.query.read(incoming.query);

  const type = negotiationOf(node)(incoming.req.headers.accept);
  // What DELETE answers with has no type that a client could object to.
  if (type === undefined && method !== 'DELETE') throw notAcceptable(node);

  const visit: Visit = { served, incoming, exchange };
  const carryOut = effective === 'GET' ? read : write;
  const answer =
    node.above.length === 0
      ? carryOut(visit, type ?? '')
      : andThen(requireAll(visit, node.above), () => carryOut(visit, type ?? ''));
  if (isThenable(answer)) abortWhenGone(incoming, exchange);
  return answer;
}

/** A path is shown again in `self`, so that nothing may be in it that no URI holds. */
function requireUri({ mount, path }: Incoming): void {
  if (PATH.test(path) && (mount === '' || isMount(mount))) return;
  throw new Problem('bad-iri', {
    detail:
      'The path holds characters that no URI may hold, or segments that lead elsewhere; percent-encode them.',
  });
}

/** Characters of a path: pchar of RFC 3986, section 3.3, and slashes. */
const PATH = /^[\w.~!$&'()*+,;=:@%/-]*$/;

function find(served: Served, path: string): Match<ResourceNode> | undefined {
  try {
    return served.declaration.tree.find(path);
  } catch (error) {
    if (!(error instanceof BadPathError)) throw error;
    throw new Problem('bad-iri', { detail: `${error.message}.`, cause: error });
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
  { base }: Served,
  { method, mount, query }: Incoming,
  node: ResourceNode,
  values: readonly string[],
): Answer {
  const status = method === 'GET' || method === 'HEAD' ? 301 : 308;
  const search = query === '' ? '' : `?${query.replace(/[^!-~]/g, encodeURIComponent)}`;
  return { status, headers: { Location: `${base}${mount}${expandPath(node, values)}${search}` } };
}

function refusal(method: string, node: ResourceNode, allowed: readonly Method[]): Problem {
  const headers = { Allow: allowHeader(allowed) };
  if (node.methods.includes(method as Method)) {
    return new Problem('forbidden', {
      detail: `You may not ${method} here; allowed to you: ${headers.Allow}.`,
    });
  }
  return new Problem('method-not-allowed', { detail: `This ${node.kind} allows ${headers.Allow}.`, headers });
}

function notAcceptable(node: ResourceNode): Problem {
  const types = node.kind === 'catalog' || node.kind === 'entity' ? SHOJI_MEDIA_TYPES : ['application/json'];
  return new Problem('not-acceptable', {
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
