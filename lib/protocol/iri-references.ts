import type { DialectDefinition } from './dialects/dialects.js';
import type { Json, JsonObject } from './documents.js';
import { escapePointerToken, formatPointer } from './json-pointer.js';
import { isObject } from './json/values.js';

/** Where to look for references: a document, and the dialect that says which of its members hold some. */
export interface ReferenceSource {
  /** Any object, whether it obeys its schema or not: what is not of its type is passed over. */
  readonly document: JsonObject;
  readonly dialect: DialectDefinition;
}

/** A string of a document that refers to another resource. */
export interface PointedText {
  readonly text: string;
  readonly pointer: string;
}

/** A reference, and what messages call it. */
export interface Reference extends PointedText {
  readonly kind: 'link' | 'entity' | 'item';
}

/** A link of a document. */
export interface Link {
  /** The member that it stands in. */
  readonly member: string;
  /** Undefined in a dialect whose links have none. */
  readonly name: string | undefined;
  readonly target: string;
  readonly pointer: string;
}

/**
 * Lists all by which a document refers to other resources: links, entities, the names in an `index`, the items of
 * an order. Whether it is well-formed is not asked here; links may be templates.
 */
export function* referencesOf(source: ReferenceSource): Generator<Reference> {
  for (const { target, pointer } of linksOf(source)) yield { kind: 'link', text: target, pointer };
  for (const { text, pointer } of entitiesOf(source)) yield { kind: 'entity', text, pointer };
  for (const { text, pointer } of indexNames(source)) yield { kind: 'entity', text, pointer };
  for (const { text, pointer } of orderItems(source)) yield { kind: 'item', text, pointer };
}

/** Lists the links that are strings, as their schema wants them, in the order of the document. */
export function* linksOf({ document, dialect }: ReferenceSource): Generator<Link> {
  for (const member of Object.keys(document)) {
    if (!dialect.linkMembers.includes(member)) continue;
    const links = document[member];
    if (dialect.links === 'unnamed') {
      for (const { text, pointer } of stringsIn(links, member)) {
        yield { member, name: undefined, target: text, pointer };
      }
    } else if (isObject(links)) {
      for (const name in links) {
        const target = links[name];
        if (typeof target !== 'string') continue;
        yield { member, name, target, pointer: formatPointer([member, name]) };
      }
    }
  }
}

/** Lists the entities of a catalog. */
export function entitiesOf({ document }: Pick<ReferenceSource, 'document'>): Generator<PointedText> {
  return stringsIn(document['entities'], 'entities');
}

/** Lists the names in an `index`, each of which refers to an entity, where the dialect has one. */
export function* indexNames({ document, dialect }: ReferenceSource): Generator<PointedText> {
  const { index } = document;
  if (!dialect.hasIndex || !isObject(index)) return;
  for (const text of Object.keys(index)) yield { text, pointer: formatPointer(['index', text]) };
}

/** Lists the items of an order's graph, those of its groups included; other dialects than Crunch's have none. */
export function* orderItems({ document, dialect }: ReferenceSource): Generator<PointedText> {
  if (dialect.name !== 'crunch' || document['element'] !== 'shoji:order') return;
  yield* itemsIn(document['graph'], '/graph');
}

function* itemsIn(graph: Json | undefined, pointer: string): Generator<PointedText> {
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

/** Lists the strings in an array that is a member of the document; none where the member is no array. */
export function* stringsIn(value: Json | undefined, member: string): Generator<PointedText> {
  if (!Array.isArray(value)) return;
  for (const [index, item] of (value as readonly Json[]).entries()) {
    if (typeof item === 'string') yield { text: item, pointer: formatPointer([member, index]) };
  }
}
