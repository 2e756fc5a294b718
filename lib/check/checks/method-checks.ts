import type { FetchResponse } from '../client/fetch.js';
import type { Check, Remark } from './check-definition.js';
import { isJustModified } from './conditional-checks.js';
import { formatValue, listOf, methodsOf, readContentType, TOO_MANY_REQUESTS } from './field-values.js';

export const headCheck: Check = {
  name: 'head',
  summary: 'HEAD is answered as GET is, without the body',
  explanation:
    'Clients and caches ask with HEAD whether something is there and whether it has changed. Where its answer is ' +
    "another than GET's, they conclude what is not so.",
  see: 'RFC 9110, section 9.3.2',

  async *ofResource(resource) {
    const get = await resource.request('GET');
    const response = await resource.request('HEAD');
    // Where GET itself is answered in two ways, there is nothing to hold HEAD against.
    if (get.status !== resource.response?.status || response.status === TOO_MANY_REQUESTS) return;
    if (response.status !== get.status) {
      yield otherHeadStatus(response.status, get.status);
      return;
    }
    // "The server SHOULD send the same header fields in response to a HEAD request as … GET."
    for (const field of HEAD_FIELDS) {
      const [inHead, inGet] = [response.headers.get(field), get.headers.get(field)];
      if (inHead === inGet) continue;
      if (field === 'content-length' && isLengthOf(get, inHead)) continue;
      if (field === 'last-modified' && isJustModified(get)) continue;
      yield otherHeadField(field, inHead, inGet);
    }
  },
};

const otherHeadStatus = (inHead: number, inGet: number): Remark => ({
  rule: 'head-status',
  level: 'error',
  message: `HEAD is answered with ${inHead}, GET with ${inGet}; answer HEAD as GET, and leave out the body alone`,
});

const HEAD_FIELDS = [
  'allow',
  'cache-control',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
  'etag',
  'last-modified',
  'link',
  'vary',
];

/**
 * Whether a Content-Length in the answer to HEAD may stand beside that of GET: either may leave it out where
 * the length is known only once the content is there.
 */
function isLengthOf({ headers, body }: FetchResponse, length: string | undefined): boolean {
  if (length === undefined) return true;
  if (headers.has('content-length')) return headers.get('content-length') === length;
  return headers.has('content-encoding') || Number(length) === body.length;
}

const otherHeadField = (field: string, inHead: string | undefined, inGet: string | undefined): Remark => ({
  rule: 'head-field',
  level: 'warning',
  message: `the field "${field}" is ${formatValue(inHead)} in the answer to HEAD and ${formatValue(inGet)} in that to GET; send the same`,
});

export const methodCheck: Check = {
  name: 'method',
  summary: 'a method that the resource does not have is refused with 405 and Allow',
  explanation:
    'A client that tries what cannot be done is to learn so, and what can be done instead. TRACE is asked for: it ' +
    'changes nothing, and an API that answers it sends back the fields of the request, tokens included.',
  see: 'RFC 9110, section 15.5.6',

  async *ofResource(resource) {
    const response = await resource.trace();
    if (response === undefined) return;
    const { status, headers } = response;
    if (status >= 200 && status < 300) yield traced(status);
    else if (status === 405 && !headers.has('allow')) yield refusedWithoutAllow();
    else if (!REFUSALS.has(status) && !(status === 404 && resource.isAuthorized)) yield otherRefusal(status);
    if (status === 405 && listOf(headers.get('allow')).includes('TRACE')) yield allowsRefused();
  },
};

const traced = (status: number): Remark => ({
  rule: 'trace',
  level: 'error',
  message: `TRACE is answered with ${status}; it can send back credentials to who should not see them, so answer 405`,
  see: 'RFC 9110, section 9.3.8',
});

const refusedWithoutAllow = (): Remark => ({
  rule: 'no-allow',
  level: 'error',
  message: 'the 405 to TRACE has no Allow, which it must have; list the methods that the resource has',
});

/**
 * TRACE is sent without tokens, so that what is hidden from strangers may be 404. 401 and 403 come before the method
 * is looked at, and 429, too; 501 says that no resource has it; a proxy may answer 400.
 */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 405, 429, 501]);

const otherRefusal = (status: number): Remark => ({
  rule: 'unknown-method',
  // Many frameworks do so: it misleads, but breaks nothing.
  level: status === 404 ? 'warning' : 'error',
  foldBy: `${status}`,
  message: `TRACE is answered with ${status}; answer 405 with Allow, or 501 where no resource has the method`,
});

const allowsRefused = (): Remark => ({
  rule: 'allows-refused',
  level: 'error',
  message: 'TRACE is refused with 405, but stands in its Allow; leave it out',
  see: 'RFC 9110, section 10.2.1',
});

export const optionsCheck: Check = {
  name: 'options',
  summary: 'OPTIONS says which methods a resource has, and what it takes',
  explanation:
    'A client that offers its user what can be done asks by OPTIONS. What Allow leaves out is never tried, and ' +
    'without Accept-Post and Accept-Patch nobody knows what to send.',
  see: 'RFC 9110, section 9.3.7',

  async *ofResource(resource) {
    const { status, headers } = await resource.request('OPTIONS');
    if (resource.isPage || status === TOO_MANY_REQUESTS) return;
    if (status < 200 || status > 299) {
      yield optionsRefused(status);
      return;
    }
    const field = headers.get('allow');
    if (field === undefined) {
      yield optionsWithoutAllow();
      return;
    }
    const allowed = methodsOf(field);
    const malformed = [...allowed].find((name) => !METHOD.test(name));
    if (malformed !== undefined) {
      yield malformedAllow(field);
      return;
    }
    for (const wanted of ['GET', 'HEAD']) if (!allowed.has(wanted)) yield lacksMethod(wanted);
    for (const [name, wanted] of ACCEPTING) {
      const types = headers.get(wanted.toLowerCase());
      if (allowed.has(name) && types === undefined) yield lacksAccept(name, wanted);
      else if (listOf(types).some((type) => readContentType(type) === undefined)) {
        yield malformedAccept(wanted, types);
      }
    }
    // Without the user's tokens, which TRACE must not carry, less may be allowed.
    if (resource.isAuthorized) return;
    const other = await resource.trace();
    const inRefusal = other?.headers.get('allow');
    if (other?.status !== 405 || inRefusal === undefined) return;
    const inBoth = [...methodsOf(inRefusal)].filter((name) => allowed.has(name));
    if (inBoth.length < Math.max(allowed.size, methodsOf(inRefusal).size)) yield disagrees(field, inRefusal);
  },
};

const optionsRefused = (status: number): Remark => ({
  rule: 'options',
  foldBy: `${status}`,
  level: 'warning',
  message: `OPTIONS is answered with ${status}; answer 204 with Allow`,
});

const optionsWithoutAllow = (): Remark => ({
  rule: 'options-allow',
  foldBy: 'none',
  level: 'warning',
  message: 'the answer to OPTIONS has no Allow; list the methods that the resource has',
});

/** @see RFC 9110, section 9.1 */
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const malformedAllow = (field: string): Remark => ({
  rule: 'malformed-allow',
  level: 'error',
  message: `Allow in the answer to OPTIONS is ${formatValue(field)}, which is no list of methods; put a comma between each and the next`,
  see: 'RFC 9110, section 10.2.1',
});

const lacksMethod = (name: string): Remark => ({
  rule: 'options-lacks-method',
  level: 'error',
  message: `Allow in the answer to OPTIONS leaves out ${name}, which the resource answers; list every method`,
  see: 'RFC 9110, section 10.2.1',
});

const ACCEPTING = [
  ['POST', 'Accept-Post'],
  ['PATCH', 'Accept-Patch'],
] as const;

const lacksAccept = (name: string, field: string): Remark => ({
  rule: 'options-lacks-accept',
  level: 'warning',
  message: `OPTIONS says that ${name} is allowed, but has no ${field}; list the media types that it takes`,
  see: name === 'PATCH' ? 'RFC 5789, section 3.1' : 'Linked Data Platform 1.0, section 7.1',
});

const malformedAccept = (name: string, field: string | undefined): Remark => ({
  rule: 'malformed-accept',
  level: 'warning',
  message: `${name} in the answer to OPTIONS is ${formatValue(field)}, which is no list of media types; write such as "application/shoji+json"`,
  see: name === 'Accept-Patch' ? 'RFC 5789, section 3.1' : 'Linked Data Platform 1.0, section 7.1',
});

const disagrees = (inOptions: string, inRefusal: string): Remark => ({
  rule: 'allow-disagrees',
  level: 'error',
  message: `Allow is "${inOptions}" in the answer to OPTIONS and "${inRefusal}" in the 405 to TRACE; list the same methods`,
  see: 'RFC 9110, section 10.2.1',
});
