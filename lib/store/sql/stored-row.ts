import type { JsonObject } from '../../protocol/documents.js';
import type { StoredEntity } from '../store.js';

/**
 * An entity as a row holds it. Its body is parsed when it is first asked for, and for this entity alone.
 *
 * @param updated - in milliseconds since the epoch
 */
export function storedRow(id: string, version: string, updated: number, text: string): StoredEntity {
  return new StoredRow(id, version, updated, text);
}

class StoredRow implements StoredEntity {
  readonly id: string;
  readonly version: string;
  readonly updated: Date;
  declare readonly body: JsonObject;
  readonly #text: string;
  #body: JsonObject | undefined;

  /** What copies have too, and a getter of the class would not be: one descriptor for all is quick to define. */
  static readonly #BODY = {
    enumerable: true,
    get(this: StoredRow): JsonObject {
      return (this.#body ??= JSON.parse(this.#text) as JsonObject);
    },
  };

  constructor(id: string, version: string, updated: number, text: string) {
    this.id = id;
    this.version = version;
    this.updated = new Date(updated);
    this.#text = text;
    Object.defineProperty(this, 'body', StoredRow.#BODY);
  }

  /** A copy with another body, `{ ...entity, body }`, must not bring the text of this one along. */
  get text(): string {
    return this.#text;
  }
}
