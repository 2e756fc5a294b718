import { parseDate } from './date.js';
import { dialects } from './dialects/dialects.js';
import type { Dialect, DialectDefinition } from './dialects/dialects.js';
import type { Json, JsonObject } from './documents.js';
import { formOfIndex, formOfItems } from './quick-list.js';
import { linkForm, NONE, referenceForm, RELATIVE, UNSURE } from './quick-reference.js';
import type { Form } from './quick-reference.js';
import { meansNothing } from './quick-stranger.js';
import type { Role } from './role.js';
import { isObject } from './json/values.js';

/**
 * Tells at a glance that there is nothing to say about a document: no error, no warning, no note.
 * Most documents are good, and a glance costs a small part of a judgement.
 *
 * It knows what is surely good, not what is bad: the members that the dialect names, of the types
 * that they must have, with references of the commonest forms.
 *
 * @returns false where the document has to be judged, which does not mean that anything is wrong
 */
export function looksGood(document: JsonObject, dialect: Dialect, role: Role): boolean {
  const { element, self } = document;
  const kind = typeof element === 'string' ? KINDS[dialect].get(element) : undefined;
  if (kind === undefined) return false;
  if (self === undefined && role === 'response') return false;
  let furthest = NONE;
  let isWhole = kind.required === undefined;
  const maps: JsonObject[] = [];
  for (const name in document) {
    const form = look(name, document[name], kind, self, maps);
    if (form === UNSURE) return false;
    if (form > furthest) furthest = form;
    if (name === kind.required) isWhole = true;
  }
  return isWhole && (furthest < RELATIVE || isFolder(self)) && (maps.length < 2 || !repeatName(maps));
}

/** What a kind of document has, apart from the members that all have. */
interface Kind {
  /** Undefined where only `element` and `self` are. */
  readonly required: string | undefined;
  readonly has: Readonly<Record<(typeof MEMBERS)[number], boolean>>;
  readonly dialect: DialectDefinition;
  readonly isOrder: boolean;
}

/** The form of the references in a member: of several the highest. */
function look(
  name: string,
  value: Json | undefined,
  kind: Kind,
  self: Json | undefined,
  maps: JsonObject[],
): Form {
  switch (name) {
    case 'element':
      return NONE;
    case 'self':
      return value === '' || isReference(value) ? NONE : UNSURE;
    case 'title':
    case 'description':
      return typeof value === 'string' ? NONE : UNSURE;
    case 'updated':
      return typeof value === 'string' && isDate(value) ? NONE : UNSURE;
    case 'catalogs':
    case 'fragments':
    case 'views':
      if (!kind.has[name]) return UNSURE;
      return kind.dialect.links === 'named' ? formOfMap(value, maps) : formOfList(value, self);
    case 'orders':
    case 'urls':
    case 'folder_trees':
      return kind.has[name] ? formOfMap(value, maps) : UNSURE;
    case 'body':
      return kind.has.body && isObject(value) ? NONE : UNSURE;
    case 'index':
      return kind.has.index && isObject(value) ? formOfIndex(value, self) : UNSURE;
    case 'entities':
      return kind.has.entities ? formOfList(value, self) : UNSURE;
    case 'graph':
      if (kind.isOrder) return formOfGraph(value, GRAPH_DEPTH);
      return kind.has.graph && Array.isArray(value) ? NONE : UNSURE;
    case 'size':
      return kind.has.size && Number.isInteger(value) ? NONE : UNSURE;
    case 'specification':
      return kind.has.specification && (value === '' || isReference(value)) ? NONE : UNSURE;
    case 'value':
      return kind.has.value ? NONE : UNSURE;
    default:
      return meansNothing(name, value, kind.dialect) ? NONE : UNSURE;
  }
}

function isReference(value: Json | undefined): boolean {
  return typeof value === 'string' && referenceForm(value) !== UNSURE;
}

/** The members that not all kinds of documents have. */
const MEMBERS = [
  'catalogs',
  'fragments',
  'views',
  'orders',
  'urls',
  'folder_trees',
  'entities',
  'body',
  'index',
  'graph',
  'size',
  'specification',
  'value',
] as const;

const REQUIRED: ReadonlyMap<string, string> = new Map([
  ['shoji:entity', 'body'],
  ['shoji:order', 'graph'],
]);

function kindsOf(dialect: DialectDefinition): ReadonlyMap<string, Kind> {
  return new Map(
    [...dialect.members].map(([element, names]) => [
      element,
      {
        required: REQUIRED.get(element),
        has: Object.fromEntries(MEMBERS.map((name) => [name, names.includes(name)])) as Kind['has'],
        dialect,
        isOrder: element === 'shoji:order',
      },
    ]),
  );
}

const KINDS: Readonly<Record<Dialect, ReadonlyMap<string, Kind>>> = {
  'draft-02': kindsOf(dialects['draft-02']),
  'draft-01': kindsOf(dialects['draft-01']),
  crunch: kindsOf(dialects.crunch),
};

const PLAIN_DATE =
  /^#\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z#$/;

function isDate(text: string): boolean {
  return PLAIN_DATE.test(text) || parseDate(text)?.marked === true;
}

function formOfMap(map: Json | undefined, maps: JsonObject[]): Form {
  if (!isObject(map)) return UNSURE;
  maps.push(map);
  let highest = NONE;
  for (const name in map) {
    const link = map[name];
    const form = typeof link === 'string' && name !== '' ? linkForm(link) : UNSURE;
    if (form === UNSURE) return UNSURE;
    if (form > highest) highest = form;
  }
  return highest;
}

function formOfList(items: Json | undefined, self: Json | undefined): Form {
  return isJsonArray(items) ? formOfItems(items, self) : UNSURE;
}

function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** How deep a graph is looked at; deeper ones are left to the judgement. */
const GRAPH_DEPTH = 32;

function formOfGraph(graph: Json | undefined, depth: number): Form {
  if (depth === 0 || !isJsonArray(graph)) return UNSURE;
  let highest = NONE;
  for (const item of graph) {
    const form = typeof item === 'string' ? referenceForm(item) : formOfGroup(item, depth);
    if (form === UNSURE) return UNSURE;
    if (form > highest) highest = form;
  }
  return highest;
}

function formOfGroup(item: Json, depth: number): Form {
  if (!isObject(item)) return UNSURE;
  const groups = Object.values(item);
  return groups.length === 1 ? formOfGraph(groups[0], depth - 1) : UNSURE;
}

/** Whether the path of an IRI that is resolved against loses nothing but a file's name. */
function isFolder(self: Json | undefined): boolean {
  if (typeof self !== 'string' || self === '') return true;
  const query = self.indexOf('?');
  return self.endsWith('/', query === -1 ? self.length : query);
}

/** Whether one name stands in two maps. */
function repeatName(maps: readonly JsonObject[]): boolean {
  for (let at = 1; at < maps.length; at += 1) {
    for (const name in maps[at]) {
      for (let before = 0; before < at; before += 1) {
        if (Object.hasOwn(maps[before] as JsonObject, name)) return true;
      }
    }
  }
  return false;
}
