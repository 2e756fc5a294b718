import { checkIri } from '../../protocol/iri/check.js';
import { decodeUtf8 } from '../../protocol/json/utf8.js';
import { readJson } from '../../protocol/json/read.js';
import { isObject } from '../../protocol/json/values.js';
import type { Answer } from '../exchange.js';
import type { Resource } from '../walk/resource.js';
import type { Check, Remark } from './check.js';
import { PROBLEM_MEDIA_TYPE, readContentType, show, TOO_MANY_REQUESTS } from './fields.js';
import { NOT_ACCEPTABLE } from './not-acceptable.js';

export const problem: Check = {
  name: 'problem',
  summary: 'errors are problem documents',
  explanation:
    'A client can show and handle errors that have one form. An HTML page, or a form for each error, ends up in a ' +
    'log where nobody reads it.',
  see: 'RFC 9457, section 3',

  async *ofResource(resource) {
    if (resource.isPage) return;
    const missing = await resource.find(unlikelyIri(resource));
    if (missing.status < 400) yield found('GET', missing.status, missing.iri);
    else yield* problemOf('GET', missing);
    if (missing.status === 404) {
      const { status } = await resource.ask('HEAD', {}, missing.iri);
      if (status < 400) yield found('HEAD', status, missing.iri);
    }
    yield* problemOf('GET', await resource.ask('GET', NOT_ACCEPTABLE));
    const traced = await resource.trace();
    if (traced !== undefined) yield* problemOf('TRACE', traced);
  },
};

/** An IRI below a resource that nothing has. */
function unlikelyIri({ iri }: Resource): string {
  return `${iri.replace(/[?#].*$/s, '').replace(/\/$/, '')}/shoji-check-nothing`;
}

function* problemOf(method: string, answer: Answer): Generator<Remark> {
  const { status, headers, body } = answer;
  // What has no body may come from before the API: a server that knows no such method, or that is too busy.
  if (status < 400 || (body.length === 0 && (status === 501 || status === TOO_MANY_REQUESTS))) return;
  const type = readContentType(headers.get('content-type') ?? '')?.type;
  if (type !== PROBLEM_MEDIA_TYPE) {
    yield noProblem(method, answer, headers.get('content-type'));
    return;
  }
  const document = readJson(decodeUtf8(body) ?? '').value;
  if (!isObject(document)) {
    yield noObject(method, answer);
    return;
  }
  if (document['status'] !== status) yield otherStatus(method, answer, JSON.stringify(document['status']));
  for (const member of ['type', 'title']) {
    if (typeof document[member] !== 'string') yield lacks(method, answer, member);
  }
  for (const member of ['detail', 'instance']) {
    const value = document[member];
    if (value !== undefined && typeof value !== 'string') yield noText(method, answer, member);
  }
  for (const member of ['type', 'instance']) {
    const value = document[member];
    if (typeof value === 'string' && checkIri(value) !== undefined)
      yield noIri(method, answer, member, value);
  }
}

const which = (method: string, { iri, status }: Answer): string => `the ${status} to ${method} ${iri}`;

const found = (method: string, status: number, iri: string): Remark => ({
  rule: 'found-nothing',
  habit: `${status}`,
  level: 'warning',
  message: `${method} ${iri}, which cannot be there, is answered with ${status}; answer 404`,
  see: 'RFC 9110, section 15.5.5',
});

const noProblem = (method: string, answer: Answer, type: string | undefined): Remark => ({
  rule: 'no-problem',
  habit: `${method} ${answer.status}`,
  level: 'warning',
  message: `${which(method, answer)} has the Content-Type ${show(type)}; send an application/problem+json document`,
});

const noObject = (method: string, answer: Answer): Remark => ({
  rule: 'malformed-problem',
  level: 'error',
  message: `${which(method, answer)} says that it is application/problem+json, but is no JSON object; send one with "type", "title" and "status"`,
});

const otherStatus = (method: string, answer: Answer, status: string | undefined): Remark => ({
  rule: 'problem-status',
  level: 'warning',
  message: `${which(method, answer)} has "status": ${status ?? 'nothing'}; write ${answer.status}`,
  see: 'RFC 9457, section 3.1.2',
});

const noText = (method: string, answer: Answer, member: string): Remark => ({
  rule: 'problem-member',
  level: 'warning',
  message: `${which(method, answer)} has a "${member}" that is no string; write one, or leave it out`,
  see: 'RFC 9457, section 3.1',
});

const noIri = (method: string, answer: Answer, member: string, value: string): Remark => ({
  rule: 'problem-member',
  level: 'warning',
  message: `${which(method, answer)} has the "${member}" ${show(value)}, which is no IRI reference; write one${member === 'type' ? ', or "about:blank"' : ''}`,
  see: 'RFC 9457, section 3.1',
});

const lacks = (method: string, answer: Answer, member: string): Remark => ({
  rule: 'problem-member',
  level: 'warning',
  message: `${which(method, answer)} has no "${member}", which clients tell problems apart by; write one`,
  see: 'RFC 9457, section 3.1',
});
