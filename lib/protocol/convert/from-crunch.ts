import type { Json, JsonObject } from '../documents.js';
import { describeValue, quote } from '../format-value.js';
import { formatPointer } from '../json-pointer.js';
import { isObject } from '../json/values.js';
import { stringsIn } from '../iri-references.js';
import { validate } from '../validate.js';
import { ConversionError, withoutMisfits } from './conversion.js';
import type { Loss, Step, StepResult, ConversionSource } from './conversion.js';
import { resolveIri } from '../iri/resolve-iri.js';
import { baseOf } from '../rules/repetitions.js';
import { draft02 } from '../dialects/dialects.js';

/** What a catalog's items are in draft 02. */
export interface Items {
  /** Undefined where the catalog says nothing of its items. */
  readonly entities: readonly string[] | undefined;
  /** Whether `graph` says no more than the order that `entities` has now. */
  readonly isGraphSpent: boolean;
  readonly losses: readonly Loss[];
}

/** Lists the items of a Crunch catalog as draft 02 does: without their attributes. */
export function listItems({ document, namesOf }: ConversionSource): Items {
  if (document['index'] === undefined && document['entities'] === undefined) {
    return { entities: undefined, isGraphSpent: false, losses: [] };
  }
  const resolve = resolverOf(document);
  const losses: Loss[] = [];
  const items = new Map<string, string>();
  for (const { text } of stringsIn(document['entities'], 'entities')) items.set(resolve(text), text);
  const listed = new Set(items.keys());
  const index = isObject(document['index']) ? document['index'] : {};
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
  if (!isObject(attributes)) {
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

/** What became of the links that draft 02 has no members for. */
export interface Relinked {
  /** From members of draft 02 to what they hold now; only those which got links. */
  readonly maps: ReadonlyMap<string, JsonObject>;
  readonly losses: readonly Loss[];
  /** As in a step's result. */
  readonly moved: ReadonlyMap<string, string>;
}

/** Where the links of Crunch's own maps go, and why that says no less than the truth. */
export const MAPS_MOVED: ReadonlyMap<string, { readonly to: string; readonly reason: string }> = new Map([
  ['orders', { to: 'views', reason: 'an order is an arrangement of entities' }],
  ['folder_trees', { to: 'catalogs', reason: 'a tree of folders is a catalog of folders' }],
]);

/** Gives the links of a Crunch document to the members of draft 02. */
export function relink({ document, namesOf }: ConversionSource): Relinked {
  const maps = new Map<string, JsonObject>();
  const moved = new Map<string, string>();
  const losses: Loss[] = [...urlsLost(document['urls'], namesOf('urls'))];
  const taken = new Set(draft02.linkMembers.flatMap((member) => namesOf(member)));
  for (const [from, { to, reason }] of MAPS_MOVED) {
    const links = document[from];
    const names = namesOf(from);
    if (!isObject(links) || names.length === 0) continue;
    losses.push({
      pointer: formatPointer([from]),
      message: `draft 02 has no ${quote(from)}; the links stand among the others of ${quote(to)}, since ${reason}`,
    });
    const entries = names.map((name): [string, Json] => {
      const pointer = formatPointer([from, name]);
      const free = freeName(name, from, taken);
      if (free !== name) losses.push({ pointer, message: renamed(name, free) });
      taken.add(free);
      moved.set(formatPointer([to, free]), pointer);
      return [free, links[name] ?? null];
    });
    const own = document[to];
    maps.set(to, Object.fromEntries([...(isObject(own) ? Object.entries(own) : []), ...entries]));
  }
  return { maps, losses, moved };
}

function urlsLost(urls: Json | undefined, names: readonly string[]): readonly Loss[] {
  if (!isObject(urls)) return [];
  return names.flatMap((name) => {
    const link = urls[name];
    if (typeof link !== 'string') return [];
    const message =
      `the link ${quote(name)} to ${quote(link)} is lost: draft 02 links to catalogs, fragments and views, ` +
      'and nothing tells which of them this is; add it to one of their maps if you know';
    return [{ pointer: formatPointer(['urls', name]), message }];
  });
}

function freeName(name: string, member: string, taken: ReadonlySet<string>): string {
  let free = name;
  while (taken.has(free)) free += ` (${member})`;
  return free;
}

function renamed(name: string, free: string): string {
  return `the link ${quote(name)} is called ${quote(free)} now, because another link has its name; tell clients that bind to it`;
}

/** The dialect of Crunch.io to draft 02. */
export const fromCrunch: Step = (source) => {
  switch (source.element) {
    case 'shoji:order':
      return unwrap(source, 'graph');
    case 'shoji:view':
      return Object.hasOwn(source.document, 'value') ? unwrap(source, 'value') : viewToCatalog(source);
    case 'shoji:catalog':
      return convertCatalog(source);
    default:
      return convertEntity(source);
  }
};

function convertCatalog(source: ConversionSource): StepResult {
  const { maps, losses, moved } = relink(source);
  const items = listItems(source);
  const places = new Map<string, string | undefined>([
    ['index', 'entities'],
    ['body', undefined],
  ]);
  if (items.isGraphSpent) places.set('graph', undefined);
  const replaced = new Map<string, Json>(maps);
  if (items.entities !== undefined) replaced.set('entities', items.entities);
  return {
    document: rebuild(source.document, places, replaced),
    losses: [...losses, ...items.losses, ...bodyLost(source.document)],
    moved,
  };
}

function bodyLost({ body }: JsonObject): readonly Loss[] {
  if (!isObject(body) || Object.keys(body).length === 0) return [];
  const message =
    'the member "body" is lost: in draft 02 it is the values of an entity, and a catalog has none; ' +
    'make its values an entity’s, and link to that';
  return [{ pointer: '/body', message }];
}

function convertEntity(source: ConversionSource): StepResult {
  const { maps, losses, moved } = relink(source);
  const count = source.namesOf('index').length;
  const lost: Loss = {
    pointer: '/index',
    message:
      `the entity's index of ${count} item${count === 1 ? '' : 's'} is lost: only catalogs of draft 02 ` +
      'have entities; give the items a catalog, and link to it from "catalogs"',
  };
  return {
    document: rebuild(source.document, new Map([['index', undefined]]), maps),
    losses: count === 0 ? losses : [...losses, lost],
    moved,
  };
}

/**
 * A document with some members replaced, each standing where it stood.
 *
 * @param places - the new names of members, undefined for those which have no place any more
 */
function rebuild(
  document: JsonObject,
  places: ReadonlyMap<string, string | undefined>,
  replaced: ReadonlyMap<string, Json>,
): JsonObject {
  const members = new Map<string, Json>();
  for (const [name, value] of Object.entries(document)) {
    const place = placeOf(name, places, replaced);
    if (place !== undefined && !members.has(place)) members.set(place, replaced.get(place) ?? value);
  }
  return Object.fromEntries(members);
}

function placeOf(
  name: string,
  places: ReadonlyMap<string, string | undefined>,
  replaced: ReadonlyMap<string, Json>,
): string | undefined {
  if (name === 'urls') return undefined;
  const to = MAPS_MOVED.get(name)?.to;
  // A map without links leaves nothing that would need a place.
  if (to !== undefined) return replaced.has(to) ? to : undefined;
  return places.has(name) ? places.get(name) : name;
}

/** A Value document is the value alone, of which no envelope says where it is. */
function unwrap({ document, role }: ConversionSource, member: 'value' | 'graph'): StepResult {
  const value = document[member] ?? null;
  const judged = validate(value, { dialect: 'draft-02', role });
  if (!judged.valid) {
    throw new ConversionError(
      judged.findings.map((finding) => ({ ...finding, pointer: `/${member}${finding.pointer}` })),
    );
  }
  const losses = Object.entries(document)
    .filter(([name]) => name !== member && name !== 'element')
    .map(([name, lost]) => ({ pointer: formatPointer([name]), message: envelopeLost(name, lost) }));
  if (judged.element !== undefined) {
    losses.push({
      pointer: `/${member}/element`,
      message: `the value has an "element" of its own, by which readers take it for a ${judged.element} instead of a Value document`,
    });
  }
  return { document: value, losses };
}

function envelopeLost(name: string, value: Json): string {
  const found = isObject(value) || Array.isArray(value) ? '' : ` (${describeValue(value)})`;
  return (
    `the member ${quote(name)}${found} is lost: a Value document of draft 02 is the value alone` +
    (name === 'self' ? '; it is where the document is fetched from' : '')
  );
}

function viewToCatalog(source: ConversionSource): StepResult {
  const element = 'shoji:catalog';
  const fitted = withoutMisfits({ ...source.document, element }, 'crunch', source.role);
  const { losses, ...result } = convertCatalog({ ...source, element, document: fitted.document });
  const lost: Loss = {
    pointer: '/element',
    message:
      'that this is a view is lost: it has no value, which a view of draft 02 consists of, ' +
      'so that it is a catalog now, which can hold links alone',
  };
  return { ...result, losses: [lost, ...fitted.losses, ...losses] };
}
