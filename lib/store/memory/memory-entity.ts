import type { Json, JsonObject } from '../../protocol/documents.js';
import { serializeBody } from '../storable-text.js';
import type { StoredEntity } from '../store.js';

/**
 * An entity that nothing can change: neither who gave the body nor who is given the entity.
 *
 * @param updated - in milliseconds since the epoch
 * @throws {TypeError} where the body holds what other stores do not keep
 */
export function storedEntity(id: string, version: string, updated: number, given: JsonObject): StoredEntity {
  const text = JSON.stringify(given);
  if (text.includes('\\u')) serializeBody(given);
  const body: JsonObject = JSON.parse(text);
  freeze(body);
  return Object.freeze(new KeptEntity(id, version, updated, body, text));
}

class KeptEntity implements StoredEntity {
  readonly id: string;
  readonly version: string;
  declare readonly updated: Date;
  readonly body: JsonObject;
  readonly #updated: number;
  readonly #text: string;

  /**
   * Freezing a Date does not stop its setters, so that everyone gets one of their own. Copies have it too, which
   * they would not have from a getter of the class; one descriptor for all gives all entities one shape.
   */
  static readonly #UPDATED = {
    enumerable: true,
    get(this: KeptEntity): Date {
      return new Date(this.#updated);
    },
  };

  constructor(id: string, version: string, updated: number, body: JsonObject, text: string) {
    this.id = id;
    this.version = version;
    this.body = body;
    this.#updated = updated;
    this.#text = text;
    Object.defineProperty(this, 'updated', KeptEntity.#UPDATED);
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
