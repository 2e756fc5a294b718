import { checkIri } from '../../protocol/iri/check.js';
import { parseIri } from '../../protocol/iri/resolve.js';
import { canonicalIri } from '../walk/canonical-iri.js';
import type { Check, Remark } from './check.js';
import { show } from './fields.js';

export const self: Check = {
  name: 'self',
  summary: '"self" is the IRI that the document was fetched from',
  explanation:
    'The references of a document are resolved against its "self". Where that is another IRI than the one that ' +
    'answered, every relative link leads astray, and a client that keeps documents by "self" mixes them up.',
  see: 'Shoji draft 02, section 1.1',

  *ofResource({ answer, shoji, base, expected, validation }) {
    const value = shoji?.['self'];
    if (answer === undefined || typeof value !== 'string' || checkIri(value) !== undefined) return;
    // What is judged as a value has no "self" that would mean anything.
    if (expected === 'value' && validation?.dialect !== 'crunch') return;
    const named = canonicalIri(base);
    if (named !== canonicalIri(answer.iri)) yield otherSelf(value, named, answer.iri);
    else if (parseIri(value).fragment !== undefined) yield withFragment(value);
  },
};

const withFragment = (value: string): Remark => ({
  rule: 'self-fragment',
  level: 'warning',
  pointer: '/self',
  message: `"self" is ${show(value)}, with a fragment, which names a part of a document; leave out "#" and what follows it`,
  see: 'RFC 3986, section 3.5',
});

const otherSelf = (value: string, named: string | undefined, fetched: string): Remark => ({
  rule: 'self',
  level: 'error',
  pointer: '/self',
  message: `"self" is ${show(value)}, which is ${named}, but the document was fetched from ${fetched}; write the IRI that answers, or ""`,
});
