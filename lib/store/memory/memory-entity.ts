import type { Json, JsonObject } from '../../protocol/documents.js';
import { serializeBody } from '../storable-text.js';
import type { StoredEntity } from '../store.js';

/**
 * Makes an entity that nothing can change: its body is a frozen copy of the one that was given.
 *
 * @param updated - in milliseconds since the epoch
 * @throws {TypeError} where the body holds what other stores do not keep
 */
export function memoryEntity(id: string, version: string, updated: number, given: JsonObject): StoredEntity {
  const text = JSON.stringify(given);
  if (text.includes('\\u')) serializeBody(given);
  const body: JsonObject = JSON.parse(text);
  freeze(body);
  return Object.freeze(new MemoryEntity(id, version, updated, body, text));
}

class MemoryEntity implements StoredEntity {
  readonly id: string;
  readonly version: string;
  declare readonly updated: Date;
  readonly body: JsonObject;
  readonly #updated: number;
  readonly #text: string;

  /**
   * Freezing a Date does not stop its setters, so that each reader gets one of its own. Copies have it too, which
   * they would not have from a getter of the class; one descriptor for all gives all entities one shape.
   */
  static readonly #UPDATED = {
    enumerable: true,
    get(this: MemoryEntity): Date {
      return new Date(this.#updated);
    },
  };

  constructor(id: string, version: string, updated: number, body: JsonObject, text: string) {
    this.id = id;
    this.version = version;
    this.body = body;
    this.#updated = updated;
    this.#text = text;
    Object.defineProperty(this, 'updated', MemoryEntity.#UPDATED);
  }

  /** A copy with another body, `{ ...entity, body }`, must not bring the text of this one along. */
  get text(): string {
    return this.#text;
  }
}

function freeze(value: Json): void {
  if (typeof value !== 'object' || value === null) return;
  for (const member of Object.values<Json>(value)) freeze(member);
  Object.freeze(value);
}
