import { decodeUtf8, readJson } from '../../protocol/json.js';
import { isJsonObject } from '../../protocol/rules/members.js';
import type { Answer } from '../exchange.js';
import type { Resource } from '../walk/resource.js';
import type { Check, Remark } from './check.js';
import { readContentType, show } from './fields.js';
import { NOT_ACCEPTABLE } from './not-acceptable.js';

export const problem: Check = {
  name: 'problem',
  summary: 'errors are problem documents',
  explanation:
    'A client can show and handle errors that have one form. An HTML page, or a form for each error, ends up in a ' +
    'log where nobody reads it.',
  see: 'RFC 9457, section 3',

  async *ofResource(resource) {
    const missing = await resource.find(unlikelyIri(resource));
    if (missing.status < 400) yield found(missing.status, missing.iri);
    else yield* problemOf('GET', missing);
    yield* problemOf('GET', await resource.ask('GET', NOT_ACCEPTABLE));
    yield* problemOf('TRACE', await resource.ask('TRACE'));
  },
};

/** An IRI below a resource that nothing has. */
function unlikelyIri({ iri }: Resource): string {
  return `${iri.replace(/[?#].*$/s, '').replace(/\/$/, '')}/shoji-check-nothing`;
}

function* problemOf(method: string, answer: Answer): Generator<Remark> {
  const { status, headers, body } = answer;
  if (status < 400 || (status === 501 && body.length === 0)) return;
  const type = readContentType(headers.get('content-type') ?? '')?.type;
  if (type !== 'application/problem+json') {
    yield noProblem(method, answer, headers.get('content-type'));
    return;
  }
  const document = readJson(decodeUtf8(body) ?? '').value;
  if (!isJsonObject(document)) {
    yield noObject(method, answer);
    return;
  }
  if (document['status'] !== status) yield otherStatus(method, answer, JSON.stringify(document['status']));
  for (const member of ['type', 'title']) {
    if (typeof document[member] !== 'string') yield lacks(method, answer, member);
  }
}

const which = (method: string, { iri, status }: Answer): string => `the ${status} to ${method} ${iri}`;

const found = (status: number, iri: string): Remark => ({
  rule: 'found-nothing',
  level: 'warning',
  message: `${iri}, which cannot be there, is answered with ${status}; answer 404`,
  see: 'RFC 9110, section 15.5.5',
});

const noProblem = (method: string, answer: Answer, type: string | undefined): Remark => ({
  rule: 'no-problem',
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

const lacks = (method: string, answer: Answer, member: string): Remark => ({
  rule: 'problem-member',
  level: 'warning',
  message: `${which(method, answer)} has no "${member}", which clients tell problems apart by; write one`,
  see: 'RFC 9457, section 3.1',
});
