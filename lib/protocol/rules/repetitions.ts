import type { Json } from '../documents.js';
import { LONE_SURROGATE } from '../iri/characters.js';
import { normaliseIri } from '../iri/normalise.js';
import { resolveIri } from '../iri/resolve.js';
import { shortenPointer, quote } from '../format-value.js';
import { IRI_REFERENCES, IRI_MAPS } from '../sources.js';
import { stringsIn, linksOf } from '../members.js';
import { indexNames } from './references.js';
import type { Remark, Subject } from '../findings.js';

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

/** No two entities lead to the same IRI, nor do two names in an `index`. */
export function* repeatedEntities(subject: Subject): Generator<Remark> {
  const { self, entities } = subject.document;
  const lists = [stringsIn(entities, 'entities')];
  if (subject.dialect.name === 'crunch') lists.push(indexNames(subject));
  for (const list of lists) {
    for (const { text, pointer, first } of repetitionsIn(list, self)) {
      yield {
        rule: 'repeated-entity',
        level: 'warning',
        pointer,
        message: `${quote(text)} leads to the same entity as ${shortenPointer(first)}; list each entity once`,
        see: IRI_REFERENCES,
      };
    }
  }
}

/** No two links of one array are the same: without names, nothing else tells them apart. */
export function* repeatedLinks({ document, dialect }: Subject): Generator<Remark> {
  if (dialect.links === 'named') return;
  for (const member of dialect.linkMembers) {
    const links = stringsIn(document[member], member);
    for (const { text, pointer, first } of repetitionsIn(links, document['self'])) {
      yield {
        rule: 'repeated-link',
        level: 'warning',
        pointer,
        message: `${quote(text)} leads where ${shortenPointer(first)} leads; give each link once`,
        see: dialect.see,
      };
    }
  }
}

/** No name stands in two maps, or a client that looks it up cannot tell its links apart. */
export function* repeatedLinkNames(subject: Subject): Generator<Remark> {
  const firstMembers = new Map<string, string>();
  for (const { member, name, pointer } of linksOf(subject)) {
    if (name === undefined) continue;
    const first = firstMembers.get(name);
    if (first === undefined) firstMembers.set(name, member);
    else {
      yield {
        rule: 'repeated-link-name',
        level: 'warning',
        pointer,
        message:
          `the name ${quote(name)} stands in "${first}" too, so that a client that looks it up ` +
          'cannot tell the two links apart; rename one of them',
        see: IRI_MAPS,
      };
    }
  }
}
