import { formatPointer } from '../json-pointer.js';
import { malformedIri } from './malformed-iri.js';
import { isJsonObject } from './members.js';
import type { Remark, Subject } from './rule.js';

/** The names in an `index` are well-formed IRI references. */
export function* indexIris({ document }: Subject): Generator<Remark> {
  const { index } = document;
  if (!isJsonObject(index)) return;
  for (const name of Object.keys(index)) {
    // The pointer leads to the member's value, within which a place in its name means nothing.
    for (const { at: _, ...remark } of malformedIri(name, formatPointer(['index', name]))) yield remark;
  }
}
