import type { Json, JsonObject } from '../documents.js';
import { resolveIri } from '../iri.js';
import { quote } from '../json/quote.js';
import { formatPointer } from '../json-pointer.js';
import { isJsonObject, stringsIn } from '../rules/members.js';
import { baseOf } from '../rules/repetitions.js';
import type { Loss } from './loss.js';
import type { Subject } from './step.js';

/** What a catalog's items are in draft 02. */
export interface Items {
  /** Undefined where the catalog says nothing of its items. */
  readonly entities: readonly string[] | undefined;
  /** Whether `graph` says no more than the order that `entities` has now. */
  readonly isGraphSpent: boolean;
  readonly losses: readonly Loss[];
}

/** Lists the items of a Crunch catalog as draft 02 does: without their attributes. */
export function listItems({ document, namesOf }: Subject): Items {
  if (document['index'] === undefined && document['entities'] === undefined) {
    return { entities: undefined, isGraphSpent: false, losses: [] };
  }
  const resolve = resolverOf(document);
  const losses: Loss[] = [];
  const items = new Map<string, string>();
  for (const { text } of stringsIn(document['entities'], 'entities')) items.set(resolve(text), text);
  const listed = new Set(items.keys());
  const index = isJsonObject(document['index']) ? document['index'] : {};
  for (const name of namesOf('index')) {
    const attributes = index[name] ?? null;
    const iri = resolve(name);
    const isRepeated = items.has(iri) && !listed.has(iri);
    const message = isRepeated ? repeated(name, items.get(iri)) : attributesLost(name, attributes);
    if (message !== undefined) losses.push({ pointer: formatPointer(['index', name]), message });
    if (attributes !== null && !items.has(iri)) items.set(iri, name);
  }
  const graph = orderIn(document['graph'], items, resolve);
  return { entities: graph ?? [...items.values()], isGraphSpent: graph !== undefined, losses };
}

/** Compares references without knowing where the document was fetched from. */
export function resolverOf({ self }: JsonObject): (reference: string) => string {
  const base = baseOf(self);
  return (reference) => resolveIri(reference, base);
}

/** The items in the order of a graph; undefined where it does not have each of them, once, and no more. */
function orderIn(
  graph: Json | undefined,
  items: ReadonlyMap<string, string>,
  resolve: (reference: string) => string,
): readonly string[] | undefined {
  if (!Array.isArray(graph) || graph.length !== items.size) return undefined;
  const iris = new Set([...stringsIn(graph, 'graph')].map(({ text }) => resolve(text)));
  if (iris.size !== items.size) return undefined;
  const ordered = [...iris].map((iri) => items.get(iri));
  return ordered.every((item) => item !== undefined) ? ordered : undefined;
}

function attributesLost(name: string, attributes: Json): string | undefined {
  if (!isJsonObject(attributes)) {
    return (
      `null asks to remove ${quote(name)}, which no document of draft 02 can; ` +
      'send DELETE to that entity instead'
    );
  }
  const names = Object.keys(attributes);
  if (names.length === 0) return undefined;
  return (
    `the attributes of ${quote(name)} are lost (${namesShown(names)}): ` +
    'entities of draft 02 are IRIs alone; fetch the entity to have its values'
  );
}

/** How many names of attributes a message shows, at most. */
const SHOWN = 5;

function namesShown(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map(quote).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

function repeated(name: string, first: string | undefined): string {
  return `${quote(name)} leads to the same entity as ${quote(first ?? '')}, and is listed once, without attributes`;
}
