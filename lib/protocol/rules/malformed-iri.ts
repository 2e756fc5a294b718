import { checkIri } from '../iri.js';
import type { Remark } from './rule.js';

/** What is to be said of a text that must be an IRI reference: one remark, or none. */
export function* malformedIri(text: string, pointer: string): Generator<Remark> {
  const fault = checkIri(text);
  if (fault === undefined) return;
  yield {
    rule: 'malformed-iri',
    level: 'error',
    pointer,
    at: fault.offset,
    message: `this is no IRI reference: ${fault.message}`,
    see: 'RFC 3987, section 2.2',
  };
}
