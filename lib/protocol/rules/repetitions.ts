import type { Json } from '../documents.js';
import type { UnlocatedFinding } from '../findings.js';
import { quote, shortenPointer } from '../format-value.js';
import { LONE_SURROGATE } from '../iri/characters.js';
import { normaliseIri } from '../iri/normalise.js';
import { resolveIri } from '../iri/resolve-iri.js';
import { formatPointer } from '../json-pointer.js';
import { isObject } from '../json/values.js';
import { IRI_MAPS, IRI_REFERENCES } from '../sources.js';
import type { Subject } from './traits.js';

/** No name stands in two maps, or a client that looks it up cannot tell its links apart. */
export function* repeatedLinkNames({ document, dialect }: Subject): Generator<UnlocatedFinding> {
  if (dialect.links === 'unnamed') return;
  const firstMembers = new Map<string, string>();
  for (const member in document) {
    const links = dialect.linkMembers.includes(member) ? document[member] : undefined;
    if (!isObject(links)) continue;
    for (const name in links) {
      if (typeof links[name] !== 'string') continue;
      const first = firstMembers.get(name);
      if (first === undefined) firstMembers.set(name, member);
      else {
        yield {
          rule: 'repeated-link-name',
          level: 'warning',
          pointer: formatPointer([member, name]),
          message:
            `the name ${quote(name)} stands in "${first}" too, so that a client that looks it up ` +
            'cannot tell the two links apart; rename one of them',
          see: IRI_MAPS,
        };
      }
    }
  }
}

/** No two links of one array are the same: without names, nothing else tells them apart. */
export function* repeatedLinks({ document, dialect }: Subject): Generator<UnlocatedFinding> {
  if (dialect.links === 'named') return;
  for (const member of dialect.linkMembers) {
    for (const { text, pointer, first } of repetitionsIn(document[member], member, document['self'])) {
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

/** No two entities lead to the same IRI, nor do two names in an `index`. */
export function* repeatedEntities({ document, dialect }: Subject): Generator<UnlocatedFinding> {
  const { self, entities, index } = document;
  yield* sameEntities(repetitionsIn(entities, 'entities', self));
  if (dialect.hasIndex && isObject(index)) {
    yield* sameEntities(repetitionsIn(Object.keys(index), 'index', self, (_, name) => name));
  }
}

function* sameEntities(repetitions: Iterable<Repetition>): Generator<UnlocatedFinding> {
  for (const { text, pointer, first } of repetitions) {
    yield {
      rule: 'repeated-entity',
      level: 'warning',
      pointer,
      message: `${quote(text)} leads to the same entity as ${shortenPointer(first)}; list each entity once`,
      see: IRI_REFERENCES,
    };
  }
}

/** A reference that leads where an earlier one leads. */
interface Repetition {
  readonly text: string;
  readonly pointer: string;
  /** Pointer of the earlier one. */
  readonly first: string;
}

/**
 * Finds the references of a list that lead where an earlier one leads; templates do if they are the same.
 *
 * @param list - what is no string in it is passed over
 * @param tokenOf - by what a pointer leads to an item from the member
 */
function* repetitionsIn(
  list: Json | undefined,
  member: string,
  self: Json | undefined,
  tokenOf: (index: number, text: string) => number | string = (index) => index,
): Generator<Repetition> {
  if (!Array.isArray(list)) return;
  const references: readonly Json[] = list;
  const base = baseOf(self);
  const firstIndexes = new Map<string, number>();
  for (const [index, text] of references.entries()) {
    if (typeof text !== 'string') continue;
    const target = text.includes('{') ? text : comparable(resolveIri(text, base));
    const first = firstIndexes.get(target);
    if (first === undefined) firstIndexes.set(target, index);
    else {
      const firstText = references[first] as string;
      yield {
        text,
        pointer: formatPointer([member, tokenOf(index, text)]),
        first: formatPointer([member, tokenOf(first, firstText)]),
      };
    }
  }
}

/**
 * Stands in for the IRI that the document was fetched from, which is not known here. Its path is
 * one that no document writes out, so that relative and absolute references stay apart.
 */
const FETCHED_FROM = 'http://fetched-from.invalid/-/somewhere/-/unknown/-/';

/** Tells what the references of a document are resolved against, to be compared with each other. */
export function baseOf(self: Json | undefined): string {
  return resolveIri(typeof self === 'string' ? self : '', FETCHED_FROM);
}

/** One spelling for all that are the same; what has half of a surrogate pair has none but its own. */
function comparable(iri: string): string {
  return LONE_SURROGATE.test(iri) ? iri : normaliseIri(iri);
}
