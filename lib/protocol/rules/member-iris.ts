import { malformedIri } from './malformed-iri.js';
import type { Remark, Subject } from './rule.js';

/** `self`, and what else holds one IRI reference, holds a well-formed one. */
export function* memberIris({ document, dialect }: Subject): Generator<Remark> {
  for (const member of dialect.iriMembers) {
    const value = document[member];
    if (typeof value === 'string') yield* malformedIri(value, `/${member}`);
  }
}
