import type { Check, Remark } from './check.js';
import { TOO_MANY_REQUESTS } from './fields.js';

export const status: Check = {
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
    if (code < 200 || code > 599) yield invalid(code);
    else if (code >= 500) yield serverError(code);
    else if (code === 204 || code === 205) yield noContent(code);
    else if (code === 206) yield partial();
    else if (code >= 200 && code < 300) {
      if (body.length === 0) yield emptyBody(code);
      // A proxy that changes something on the way may say 203.
      else if (code !== 200 && code !== 203) yield unusual(code);
      const again = await resource.ask('GET');
      if (again.status !== code && again.status !== TOO_MANY_REQUESTS) yield unstable(code, again.status);
    }
  },
};

const serverError = (code: number): Remark => ({
  rule: 'server-error',
  level: 'error',
  message: `GET was answered with ${code}; a link must not lead to what the server fails at`,
  see: 'RFC 9110, section 15.6',
});

const unusual = (code: number): Remark => ({
  rule: 'unusual-status',
  level: 'warning',
  message: `GET was answered with ${code}, which says something else than that this is the document; answer 200`,
  see: 'RFC 9110, section 15.3',
});

const unstable = (first: number, second: number): Remark => ({
  rule: 'unstable-status',
  level: 'error',
  message: `GET was answered with ${first}, and the same request once more with ${second}; give both the same answer`,
  see: 'RFC 9110, section 9.2.2',
});

const invalid = (code: number): Remark => ({
  rule: 'invalid-status',
  level: 'error',
  message: `GET was answered with the status ${code}, which HTTP does not have; answer 200 with the document`,
  see: 'RFC 9110, section 15',
});

const noChallenge = (): Remark => ({
  rule: 'no-challenge',
  level: 'error',
  message:
    'GET was answered with 401, but without WWW-Authenticate, which says how to authenticate; send one, such as "Bearer"',
  see: 'RFC 9110, section 15.5.2',
});

const noContent = (code: number): Remark => ({
  rule: 'no-content',
  level: 'error',
  message: `GET was answered with ${code}, which has no body; answer 200 with the document, or 404 where there is none`,
  see: 'RFC 9110, section 15.3.5',
});

const partial = (): Remark => ({
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
