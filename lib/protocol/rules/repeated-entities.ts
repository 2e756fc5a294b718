import { resolveIri } from '../iri.js';
import { quote } from '../json/quote.js';
import { stringsIn } from './members.js';
import type { Remark, Subject } from './rule.js';

/**
 * Stands in for the IRI that the document was fetched from, which is not known here. Its path is
 * one that no document writes out, so that relative and absolute references stay apart.
 */
const FETCHED_FROM = 'http://fetched-from.invalid/-/somewhere/-/unknown/-/';

/** No two entities lead to the same IRI. */
export function* repeatedEntities({ document, dialect }: Subject): Generator<Remark> {
  const { self } = document;
  const base = resolveIri(typeof self === 'string' ? self : '', FETCHED_FROM);
  const firstPointers = new Map<string, string>();
  for (const { text, pointer } of stringsIn(document['entities'], 'entities')) {
    const iri = resolveIri(text, base);
    const first = firstPointers.get(iri);
    if (first === undefined) firstPointers.set(iri, pointer);
    else {
      yield {
        rule: 'repeated-entity',
        level: 'warning',
        pointer,
        message: `${quote(text)} leads to the same entity as ${first}; list each entity once`,
        see: dialect.see,
      };
    }
  }
}
