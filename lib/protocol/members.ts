import type { DialectDefinition } from './dialects/dialects.js';
import type { Json, JsonObject } from './documents.js';
import { nearness } from './edit-distance.js';
import { formatPointer } from './json-pointer.js';
import type { Subject } from './findings.js';
import { isObject } from './json/values.js';

/** The `element` of a document, Shoji's or not; undefined where it is no string. */
export function elementOf({ element }: JsonObject): string | undefined {
  return typeof element === 'string' ? element : undefined;
}

/** A link of a document, in the order of the document. */
export interface Link {
  /** The member that it stands in. */
  readonly member: string;
  /** Undefined in a dialect whose links have none. */
  readonly name: string | undefined;
  readonly target: string;
  readonly pointer: string;
}

/** The links of a document that are strings, as its schema wants them. */
export function* linksOf({ document, dialect }: Omit<Subject, 'role'>): Generator<Link> {
  for (const member of Object.keys(document)) {
    if (!dialect.linkMembers.includes(member)) continue;
    const links = document[member];
    if (dialect.links === 'named' && isObject(links)) {
      for (const name in links) {
        const target = links[name];
        if (typeof target === 'string')
          yield { member, name, target, pointer: formatPointer([member, name]) };
      }
    } else if (dialect.links === 'unnamed') {
      for (const { text, pointer } of stringsIn(links, member)) {
        yield { member, name: undefined, target: text, pointer };
      }
    }
  }
}

/** A string that stands in an array. */
export interface ArrayString {
  readonly text: string;
  readonly pointer: string;
}

/** The strings in an array that is a member of the document; none where the member is no array. */
export function* stringsIn(value: Json | undefined, member: string): Generator<ArrayString> {
  if (!Array.isArray(value)) return;
  for (const [index, item] of (value as readonly Json[]).entries()) {
    if (typeof item === 'string') yield { text: item, pointer: formatPointer([member, index]) };
  }
}

const STRINGS: ReadonlySet<string> = new Set(['self', 'title', 'description', 'updated', 'specification']);
const OBJECTS: ReadonlySet<string> = new Set(['body', 'index']);
const ARRAYS: ReadonlySet<string> = new Set(['entities', 'graph']);

/** Whether a value is of the kind that a member of this name holds; no value is, where it may hold any. */
export function isKindOf(member: string, value: Json | undefined, dialect: DialectDefinition): boolean {
  if (STRINGS.has(member)) return typeof value === 'string';
  if (member === 'size') return Number.isInteger(value);
  return holdsContainer(member, value, dialect);
}

/** Whether a value is the object or array that a member of this name holds. */
export function holdsContainer(member: string, value: Json | undefined, dialect: DialectDefinition): boolean {
  if (dialect.linkMembers.includes(member)) {
    return dialect.links === 'named' ? isObject(value) : Array.isArray(value);
  }
  return (OBJECTS.has(member) && isObject(value)) || (ARRAYS.has(member) && Array.isArray(value));
}

/** A member without meaning, and the absent one that it was probably meant to be. */
export interface Misspelling {
  readonly written: string;
  readonly meant: string;
}

/**
 * The members of a document that were probably meant to be other ones. One that differs by more than
 * its spelling has to hold what the other would: `"catalog": "c/"` is somebody's own member, and
 * `"catalog": {"c": "c/"}` is not.
 */
export function misspellingsIn(document: JsonObject, dialect: DialectDefinition): readonly Misspelling[] {
  const known = dialect.members.get(elementOf(document) ?? '') ?? [];
  const strangers = Object.keys(document).filter((name) => !dialect.names.has(name));
  if (strangers.length === 0) return [];
  const absent = known.filter((name) => document[name] === undefined);
  return strangers.flatMap((written) => {
    const meant = absent.find((name) => {
      const near = nearness(written, name);
      return near === 'spelling' || (near === 'letters' && isKindOf(name, document[written], dialect));
    });
    return meant === undefined ? [] : [{ written, meant }];
  });
}
