import { malformedIri } from './malformed-iri.js';
import { stringsIn } from './members.js';
import type { Remark, Subject } from './rule.js';

/** Entities are well-formed IRI references. */
export function* entityIris({ document }: Subject): Generator<Remark> {
  for (const { text, pointer } of stringsIn(document['entities'], 'entities')) {
    yield* malformedIri(text, pointer);
  }
}
