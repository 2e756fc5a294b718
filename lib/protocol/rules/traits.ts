import { isMarkedDate } from '../date.js';
import { dialects } from '../dialects/dialects.js';
import type { DialectDefinition } from '../dialects/dialects.js';
import type { Json, JsonObject } from '../documents.js';
import { isObject } from '../json/values.js';
import { checkTemplate } from '../uri-template/parse.js';
import type { Role } from '../role.js';
import type { ReferenceSource } from '../iri-references.js';

/** What a rule looks at: a document of a known element, its dialect, and the role in which it is sent. */
export interface Subject extends ReferenceSource {
  readonly role: Role;
}

/**
 * What a document holds that some rule has to look at, as bits: each rule says which traits concern it, and is not
 * asked about a document that has none of them. The traits are read in one walk over the document.
 *
 * They may say too much of a document, which costs time, but never too little.
 */
export type Traits = number;

/** How a reference is written, as bits: where it begins, and which characters it has besides the commonest. */
type TextTraits = number;

/** It has no characters. */
const EMPTY = 1 << 0;
/** Its path does not begin with `/`, so that it is relative to the path of another IRI. */
const RELATIVE = 1 << 1;
/** Its path begins with one `/`. */
const ROOTED = 1 << 2;
/** It begins with `http` or `https`, a host and a path. */
const ABSOLUTE = 1 << 3;
/** It begins with `./` or `../`. */
const STEPS = 1 << 4;
/** It has a `.` elsewhere. */
const POINTS = 1 << 5;
const QUERY = 1 << 6;
/** It has percent-encoded octets. */
const ENCODED = 1 << 7;
/** It has braces, as templates do. */
const BRACES = 1 << 8;
/** It has characters that are rare or not allowed, or an authority or scheme of a rare form. */
const ODD = 1 << 9;
/** It has a colon, which is the end of a scheme unless a path has begun. */
const COLON = 1 << 10;

/** How many bits the traits of a text have. */
const TEXT_BITS = 10;

/** The bits of links, which may be templates; then those of all that must be IRI references. */
const ofLinks = (traits: TextTraits): Traits => traits;
const ofIris = (traits: TextTraits): Traits => traits << TEXT_BITS;
const ofAll = (traits: TextTraits): Traits => ofLinks(traits) | ofIris(traits);

/** Links that may be neither a well-formed IRI reference nor a well-formed template. */
export const DOUBTFUL_LINKS: Traits = ofLinks(BRACES | ODD);
/** `self`, entities and items that may be no well-formed IRI references. */
export const DOUBTFUL_IRIS: Traits = ofIris(BRACES | ODD);
/** Links, entities or items that are empty. */
export const EMPTY_REFERENCES: Traits = ofAll(EMPTY);
/** References with a scheme other than http and https, or with an authority of a rare form. */
export const ODD_REFERENCES: Traits = ofAll(ODD);
const RELATIVE_REFERENCES: Traits = ofAll(RELATIVE);
/** Relative references, where the path of `self` does not end in `/`. */
export const CUT_REFERENCES: Traits = 1 << (2 * TEXT_BITS);
/** Two entities, or two links of one array, that may lead to the same place. */
export const LISTS: Traits = 1 << (2 * TEXT_BITS + 1);
/** Two maps of links. */
export const MAPS: Traits = 1 << (2 * TEXT_BITS + 2);
/** A member that the element does not name. */
export const UNKNOWN_MEMBERS: Traits = 1 << (2 * TEXT_BITS + 3);
/** `updated`, in a way to write it that is not the one that Shoji wants. */
export const ODD_DATE: Traits = 1 << (2 * TEXT_BITS + 4);
/** An `index` with null for an entity. */
export const NULL_ENTRIES: Traits = 1 << (2 * TEXT_BITS + 5);
/** Links in another container than the dialect has for them. */
export const MISFIT_LINKS: Traits = 1 << (2 * TEXT_BITS + 6);
/** What a rule is concerned with that has to be asked about every document. */
export const ANY: Traits = 1 << (2 * TEXT_BITS + 7);

/**
 * Reads the traits of a document.
 *
 * @param until - in a list or map, the walk ends at the first of these: there may be others behind it
 */
export function traitsOf({ document, dialect }: Subject, until: Traits = 0): Traits {
  const { element, self } = document;
  const kinds = typeof element === 'string' ? MEMBERS.get(dialect)?.get(element) : undefined;
  let traits = ANY;
  let maps = 0;
  for (const name in document) {
    const member = kinds?.get(name);
    if (member === undefined || !member.isNamed) traits |= UNKNOWN_MEMBERS;
    if (member === undefined) continue;
    const value = document[name];
    switch (member.holds) {
      case 'iri':
        if (typeof value === 'string') traits |= ofIris(textTraits(value) & ~(EMPTY | RELATIVE));
        break;
      case 'links':
        if (isObject(value)) {
          maps += 1;
          traits |= mapTraits(value, until);
        } else traits |= MISFIT_LINKS;
        break;
      case 'link list':
        traits |= isArray(value) ? listTraits(value, ofLinks, until) : MISFIT_LINKS;
        break;
      case 'entities':
        traits |= listTraits(value, ofIris, until);
        break;
      case 'index':
        traits |= indexTraits(value);
        break;
      case 'graph':
        traits |= ofIris(graphTraits(value));
        break;
      case 'date':
        if (typeof value === 'string' && !isMarkedDate(value)) traits |= ODD_DATE;
        break;
      case 'data':
        break;
    }
  }
  if (maps > 1) traits |= MAPS;
  if ((traits & RELATIVE_REFERENCES) !== 0 && typeof self === 'string' && !isFolder(self)) {
    traits |= CUT_REFERENCES;
  }
  return traits;
}

/** A member as far as traits are read from it. */
interface Member {
  readonly holds: 'iri' | 'links' | 'link list' | 'entities' | 'index' | 'graph' | 'date' | 'data';
  /** Whether its element names it; another element may. */
  readonly isNamed: boolean;
}

/** The members of each element that any element of its dialect names. */
function membersOf(dialect: DialectDefinition): ReadonlyMap<string, ReadonlyMap<string, Member>> {
  const { members, names } = dialect;
  return new Map(
    [...members].map(([element, named]) => [
      element,
      new Map(
        [...names].map((name) => [
          name,
          { holds: contentOf(name, element, dialect), isNamed: named.includes(name) },
        ]),
      ),
    ]),
  );
}

function contentOf(member: string, element: string, dialect: DialectDefinition): Member['holds'] {
  if (dialect.linkMembers.includes(member)) return dialect.links === 'named' ? 'links' : 'link list';
  if (dialect.iriMembers.includes(member)) return 'iri';
  switch (member) {
    case 'entities':
      return 'entities';
    case 'updated':
      return 'date';
    case 'index':
      return dialect.hasIndex ? 'index' : 'data';
    case 'graph':
      return element === 'shoji:order' ? 'graph' : 'data';
    default:
      return 'data';
  }
}

const MEMBERS: ReadonlyMap<DialectDefinition, ReadonlyMap<string, ReadonlyMap<string, Member>>> = new Map(
  Object.values(dialects)
    .flatMap((dialect) => [dialect, dialect.indexPatch ?? []].flat())
    .map((dialect) => [dialect, membersOf(dialect)]),
);

function mapTraits(links: JsonObject, until: Traits): Traits {
  let traits = 0;
  for (const name in links) {
    const link = links[name];
    if (typeof link !== 'string') continue;
    const own = textTraits(link);
    // Of a template nothing is doubtful once it is known to be one.
    traits |= (own & BRACES) !== 0 && checkTemplate(link) === undefined ? own & ~BRACES : own;
    if ((ofLinks(traits) & until) !== 0) break;
  }
  return ofLinks(traits);
}

function listTraits(list: Json | undefined, shift: (traits: TextTraits) => Traits, until: Traits): Traits {
  if (!isArray(list)) return 0;
  const reader = new ListReader();
  let isAscending = true;
  let last = '';
  for (const item of list) {
    if (typeof item !== 'string') continue;
    reader.read(item);
    if ((shift(reader.traits) & until) !== 0) break;
    isAscending &&= isBehind(item, last);
    last = item;
  }
  const areApart =
    list.length < 2 ||
    // In an order, as they mostly are, no two texts are the same.
    (reader.areComparable && (isAscending || new Set(list).size === list.length));
  return shift(reader.traits) | (areApart ? 0 : LISTS);
}

function isBehind(text: string, other: string): boolean {
  return text.length === other.length ? text > other : text.length > other.length;
}

function indexTraits(index: Json | undefined): Traits {
  if (!isObject(index)) return 0;
  const reader = new ListReader();
  let nulls = 0;
  for (const name in index) {
    reader.read(name);
    if (index[name] === null) nulls = NULL_ENTRIES;
  }
  // No name stands in an object twice.
  return ofIris(reader.traits) | nulls | (reader.areComparable ? 0 : LISTS);
}

/** Reads the references of one list. */
class ListReader {
  /** Of all of them together. */
  traits: TextTraits = 0;
  #steps = -1;
  #haveSameSteps = true;

  read(reference: string): void {
    const own = textTraits(reference);
    this.traits |= own;
    const steps = (own & STEPS) === 0 ? 0 : stepsEnd(reference);
    if (this.#steps === -1) this.#steps = steps;
    else if (steps !== this.#steps) this.#haveSameSteps = false;
  }

  /**
   * Whether they lead to one place only where they are the same text: all begin alike, and have nothing that
   * resolution or comparison changes.
   */
  get areComparable(): boolean {
    const beginning = this.traits & ~STEPS;
    const isOne = beginning === RELATIVE || beginning === ROOTED || beginning === ABSOLUTE || beginning === 0;
    return isOne && this.#haveSameSteps;
  }
}

function graphTraits(graph: Json | undefined): TextTraits {
  if (!isArray(graph)) return 0;
  let traits = 0;
  for (const item of graph) {
    if (typeof item === 'string') traits |= textTraits(item);
    else if (isObject(item)) for (const name in item) traits |= graphTraits(item[name]);
  }
  return traits;
}

/** Whether nothing but the name of a file stands behind the last `/` of the path of an IRI reference. */
function isFolder(self: string): boolean {
  if (self === '') return true;
  const query = self.indexOf('?');
  return self.endsWith('/', query === -1 ? self.length : query);
}

/** Reads the traits of a reference. */
function textTraits(text: string): TextTraits {
  if (text === '') return EMPTY;
  let traits = RELATIVE;
  let at = 0;
  const first = text.charCodeAt(0);
  if (first === SLASH) {
    if (text.charCodeAt(1) === SLASH) return ODD;
    traits = ROOTED;
    at = 1;
  } else if (first === POINT) {
    at = stepsEnd(text);
    if (at > 0) traits |= STEPS;
    // "..//a" does not lead to where "../a" does, but "./" before it changes nothing.
    if (text.charCodeAt(at) === SLASH) traits |= POINTS;
  } else if (first === LOWER_H && ORIGIN.test(text)) {
    traits = ABSOLUTE;
    at = text.indexOf('/', MIN_ORIGIN) + 1;
  }
  for (; at < text.length; at += 1) traits |= CHARACTERS[text.charCodeAt(at)] ?? ODD;
  if ((traits & (COLON | ENCODED)) === 0) return traits;
  const isOdd = ((traits & COLON) !== 0 && (traits & RELATIVE) !== 0) || STRAY_PERCENT.test(text);
  return (traits & ~COLON) | (isOdd ? ODD : 0);
}

/** Where the `../` end, or the one `./`, with which a reference begins. */
function stepsEnd(text: string): number {
  if (text.startsWith('./')) return 2;
  let at = 0;
  while (text.startsWith('../', at)) at += 3;
  return at;
}

// Of ports, those of four or five digits: what a scheme leaves out (80, 443) is never one of them.
const ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::[1-5]?[1-9][0-9]{3})?\//;
/** The path begins behind so many characters, or more. */
const MIN_ORIGIN = 'http://h'.length;

const STRAY_PERCENT = /%(?![0-9A-Fa-f]{2})/;

const POINT = 0x2e;
const SLASH = 0x2f;
const LOWER_H = 0x68;

/** What each character of ASCII adds to the traits of a reference. */
const CHARACTERS: Uint16Array = Uint16Array.from({ length: 0x80 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[\w\-~!$&'()*+,;=@/]/.test(character)) return 0;
  return { '.': POINTS, '?': QUERY, '%': ENCODED, '{': BRACES, '}': BRACES, ':': COLON }[character] ?? ODD;
});

function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
