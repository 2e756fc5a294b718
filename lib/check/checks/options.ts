import type { Check, Remark } from './check.js';
import { listOf, methodsOf, readContentType, show, TOO_MANY_REQUESTS } from './fields.js';

export const options: Check = {
  name: 'options',
  summary: 'OPTIONS says which methods a resource has, and what it takes',
  explanation:
    'A client that offers its user what can be done asks by OPTIONS. What Allow leaves out is never tried, and ' +
    'without Accept-Post and Accept-Patch nobody knows what to send.',
  see: 'RFC 9110, section 9.3.7',

  async *ofResource(resource) {
    const { status, headers } = await resource.ask('OPTIONS');
    if (resource.isPage || status === TOO_MANY_REQUESTS) return;
    if (status < 200 || status > 299) {
      yield refused(status);
      return;
    }
    const field = headers.get('allow');
    if (field === undefined) {
      yield noAllow();
      return;
    }
    const allowed = methodsOf(field);
    const malformed = [...allowed].find((name) => !METHOD.test(name));
    if (malformed !== undefined) {
      yield malformedAllow(field);
      return;
    }
    for (const wanted of ['GET', 'HEAD']) if (!allowed.has(wanted)) yield lacks(wanted);
    for (const [name, wanted] of ACCEPTING) {
      const types = headers.get(wanted.toLowerCase());
      if (allowed.has(name) && types === undefined) yield lacksAccept(name, wanted);
      else if (listOf(types).some((type) => readContentType(type) === undefined)) {
        yield malformedAccept(wanted, types);
      }
    }
    // Without the user's tokens, which TRACE must not carry, less may be allowed.
    if (resource.isPrivileged) return;
    const other = await resource.trace();
    const inRefusal = other?.headers.get('allow');
    if (other?.status !== 405 || inRefusal === undefined) return;
    const inBoth = [...methodsOf(inRefusal)].filter((name) => allowed.has(name));
    if (inBoth.length < Math.max(allowed.size, methodsOf(inRefusal).size)) yield disagrees(field, inRefusal);
  },
};

const ACCEPTING = [
  ['POST', 'Accept-Post'],
  ['PATCH', 'Accept-Patch'],
] as const;

/** @see RFC 9110, section 9.1 */
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const refused = (status: number): Remark => ({
  rule: 'options',
  habit: `${status}`,
  level: 'warning',
  message: `OPTIONS is answered with ${status}; answer 204 with Allow`,
});

const noAllow = (): Remark => ({
  rule: 'options-allow',
  habit: 'none',
  level: 'warning',
  message: 'the answer to OPTIONS has no Allow; list the methods that the resource has',
});

const malformedAllow = (field: string): Remark => ({
  rule: 'malformed-allow',
  level: 'error',
  message: `Allow in the answer to OPTIONS is ${show(field)}, which is no list of methods; put a comma between each and the next`,
  see: 'RFC 9110, section 10.2.1',
});

const malformedAccept = (name: string, field: string | undefined): Remark => ({
  rule: 'malformed-accept',
  level: 'warning',
  message: `${name} in the answer to OPTIONS is ${show(field)}, which is no list of media types; write such as "application/shoji+json"`,
  see: name === 'Accept-Patch' ? 'RFC 5789, section 3.1' : 'Linked Data Platform 1.0, section 7.1',
});

const lacks = (name: string): Remark => ({
  rule: 'options-lacks-method',
  level: 'error',
  message: `Allow in the answer to OPTIONS leaves out ${name}, which the resource answers; list every method`,
  see: 'RFC 9110, section 10.2.1',
});

const lacksAccept = (name: string, field: string): Remark => ({
  rule: 'options-lacks-accept',
  level: 'warning',
  message: `OPTIONS says that ${name} is allowed, but has no ${field}; list the media types that it takes`,
  see: name === 'PATCH' ? 'RFC 5789, section 3.1' : 'Linked Data Platform 1.0, section 7.1',
});

const disagrees = (inOptions: string, inRefusal: string): Remark => ({
  rule: 'allow-disagrees',
  level: 'error',
  message: `Allow is "${inOptions}" in the answer to OPTIONS and "${inRefusal}" in the 405 to TRACE; list the same methods`,
  see: 'RFC 9110, section 10.2.1',
});
