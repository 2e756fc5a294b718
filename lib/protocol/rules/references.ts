import type { Json } from '../documents.js';
import { escapePointerToken, formatPointer } from '../json-pointer.js';
import { isObject } from '../json/values.js';
import { linksOf, stringsIn } from '../members.js';
import type { Subject } from '../findings.js';

/** A text by which a document refers to another resource. */
export interface Reference {
  /** What it is, as messages call it. */
  readonly kind: 'link' | 'entity' | 'item';
  readonly text: string;
  readonly pointer: string;
}

/**
 * Everything by which a document refers to other resources: links, entities, the names in an `index`,
 * the items of an order. Whether it is well-formed is not asked here; links may be templates.
 */
export function* referencesOf(subject: Subject): Generator<Reference> {
  const { document } = subject;
  for (const { target, pointer } of linksOf(subject)) yield { kind: 'link', text: target, pointer };
  for (const { text, pointer } of stringsIn(document['entities'], 'entities')) {
    yield { kind: 'entity', text, pointer };
  }
  if (subject.dialect.name !== 'crunch') return;
  for (const { text, pointer } of indexNames(subject)) yield { kind: 'entity', text, pointer };
  for (const { text, pointer } of orderItems(subject)) yield { kind: 'item', text, pointer };
}

/** The names in an `index`, each of which refers to an entity. */
export function* indexNames({ document }: Subject): Generator<Omit<Reference, 'kind'>> {
  const { index } = document;
  if (!isObject(index)) return;
  for (const text of Object.keys(index)) yield { text, pointer: formatPointer(['index', text]) };
}

/** The items of an order's graph, those of its groups included. */
export function* orderItems({ document }: Subject): Generator<Omit<Reference, 'kind'>> {
  if (document['element'] === 'shoji:order') yield* itemsIn(document['graph'], '/graph');
}

function* itemsIn(graph: Json | undefined, pointer: string): Generator<Omit<Reference, 'kind'>> {
  if (!Array.isArray(graph)) return;
  for (const [index, item] of (graph as readonly Json[]).entries()) {
    if (typeof item === 'string') yield { text: item, pointer: `${pointer}/${index}` };
    else if (isObject(item)) {
      for (const [name, group] of Object.entries(item)) {
        yield* itemsIn(group, `${pointer}/${index}/${escapePointerToken(name)}`);
      }
    }
  }
}
