import type { Json, JsonObject } from '../documents.js';
import { formatPointer } from '../json-pointer.js';
import type { Subject } from './rule.js';

/** Whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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
    if (dialect.links === 'named' && isJsonObject(links)) {
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
