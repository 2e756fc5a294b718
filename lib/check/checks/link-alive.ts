import type { Answer, Failure } from '../exchange.js';
import { isAlive } from '../walk/known-resource.js';
import { describeLink, type CheckedLink, type ResolvedLink } from '../walk/link.js';
import type { Check, Remark } from './check.js';
import { TOO_MANY_REQUESTS } from './fields.js';

export const linkAlive: Check = {
  name: 'link-alive',
  summary: 'every link leads to something, without detours',
  explanation:
    'Clients go where links lead and nowhere else, so that a dead link is a part of the API that is not there. ' +
    'A permanent redirect works, at the price of a second request each time.',
  see: 'RFC 9110, section 15.5',

  *ofLink(checked) {
    const { link, target, isFirst } = checked;
    if (target === undefined) return;
    const { outcome } = target;
    if (outcome.type === 'failure') {
      if (isFirst) yield* failed(link, outcome);
    }
    // Of what a template was set to, only part is the document's own doing: that has a check of its own.
    else if (link.expansion === undefined) yield* answered(checked, outcome);
  },
};

function* failed(link: ResolvedLink, { reason, message }: Failure): Generator<Remark> {
  if (reason === 'unreachable') yield unreachable(link, message);
  else if (reason === 'too-many-redirects') yield tooManyRedirects(link, message);
  else if (reason === 'malformed-redirect') yield malformedRedirect(link, message);
}

function* answered({ link, target, byDraft, isFirst }: CheckedLink, answer: Answer): Generator<Remark> {
  const { status, redirects } = answer;
  if (status === 401 || status === 403) {
    if (link.member === '') yield forbiddenStart(link, status);
    else if (isFirst) yield forbidden(link, status);
  } else if (status === TOO_MANY_REQUESTS) {
    if (isFirst) yield tooManyRequests(link);
  } else if (status >= 300 && status < 500) {
    if (byDraft !== undefined && isAlive(byDraft)) yield aliveByDraft(link, status, byDraft.iri);
    else yield dead(link, status);
  }
  const [first] = redirects;
  if (first === undefined || target === undefined || !isAlive(target)) return;
  if (redirects.every((redirect) => redirect.status === 301 || redirect.status === 308)) {
    yield moved(link, first.status, answer.iri);
  }
}

const dead = (link: ResolvedLink, status: number): Remark => ({
  rule: 'dead-link',
  level: 'error',
  message: `${describeLink(link)} leads to ${link.to}, which answers ${status}; ${remedyOf(link, status)}`,
});

function remedyOf({ member }: ResolvedLink, status: number): string {
  if (member === '') return 'begin at an IRI that is there';
  // A catalog lists what it has: where that is not there when it is asked for, somebody keeps the caller from it.
  if (status === 404 && (member === 'entities' || member === 'index')) {
    return 'list what is there; if it is there, and hidden from this caller by a guard, the list has to leave it out as well';
  }
  return 'link to what is there, or leave the link out';
}

const aliveByDraft = (link: ResolvedLink, status: number, iri: string): Remark => ({
  rule: 'link-needs-slash',
  level: 'error',
  message:
    `${describeLink(link)} leads to ${link.to} by RFC 3986, which answers ${status}; ` +
    `it works if the base ${link.base} is read as if it ended in "/", as the draft's examples do, and then leads to ${iri}. ` +
    'Give "self" a "/" at its end, so that both readings agree',
  see: 'RFC 3986, section 5.2.3',
});

const forbiddenStart = (link: ResolvedLink, status: number): Remark => ({
  rule: 'forbidden-start',
  level: 'error',
  message: `${describeLink(link)}, ${link.to}, answers ${status}, so that nothing was checked; check with a token that may read it`,
  see: `RFC 9110, section 15.5.${status - 399}`,
});

const forbidden = (link: ResolvedLink, status: number): Remark => ({
  rule: 'forbidden-link',
  level: 'warning',
  message: `${describeLink(link)} leads to ${link.to}, which answers ${status}; show links only to who may follow them, or check with a token that may`,
  see: `RFC 9110, section 15.5.${status - 399}`,
});

const tooManyRequests = (link: ResolvedLink): Remark => ({
  rule: 'too-many-requests',
  level: link.member === '' ? 'error' : 'warning',
  message: `${describeLink(link)} leads to ${link.to}, which answers 429, and so was not checked; ask less often (--rate, in code \`rate\`)`,
  see: 'RFC 6585, section 4',
});

const moved = (link: ResolvedLink, status: number, iri: string): Remark => ({
  rule: 'moved-link',
  level: 'warning',
  message: `${describeLink(link)} is redirected for good (${status}) to ${iri}; link to that`,
  see: `RFC 9110, section 15.4.${status === 301 ? 2 : 9}`,
});

const tooManyRedirects = (link: ResolvedLink, message: string): Remark => ({
  rule: 'too-many-redirects',
  level: 'error',
  message: `${describeLink(link)} leads to ${link.to}, which is redirected without end: ${message}`,
  see: 'RFC 9110, section 15.4',
});

const malformedRedirect = (link: ResolvedLink, message: string): Remark => ({
  rule: 'malformed-redirect',
  level: 'error',
  message: `${describeLink(link)} leads to ${link.to}, whose redirect leads nowhere: ${message}`,
  see: 'RFC 9110, section 10.2.2',
});

const unreachable = (link: ResolvedLink, message: string): Remark => ({
  rule: 'unreachable',
  level: 'error',
  message: `${describeLink(link)} leads to ${link.to}, which does not answer: ${message}`,
});
