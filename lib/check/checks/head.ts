import type { Answer } from '../exchange.js';
import type { Check, Remark } from './check.js';
import { show, TOO_MANY_REQUESTS } from './fields.js';
import { isJustModified } from './just-modified.js';

export const head: Check = {
  name: 'head',
  summary: 'HEAD is answered as GET is, without the body',
  explanation:
    'Clients and caches ask with HEAD whether something is there and whether it has changed. Where its answer is ' +
    "another than GET's, they conclude what is not so.",
  see: 'RFC 9110, section 9.3.2',

  async *ofResource(resource) {
    const get = await resource.ask('GET');
    const answer = await resource.ask('HEAD');
    // Where GET itself is answered in two ways, there is nothing to hold HEAD against.
    if (get.status !== resource.answer?.status || answer.status === TOO_MANY_REQUESTS) return;
    if (answer.status !== get.status) {
      yield otherStatus(answer.status, get.status);
      return;
    }
    // "The server SHOULD send the same header fields in response to a HEAD request as … GET."
    for (const field of FIELDS) {
      const [inHead, inGet] = [answer.headers.get(field), get.headers.get(field)];
      if (inHead === inGet) continue;
      if (field === 'content-length' && isLengthOf(get, inHead)) continue;
      if (field === 'last-modified' && isJustModified(get)) continue;
      yield otherField(field, inHead, inGet);
    }
  },
};

const FIELDS = [
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
function isLengthOf({ headers, body }: Answer, length: string | undefined): boolean {
  if (length === undefined) return true;
  if (headers.has('content-length')) return headers.get('content-length') === length;
  return headers.has('content-encoding') || Number(length) === body.length;
}

const otherStatus = (inHead: number, inGet: number): Remark => ({
  rule: 'head-status',
  level: 'error',
  message: `HEAD is answered with ${inHead}, GET with ${inGet}; answer HEAD as GET, and leave out the body alone`,
});

const otherField = (field: string, inHead: string | undefined, inGet: string | undefined): Remark => ({
  rule: 'head-field',
  level: 'warning',
  message: `the field "${field}" is ${show(inHead)} in the answer to HEAD and ${show(inGet)} in that to GET; send the same`,
});
