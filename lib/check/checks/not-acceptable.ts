import type { Check, Remark } from './check.js';
import { TOO_MANY_REQUESTS } from './fields.js';

export const notAcceptable: Check = {
  name: 'not-acceptable',
  summary: 'who asks for an image is told that there is none',
  explanation:
    'A client that asks for a media type that it can read, and is sent another with 200, fails in its parser ' +
    'instead of where the mistake is. A 406 that lists the types says what to ask for.',
  see: 'RFC 9110, section 15.5.7',

  async *ofResource(resource) {
    if (resource.isPage) return;
    const { status } = await resource.ask('GET', NOT_ACCEPTABLE);
    if (status >= 200 && status < 300) yield accepted(status);
    else if (status !== 406 && status !== TOO_MANY_REQUESTS) yield otherStatus(status);
  },
};

/** Fields of a request that no Shoji resource can satisfy. */
export const NOT_ACCEPTABLE: Readonly<Record<string, string>> = { accept: 'image/png' };

const accepted = (status: number): Remark => ({
  rule: 'not-acceptable',
  habit: `${status}`,
  level: 'warning',
  message: `Accept: image/png is answered with ${status} and something else; HTTP allows that, but 406 says what is wrong`,
});

const otherStatus = (status: number): Remark => ({
  rule: 'not-acceptable-status',
  level: 'error',
  message: `Accept: image/png is answered with ${status}; answer 406 with the types that there are`,
});
