import type { Json, JsonObject } from '../protocol/documents.js';
import type { Stored } from './store.js';

/**
 * An entity that nothing can change: neither who gave the body nor who is given the entity.
 *
 * @param updated - in milliseconds since the epoch
 */
export function storedEntity(id: string, version: string, updated: number, given: JsonObject): Stored {
  const text = JSON.stringify(given);
  const body: JsonObject = JSON.parse(text);
  freeze(body);
  const entity = {
    id,
    version,
    // Freezing a Date does not stop its setters.
    get updated() {
      return new Date(updated);
    },
    body,
  };
  // A copy with another body, `{ ...entity, body }`, must not bring the text of this one along.
  return Object.freeze(
    Object.defineProperty(entity, 'text', { value: text }) as typeof entity & { text: string },
  );
}

function freeze(value: Json): void {
  if (typeof value !== 'object' || value === null) return;
  for (const member of Object.values<Json>(value)) freeze(member);
  Object.freeze(value);
}
