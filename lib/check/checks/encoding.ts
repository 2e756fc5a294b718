import type { Check, Remark } from './check.js';
import { listOf, show, variesBy } from './fields.js';

export const encoding: Check = {
  name: 'encoding',
  summary: 'answers are compressed for who can read it, and Vary says so',
  explanation:
    'A client that sends no Accept-Encoding, or "identity", may be unable to decompress. A cache that is not told that ' +
    'an answer depends on the field gives it compressed bytes all the same.',
  see: 'RFC 9110, section 12.5.3',

  async *ofResource(resource) {
    const coding = resource.answer?.headers.get('content-encoding');
    if (listOf(coding).every((name) => name.toLowerCase() === 'identity')) return;
    const plain = await resource.ask('GET', { 'accept-encoding': 'identity' });
    const found = plain.headers.get('content-encoding');
    if (plain.status >= 300) return;
    if (listOf(found).some((name) => name.toLowerCase() !== 'identity')) yield unasked(found);
    else if (!isVaried(resource.answer?.headers.get('vary'))) yield noVary(coding);
  },
};

function isVaried(field: string | undefined): boolean {
  const names = variesBy(field);
  return names.has('accept-encoding') || names.has('*');
}

const unasked = (coding: string | undefined): Remark => ({
  rule: 'unasked-encoding',
  level: 'error',
  message: `Accept-Encoding: identity is answered with Content-Encoding ${show(coding)}; send the bytes as they are to who asks for that`,
});

const noVary = (coding: string | undefined): Remark => ({
  rule: 'encoding-without-vary',
  level: 'error',
  message: `the answer has Content-Encoding ${show(coding)} for who can read it, but Vary does not name Accept-Encoding; add it`,
  see: 'RFC 9110, section 12.5.5',
});
