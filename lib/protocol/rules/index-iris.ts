import { malformedIri } from './malformed-iri.js';
import { indexNames } from './references.js';
import type { Remark, Subject } from './rule.js';

/** The names in an `index` are well-formed IRI references. */
export function* indexIris(subject: Subject): Generator<Remark> {
  for (const { text, pointer } of indexNames(subject)) {
    // The pointer leads to the member's value, within which a place in its name means nothing.
    for (const { at: _, ...remark } of malformedIri(text, pointer)) yield remark;
  }
}
