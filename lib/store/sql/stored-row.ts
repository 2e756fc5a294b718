import type { JsonObject } from '../../protocol/documents.js';
import type { Stored } from '../store.js';

/**
 * An entity as a row holds it. Its body is parsed when it is first asked for, and for this entity alone.
 *
 * @param updated - in milliseconds since the epoch
 */
export function storedRow(id: string, version: string, updated: number, text: string): Stored {
  let body: JsonObject | undefined;
  const entity = {
    id,
    version,
    get updated() {
      return new Date(updated);
    },
    get body(): JsonObject {
      return (body ??= JSON.parse(text) as JsonObject);
    },
  };
  // A copy with another body, `{ ...entity, body }`, must not bring the text of this one along.
  return Object.defineProperty(entity, 'text', { value: text }) as typeof entity & { text: string };
}
