import type { Json } from '../documents.js';
import { escapePointerToken } from '../json-pointer.js';
import { malformedIri } from './malformed-iri.js';
import { isJsonObject } from './members.js';
import type { Remark, Subject } from './rule.js';

/** The items of an order's graph, its groups included, are well-formed IRI references. */
export function* graphIris({ document }: Subject): Generator<Remark> {
  if (document['element'] === 'shoji:order') yield* itemIris(document['graph'], '/graph');
}

function* itemIris(graph: Json | undefined, pointer: string): Generator<Remark> {
  if (!Array.isArray(graph)) return;
  for (const [index, item] of (graph as readonly Json[]).entries()) {
    if (typeof item === 'string') yield* malformedIri(item, `${pointer}/${index}`);
    else if (isJsonObject(item)) {
      for (const [name, group] of Object.entries(item)) {
        yield* itemIris(group, `${pointer}/${index}/${escapePointerToken(name)}`);
      }
    }
  }
}
