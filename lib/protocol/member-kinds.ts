import type { DialectDefinition } from './dialects/dialect.js';
import type { Json } from './documents.js';
import { isJsonObject } from './rules/members.js';

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
    return dialect.links === 'named' ? isJsonObject(value) : Array.isArray(value);
  }
  return (OBJECTS.has(member) && isJsonObject(value)) || (ARRAYS.has(member) && Array.isArray(value));
}
