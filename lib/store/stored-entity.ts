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
  return Object.freeze({
    id,
    version,
    // Freezing a Date does not stop its setters.
    get updated() {
      return new Date(updated);
    },
    body,
    text,
  });
}

function freeze(value: Json): void {
  if (typeof value !== 'object' || value === null) return;
  for (const member of Object.values<Json>(value)) freeze(member);
  Object.freeze(value);
}
