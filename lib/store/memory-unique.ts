import type { Json, JsonObject } from '../protocol/documents.js';

/** Who has which values in members that no two entities of one place share. */
export class MemoryUnique {
  readonly members: readonly string[];
  readonly #holders = new Map<string, string>();

  constructor(members: readonly string[]) {
    this.members = members;
  }

  /** The id of the entity that has the same values as this body, if one has. */
  holder(body: JsonObject): string | undefined {
    const key = this.#key(body);
    return key === undefined ? undefined : this.#holders.get(key);
  }

  /** Follows a write: what the body of an entity was before it, and is after it. */
  put(id: string, before: JsonObject | undefined, after: JsonObject | undefined): void {
    const keyBefore = before && this.#key(before);
    const keyAfter = after && this.#key(after);
    if (keyBefore !== undefined) this.#holders.delete(keyBefore);
    if (keyAfter !== undefined) this.#holders.set(keyAfter, id);
  }

  /** The same text for the same values; none where one is absent or null. */
  #key(body: JsonObject): string | undefined {
    const values = this.members.map((member) => (Object.hasOwn(body, member) ? body[member] : null));
    return values.includes(null) ? undefined : JSON.stringify(values, sortMembers);
  }
}

/** A replacer for JSON.stringify: the order of members says nothing. */
function sortMembers(_name: string, value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
