import { checkIri } from '../../protocol/iri/check-iri.js';
import { decodeUtf8, readJson } from '../../protocol/json/read.js';
import { isObject } from '../../protocol/json/values.js';
import type { FetchFailureReason, FetchResponse } from '../client/fetch.js';
import { describeLink } from '../crawl/crawled-link.js';
import type { ResolvedLink } from '../crawl/crawled-link.js';
import type { VisitedResource } from '../crawl/visited-resource.js';
import type { Check, Remark } from './check-definition.js';
import { formatValue, PROBLEM_MEDIA_TYPE, readContentType, TOO_MANY_REQUESTS } from './field-values.js';
import { NOT_ACCEPTABLE } from './negotiation-checks.js';

export const statusCheck: Check = {
  name: 'status',
  summary: 'GET is answered by a representation, and by no server error',
  explanation:
    'A 5xx says that the server failed, which a client can only wait out. A 2xx without content leaves a client ' +
    'that parses the body with nothing to parse. One that is answered in two ways, as by two servers of which one ' +
    'is out of date, makes clients fail now and then.',
  see: 'RFC 9110, section 15',
  always: true,

  async *ofResource(resource) {
    const { outcome } = resource;
    if (outcome.type === 'failure' || outcome.redirects.length > 0) return;
    const { status: code, body } = outcome;
    if (code === 401 && !outcome.headers.has('www-authenticate')) yield noChallenge();
    if (code < 200 || code > 599) yield invalidStatus(code);
    else if (code >= 500) yield serverError(code);
    else if (code === 204 || code === 205) yield noContent(code);
    else if (code === 206) yield partialContent();
    else if (code >= 200 && code < 300) {
      if (body.length === 0) yield emptyBody(code);
      // A proxy that changes something on the way may say 203.
      else if (code !== 200 && code !== 203) yield unusualStatus(code);
      const again = await resource.request('GET');
      if (again.status !== code && again.status !== TOO_MANY_REQUESTS)
        yield unstableStatus(code, again.status);
    }
  },
};

const noChallenge = (): Remark => ({
  rule: 'no-challenge',
  level: 'error',
  message:
    'GET was answered with 401, but without WWW-Authenticate, which says how to authenticate; send one, such as "Bearer"',
  see: 'RFC 9110, section 15.5.2',
});

const invalidStatus = (code: number): Remark => ({
  rule: 'invalid-status',
  level: 'error',
  message: `GET was answered with the status ${code}, which HTTP does not have; answer 200 with the document`,
  see: 'RFC 9110, section 15',
});

const serverError = (code: number): Remark => ({
  rule: 'server-error',
  level: 'error',
  message: `GET was answered with ${code}; a link must not lead to what the server fails at`,
  see: 'RFC 9110, section 15.6',
});

const noContent = (code: number): Remark => ({
  rule: 'no-content',
  level: 'error',
  message: `GET was answered with ${code}, which has no body; answer 200 with the document, or 404 where there is none`,
  see: 'RFC 9110, section 15.3.5',
});

const partialContent = (): Remark => ({
  rule: 'partial-content',
  level: 'error',
  message: 'GET was answered with 206, but no range was asked for; answer 200 with the whole document',
  see: 'RFC 9110, section 15.3.7',
});

const emptyBody = (code: number): Remark => ({
  rule: 'empty-body',
  level: 'error',
  message: `GET was answered with ${code} and an empty body, which is no JSON; send the document`,
  see: 'RFC 8259, section 2',
});

const unusualStatus = (code: number): Remark => ({
  rule: 'unusual-status',
  level: 'warning',
  message: `GET was answered with ${code}, which says something else than that this is the document; answer 200`,
  see: 'RFC 9110, section 15.3',
});

const unstableStatus = (first: number, second: number): Remark => ({
  rule: 'unstable-status',
  level: 'error',
  message: `GET was answered with ${first}, and the same request once more with ${second}; give both the same answer`,
  see: 'RFC 9110, section 9.2.2',
});

export const limitsCheck: Check = {
  name: 'limits',
  summary: 'answers are of a size, at a speed and in an encoding that clients can take',
  explanation:
    'A client must protect itself from answers without end, and gives up at its own limits. A catalog that leads to ' +
    'ever more catalogs can never be walked whole; where the walk stopped is told here.',
  see: 'RFC 9110, section 15.5',

  *ofLink({ link, target, isFirst }) {
    if (target?.outcome.type !== 'failure' || !isFirst) return;
    const { reason, message } = target.outcome;
    const advice = FAILURE_ADVICE[reason];
    if (advice !== undefined) yield beyondLimit(link, reason, message, advice);
  },

  *ofApi({ unfinished }) {
    if (unfinished !== undefined) yield notWalkedWhole(unfinished);
  },
};

const FAILURE_ADVICE: { readonly [reason in FetchFailureReason]?: string } = {
  'too-large': 'or split it into pages',
  'too-slow': 'or answer sooner',
  'bad-encoding': 'send what Content-Encoding says',
  'bad-http': 'send well-formed HTTP',
};

const beyondLimit = (
  link: ResolvedLink,
  reason: FetchFailureReason,
  message: string,
  advice: string,
): Remark => ({
  rule: reason,
  level: 'error',
  message: `what ${describeLink(link)} leads to cannot be read: ${message}; ${advice}`,
  ...(reason === 'bad-encoding' && { see: 'RFC 9110, section 8.4' }),
  ...(reason === 'bad-http' && { see: 'RFC 9112' }),
});

const notWalkedWhole = (why: string): Remark => ({
  rule: 'unfinished',
  level: 'note',
  message: `the API was not walked whole: ${why}`,
});

export const problemCheck: Check = {
  name: 'problem',
  summary: 'errors are problem documents',
  explanation:
    'A client can show and handle errors that have one form. An HTML page, or a form for each error, ends up in a ' +
    'log where nobody reads it.',
  see: 'RFC 9457, section 3',

  async *ofResource(resource) {
    if (resource.isPage) return;
    const missing = await resource.fetch(unlikelyIri(resource));
    if (missing.status < 400) yield foundNothing('GET', missing.status, missing.iri);
    else yield* checkProblem('GET', missing);
    if (missing.status === 404) {
      const { status } = await resource.request('HEAD', {}, missing.iri);
      if (status < 400) yield foundNothing('HEAD', status, missing.iri);
    }
    yield* checkProblem('GET', await resource.request('GET', NOT_ACCEPTABLE));
    const traced = await resource.trace();
    if (traced !== undefined) yield* checkProblem('TRACE', traced);
  },
};

/** An IRI below a resource that nothing has. */
function unlikelyIri({ iri }: VisitedResource): string {
  return `${iri.replace(/[?#].*$/s, '').replace(/\/$/, '')}/shoji-check-nothing`;
}

const foundNothing = (method: string, status: number, iri: string): Remark => ({
  rule: 'found-nothing',
  foldBy: `${status}`,
  level: 'warning',
  message: `${method} ${iri}, which cannot be there, is answered with ${status}; answer 404`,
  see: 'RFC 9110, section 15.5.5',
});

function* checkProblem(method: string, response: FetchResponse): Generator<Remark> {
  const { status, headers, body } = response;
  // What has no body may come from before the API: a server that knows no such method, or that is too busy.
  if (status < 400 || (body.length === 0 && (status === 501 || status === TOO_MANY_REQUESTS))) return;
  const type = readContentType(headers.get('content-type') ?? '')?.type;
  if (type !== PROBLEM_MEDIA_TYPE) {
    yield noProblem(method, response, headers.get('content-type'));
    return;
  }
  const document = readJson(decodeUtf8(body) ?? '').value;
  if (!isObject(document)) {
    yield malformedProblem(method, response);
    return;
  }
  if (document['status'] !== status)
    yield otherProblemStatus(method, response, JSON.stringify(document['status']));
  for (const member of ['type', 'title']) {
    if (typeof document[member] !== 'string') yield lacksMember(method, response, member);
  }
  for (const member of ['detail', 'instance']) {
    const value = document[member];
    if (value !== undefined && typeof value !== 'string') yield memberWithoutText(method, response, member);
  }
  for (const member of ['type', 'instance']) {
    const value = document[member];
    if (typeof value === 'string' && checkIri(value) !== undefined)
      yield memberWithoutIri(method, response, member, value);
  }
}

const noProblem = (method: string, response: FetchResponse, type: string | undefined): Remark => ({
  rule: 'no-problem',
  foldBy: `${method} ${response.status}`,
  level: 'warning',
  message: `${answerName(method, response)} has the Content-Type ${formatValue(type)}; send an application/problem+json document`,
});

const answerName = (method: string, { iri, status }: FetchResponse): string =>
  `the ${status} to ${method} ${iri}`;

const malformedProblem = (method: string, response: FetchResponse): Remark => ({
  rule: 'malformed-problem',
  level: 'error',
  message: `${answerName(method, response)} says that it is application/problem+json, but is no JSON object; send one with "type", "title" and "status"`,
});

const otherProblemStatus = (method: string, response: FetchResponse, status: string | undefined): Remark => ({
  rule: 'problem-status',
  level: 'warning',
  message: `${answerName(method, response)} has "status": ${status ?? 'nothing'}; write ${response.status}`,
  see: 'RFC 9457, section 3.1.2',
});

const lacksMember = (method: string, response: FetchResponse, member: string): Remark => ({
  rule: 'problem-member',
  level: 'warning',
  message: `${answerName(method, response)} has no "${member}", which clients tell problems apart by; write one`,
  see: 'RFC 9457, section 3.1',
});

const memberWithoutText = (method: string, response: FetchResponse, member: string): Remark => ({
  rule: 'problem-member',
  level: 'warning',
  message: `${answerName(method, response)} has a "${member}" that is no string; write one, or leave it out`,
  see: 'RFC 9457, section 3.1',
});

const memberWithoutIri = (
  method: string,
  response: FetchResponse,
  member: string,
  value: string,
): Remark => ({
  rule: 'problem-member',
  level: 'warning',
  message: `${answerName(method, response)} has the "${member}" ${formatValue(value)}, which is no IRI reference; write one${member === 'type' ? ', or "about:blank"' : ''}`,
  see: 'RFC 9457, section 3.1',
});
