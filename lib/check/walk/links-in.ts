import { dialects } from '../../protocol/dialects/dialects.js';
import type { Dialect } from '../../protocol/dialects/dialects.js';
import type { Json, JsonObject } from '../../protocol/documents.js';
import { formatPointer } from '../../protocol/json-pointer.js';
import type { PointerToken } from '../../protocol/json-pointer.js';
import { isObject } from '../../protocol/json/values.js';
import { linksOf, stringsIn } from '../../protocol/references.js';
import type { Link } from './link.js';

type LinkInDocument = Omit<Link, 'from' | 'base' | 'dialect'>;

/** The links of a Shoji document in its order: of its maps, its entities and, in the Crunch dialect, its specification, index and order. */
export function* linksIn(document: JsonObject, dialect: Dialect): Generator<LinkInDocument> {
  for (const { member, name, target, pointer } of linksOf({ document, dialect: dialects[dialect] })) {
    yield { member, name, pointer, text: target, isTemplate: /[{}]/.test(target) };
  }
  for (const { text, pointer } of stringsIn(document['entities'], 'entities')) {
    yield { member: 'entities', name: undefined, pointer, text, isTemplate: false };
  }
  if (dialect !== 'crunch') return;
  const { index, specification } = document;
  if (typeof specification === 'string') {
    const pointer = formatPointer(['specification']);
    yield { member: 'specification', name: undefined, pointer, text: specification, isTemplate: false };
  }
  if (isObject(index)) {
    for (const text of Object.keys(index)) {
      const pointer = formatPointer(['index', text]);
      yield { member: 'index', name: undefined, pointer, text, isTemplate: false };
    }
  }
  if (document['element'] === 'shoji:order') yield* linksOfOrder(document['graph'], ['graph']);
}

function* linksOfOrder(graph: Json | undefined, path: readonly PointerToken[]): Generator<LinkInDocument> {
  if (!Array.isArray(graph)) return;
  for (const [index, item] of (graph as readonly Json[]).entries()) {
    if (typeof item === 'string') {
      const pointer = formatPointer([...path, index]);
      yield { member: 'graph', name: undefined, pointer, text: item, isTemplate: false };
    } else if (isObject(item)) {
      for (const [name, group] of Object.entries(item)) yield* linksOfOrder(group, [...path, index, name]);
    }
  }
}
