import { parseDate } from './date.js';
import type { Dialect, DialectDefinition } from './dialects/dialect.js';
import { dialects } from './dialects/dialects.js';
import type { Json, JsonObject } from './documents.js';
import { nearness } from './near-name.js';
import {
  ABSOLUTE,
  itemForm,
  linkForm,
  referenceForm,
  RELATIVE,
  UNSURE,
  type Form,
} from './quick-reference.js';
import type { Role } from './role.js';
import { isJsonObject } from './rules/members.js';

/**
 * Tells at a glance that there is nothing to say about a document: no error, no warning, no note.
 * Most documents are good, and a glance costs a small part of a judgement.
 *
 * It knows what is surely good, not what is bad: the members that the dialect names, of the types
 * that they must have, with references of the commonest forms.
 *
 * @returns false where the document has to be judged, which does not mean that anything is wrong
 */
export function looksGood(document: JsonObject, dialect: DialectDefinition, role: Role): boolean {
  const { element, self } = document;
  const kinds = typeof element === 'string' ? VOCABULARIES[dialect.name].get(element) : undefined;
  if (kinds === undefined) return false;
  if (self === undefined && role === 'response') return false;
  if (element === 'shoji:entity' && document['body'] === undefined) return false;
  if (element === 'shoji:order' && document['graph'] === undefined) return false;

  let furthest = ABSOLUTE;
  const maps: JsonObject[] = [];
  for (const name in document) {
    const value = document[name];
    const kind = kinds.get(name) ?? kindOfStranger(name);
    const form = look(kind, value);
    if (form === UNSURE) return false;
    if (form > furthest) furthest = form;
    if (kind === 'links' && isJsonObject(value)) {
      if (maps.length > 0 && repeatsName(value, maps)) return false;
      maps.push(value);
    }
  }
  return furthest < RELATIVE || isFolder(self);
}

/** What a member holds. */
type Kind =
  | ('any' | 'text' | 'date' | 'integer' | 'array' | 'object' | 'unknown')
  | ('iri' | 'links' | 'items' | 'index' | 'graph');

/** What members hold, apart from links; `items` are references without names, which must differ. */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['element', 'any'],
  ['self', 'iri'],
  ['title', 'text'],
  ['description', 'text'],
  ['updated', 'date'],
  ['entities', 'items'],
  ['body', 'object'],
  ['index', 'index'],
  ['graph', 'array'],
  ['specification', 'iri'],
  ['size', 'integer'],
  ['value', 'any'],
]);

/** From each element to its members, and what they hold. */
type Vocabulary = ReadonlyMap<string, ReadonlyMap<string, Kind>>;

function vocabularyOf({ members, linkMembers, links }: DialectDefinition): Vocabulary {
  const kindOf = (name: string, element: string): Kind => {
    if (linkMembers.includes(name)) return links === 'named' ? 'links' : 'items';
    return name === 'graph' && element === 'shoji:order' ? 'graph' : (KINDS.get(name) ?? 'unknown');
  };
  return new Map(
    [...members].map(([element, names]) => [
      element,
      new Map(names.map((name) => [name, kindOf(name, element)])),
    ]),
  );
}

const VOCABULARIES: Readonly<Record<Dialect, Vocabulary>> = {
  'draft-02': vocabularyOf(dialects['draft-02']),
  'draft-01': vocabularyOf(dialects['draft-01']),
  crunch: vocabularyOf(dialects.crunch),
};

/** All members that mean something, in whatever dialect and element, and the letters of their names. */
const NAMES: ReadonlyMap<string, number> = new Map(
  [...dialects.crunch.members.values()].flat().map((name) => [name, lettersOf(name)]),
);

/** A member that means nothing is nobody's business, unless another one was meant. */
function kindOfStranger(name: string): Kind {
  if (NAMES.has(name) || !/^[ -~]*$/.test(name)) return 'unknown';
  const letters = lettersOf(name);
  for (const [known, knownLetters] of NAMES) {
    if (isClose(letters, knownLetters) && nearness(name, known) !== undefined) return 'unknown';
  }
  return 'any';
}

/** Which letters of ASCII a name has, in either case, each as a bit. */
function lettersOf(name: string): number {
  let letters = 0;
  for (let at = 0; at < name.length; at += 1) {
    const place = (name.charCodeAt(at) | 0x20) - 0x61;
    if (place >= 0 && place < 26) letters |= 1 << place;
  }
  return letters;
}

/** Whether no more than four letters differ, as many as between a name in "y" and its plural. */
function isClose(letters: number, others: number): boolean {
  let rest = letters ^ others;
  for (let count = 0; count < 4; count += 1) rest &= rest - 1;
  return rest === 0;
}

/** The form of the references in a member: of several the highest; ABSOLUTE where there are none. */
function look(kind: Kind, value: Json | undefined): Form {
  switch (kind) {
    case 'any':
      return ABSOLUTE;
    case 'iri':
      return typeof value === 'string' && (value === '' || referenceForm(value) !== UNSURE)
        ? ABSOLUTE
        : UNSURE;
    case 'text':
      return typeof value === 'string' ? ABSOLUTE : UNSURE;
    case 'links':
      return isJsonObject(value) ? formOfMap(value) : UNSURE;
    case 'object':
      return isJsonObject(value) ? ABSOLUTE : UNSURE;
    case 'index':
      return isJsonObject(value) ? formOfIndex(value) : UNSURE;
    case 'items':
      return isJsonArray(value) ? formOfItems(value) : UNSURE;
    case 'date':
      return typeof value === 'string' && isDate(value) ? ABSOLUTE : UNSURE;
    case 'integer':
      return Number.isInteger(value) ? ABSOLUTE : UNSURE;
    case 'array':
      return Array.isArray(value) ? ABSOLUTE : UNSURE;
    case 'graph':
      return isJsonArray(value) ? formOfGraph(value, GRAPH_DEPTH) : UNSURE;
    case 'unknown':
      return UNSURE;
  }
}

const PLAIN_DATE =
  /^#\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z#$/;

function isDate(text: string): boolean {
  return PLAIN_DATE.test(text) || parseDate(text)?.marked === true;
}

function formOfMap(map: JsonObject): Form {
  let highest = ABSOLUTE;
  for (const name in map) {
    const link = map[name];
    const form = typeof link === 'string' && name !== '' ? linkForm(link) : UNSURE;
    if (form === UNSURE) return UNSURE;
    if (form > highest) highest = form;
  }
  return highest;
}

/** Different references of one form lead to different places: only equal ones repeat each other. */
function formOfItems(items: readonly Json[]): Form {
  let common = UNSURE;
  let isAscending = true;
  let last = '';
  for (const item of items) {
    const form = typeof item === 'string' ? itemForm(item) : UNSURE;
    if (form === UNSURE || (form !== common && common !== UNSURE)) return UNSURE;
    common = form;
    isAscending &&= isBehind(item as string, last);
    last = item as string;
  }
  // Where they stand in an order, as they mostly do, no two are the same.
  if (!isAscending && new Set(items).size < items.length) return UNSURE;
  return common === UNSURE ? ABSOLUTE : common;
}

function isBehind(text: string, other: string): boolean {
  return text.length === other.length ? text > other : text.length > other.length;
}

function formOfIndex(index: JsonObject): Form {
  let common = UNSURE;
  for (const reference in index) {
    const form = itemForm(reference);
    if (form === UNSURE || (form !== common && common !== UNSURE)) return UNSURE;
    common = form;
    const attributes = index[reference];
    if (!isJsonObject(attributes)) return UNSURE;
  }
  return common === UNSURE ? ABSOLUTE : common;
}

/** How deep a graph is looked at; deeper ones are left to the judgement. */
const GRAPH_DEPTH = 32;

function formOfGraph(graph: readonly Json[], depth: number): Form {
  if (depth === 0) return UNSURE;
  let highest = ABSOLUTE;
  for (const item of graph) {
    const form = typeof item === 'string' ? referenceForm(item) : formOfGroup(item, depth);
    if (form === UNSURE) return UNSURE;
    if (form > highest) highest = form;
  }
  return highest;
}

function formOfGroup(item: Json, depth: number): Form {
  if (!isJsonObject(item)) return UNSURE;
  const [group, ...others] = Object.values(item);
  return isJsonArray(group) && others.length === 0 ? formOfGraph(group, depth - 1) : UNSURE;
}

function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether the path of an IRI that is resolved against loses nothing but a file's name. */
function isFolder(self: Json | undefined): boolean {
  if (typeof self !== 'string' || self === '') return true;
  const query = self.indexOf('?');
  return self.endsWith('/', query === -1 ? self.length : query);
}

/** Names that every object inherits are taken for repeated: nobody gives them to links. */
function repeatsName(map: JsonObject, maps: readonly JsonObject[]): boolean {
  for (const name in map) {
    for (const other of maps) if (other[name] !== undefined) return true;
  }
  return false;
}
