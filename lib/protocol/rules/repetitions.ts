import type { Json } from '../documents.js';
import { LONE_SURROGATE } from '../iri/characters.js';
import { normaliseIri, resolveIri } from '../iri.js';

/**
 * Stands in for the IRI that the document was fetched from, which is not known here. Its path is
 * one that no document writes out, so that relative and absolute references stay apart.
 */
const FETCHED_FROM = 'http://fetched-from.invalid/-/somewhere/-/unknown/-/';

/** What the references of a document are resolved against, to be compared with each other. */
export function baseOf(self: Json | undefined): string {
  return resolveIri(typeof self === 'string' ? self : '', FETCHED_FROM);
}

/** A reference that leads where an earlier one leads. */
export interface Repetition {
  readonly text: string;
  readonly pointer: string;
  /** Pointer of the earlier one. */
  readonly first: string;
}

/** The references that lead where an earlier one leads; templates do if they are the same. */
export function* repetitionsIn(
  references: Iterable<Omit<Repetition, 'first'>>,
  self: Json | undefined,
): Generator<Repetition> {
  const base = baseOf(self);
  const firstPointers = new Map<string, string>();
  for (const { text, pointer } of references) {
    const target = text.includes('{') ? text : comparable(resolveIri(text, base));
    const first = firstPointers.get(target);
    if (first === undefined) firstPointers.set(target, pointer);
    else yield { text, pointer, first };
  }
}

/** One spelling for all that are the same; what has half of a surrogate pair has none but its own. */
function comparable(iri: string): string {
  return LONE_SURROGATE.test(iri) ? iri : normaliseIri(iri);
}
