import type { Check, Remark } from './check.js';
import { methodsOf } from './fields.js';

export const options: Check = {
  name: 'options',
  summary: 'OPTIONS says which methods a resource has, and what it takes',
  explanation:
    'A client that offers its user what can be done asks by OPTIONS. What Allow leaves out is never tried, and ' +
    'without Accept-Post and Accept-Patch nobody knows what to send.',
  see: 'RFC 9110, section 9.3.7',

  async *ofResource(resource) {
    const { status, headers } = await resource.ask('OPTIONS');
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
    for (const wanted of ['GET', 'HEAD']) if (!allowed.has(wanted)) yield lacks(wanted);
    for (const [name, wanted] of ACCEPTING) {
      if (allowed.has(name) && !headers.has(wanted.toLowerCase())) yield lacksAccept(name, wanted);
    }
    // Without the user's tokens, which TRACE must not carry, less may be allowed.
    if (resource.isPrivileged) return;
    const other = await resource.ask('TRACE');
    const inRefusal = other.headers.get('allow');
    if (other.status !== 405 || inRefusal === undefined) return;
    const inBoth = [...methodsOf(inRefusal)].filter((name) => allowed.has(name));
    if (inBoth.length < Math.max(allowed.size, methodsOf(inRefusal).size)) yield disagrees(field, inRefusal);
  },
};

const ACCEPTING = [
  ['POST', 'Accept-Post'],
  ['PATCH', 'Accept-Patch'],
] as const;

const refused = (status: number): Remark => ({
  rule: 'options',
  level: 'warning',
  message: `OPTIONS is answered with ${status}; answer 204 with Allow`,
});

const noAllow = (): Remark => ({
  rule: 'options-allow',
  level: 'warning',
  message: 'the answer to OPTIONS has no Allow; list the methods that the resource has',
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
