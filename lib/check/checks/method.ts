import type { Check, Remark } from './check.js';
import { listOf } from './fields.js';

export const method: Check = {
  name: 'method',
  summary: 'a method that the resource does not have is refused with 405 and Allow',
  explanation:
    'A client that tries what cannot be done is to learn so, and what can be done instead. TRACE is asked for: it ' +
    'changes nothing, and an API that answers it sends back the fields of the request, tokens included.',
  see: 'RFC 9110, section 15.5.6',

  async *ofResource(resource) {
    const answer = await resource.trace();
    if (answer === undefined) return;
    const { status, headers } = answer;
    if (status >= 200 && status < 300) yield traced(status);
    else if (status === 405 && !headers.has('allow')) yield noAllow();
    else if (!REFUSALS.has(status) && !(status === 404 && resource.isPrivileged)) yield otherStatus(status);
    if (status === 405 && listOf(headers.get('allow')).includes('TRACE')) yield allowsRefused();
  },
};

/**
 * TRACE is sent without tokens, so that what is hidden from strangers may be 404. 401 and 403 come before the method
 * is looked at, and 429, too; 501 says that no resource has it; a proxy may answer 400.
 */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 405, 429, 501]);

const traced = (status: number): Remark => ({
  rule: 'trace',
  level: 'error',
  message: `TRACE is answered with ${status}; it can send back credentials to who should not see them, so answer 405`,
  see: 'RFC 9110, section 9.3.8',
});

const noAllow = (): Remark => ({
  rule: 'no-allow',
  level: 'error',
  message: 'the 405 to TRACE has no Allow, which it must have; list the methods that the resource has',
});

const otherStatus = (status: number): Remark => ({
  rule: 'unknown-method',
  // Many frameworks do so: it misleads, but breaks nothing.
  level: status === 404 ? 'warning' : 'error',
  habit: `${status}`,
  message: `TRACE is answered with ${status}; answer 405 with Allow, or 501 where no resource has the method`,
});

const allowsRefused = (): Remark => ({
  rule: 'allows-refused',
  level: 'error',
  message: 'TRACE is refused with 405, but stands in its Allow; leave it out',
  see: 'RFC 9110, section 10.2.1',
});
