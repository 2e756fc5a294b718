import type { Json, JsonObject } from '../documents.js';
import { quote } from '../format-value.js';
import { isObject } from '../json/values.js';
import { stringsIn } from '../iri-references.js';
import { resolverOf } from './from-crunch.js';
import { withoutMisfits } from './conversion.js';
import type { Loss, Step } from './conversion.js';

/** Draft 02 to the dialect of Crunch.io: a catalog's entities become an index without attributes. */
export const toCrunch: Step = ({ document, element, role }) => {
  const fitted = withoutMisfits(document, 'crunch', role);
  if (element !== 'shoji:catalog' || fitted.document['entities'] === undefined) return fitted;
  const losses: Loss[] = [...fitted.losses];
  return { document: indexEntities(fitted.document, losses), losses };
};

function indexEntities(document: JsonObject, losses: Loss[]): JsonObject {
  const own = isObject(document['index']) ? document['index'] : {};
  const names = new Set<string>();
  for (const { text, pointer } of stringsIn(document['entities'], 'entities')) {
    const name = indexName(text);
    if (names.has(name)) losses.push({ pointer, message: repeated(text) });
    names.add(name);
  }
  for (const name of Object.keys(own)) names.add(name);
  const index: JsonObject = Object.fromEntries(
    [...names].map((name) => [name, Object.hasOwn(own, name) ? (own[name] ?? null) : {}]),
  );
  const graph = graphOf(document, [...names], index, losses);
  const members = new Map<string, Json>();
  for (const [name, value] of Object.entries(document)) {
    if (name === 'entities') {
      members.set('index', index);
      if (graph !== undefined && document['graph'] === undefined) members.set('graph', graph);
    } else if (name === 'graph') {
      if (graph !== undefined) members.set('graph', graph);
    } else if (name !== 'index') members.set(name, value);
  }
  return Object.fromEntries(members);
}

/** Strict readers refuse the name "__proto__"; with "./" before it, it leads to the same place. */
function indexName(reference: string): string {
  return reference === '__proto__' ? './__proto__' : reference;
}

/**
 * What tells the order of the items: nothing, where the index does. A JavaScript object puts names
 * that are integers first, and draft 02's own examples of entities are such names.
 */
function graphOf(
  document: JsonObject,
  names: readonly string[],
  index: JsonObject,
  losses: Loss[],
): Json | undefined {
  const isOrdered = Object.keys(index).every((name, place) => name === names[place]);
  const needed = isOrdered ? undefined : names;
  const own = document['graph'];
  if (!Array.isArray(own)) return needed;
  const resolve = resolverOf(document);
  const resolveAll = (items: readonly Json[]) =>
    items.map((item) => (typeof item === 'string' ? resolve(item) : ''));
  const [wanted, said] = [resolveAll(names), resolveAll(own)];
  if (wanted.length === said.length && wanted.every((iri, place) => iri === said[place])) return own;
  if (wanted.toSorted().join(' ') === said.toSorted().join(' ')) {
    losses.push({ pointer: '/graph', message: CONTRADICTION });
    return needed;
  }
  if (needed !== undefined) losses.push({ pointer: '/entities', message: DISORDER });
  return own;
}

const CONTRADICTION =
  'the member "graph" is left out: in crunch it is the order of the items, and it has another one than "entities"';

const DISORDER =
  'the order of the entities is lost: an index does not keep that of names which are integers, ' +
  'and "graph", which could, is taken by a member of the document’s own; rename that member';

function repeated(text: string): string {
  return `${quote(text)} stands among the entities more than once; an index has each name once`;
}
