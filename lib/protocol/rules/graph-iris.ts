import { malformedIri } from './malformed-iri.js';
import { orderItems } from './references.js';
import type { Remark, Subject } from './rule.js';

/** The items of an order's graph, its groups included, are well-formed IRI references. */
export function* graphIris(subject: Subject): Generator<Remark> {
  for (const { text, pointer } of orderItems(subject)) yield* malformedIri(text, pointer);
}
