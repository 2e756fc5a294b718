import type { JsonObject } from '../../protocol/documents.js';
import type { Parameter } from './engine.js';
import { idValue } from './place-values.js';
import type { ReferenceKey } from './shape.js';

/**
 * The id that a body refers to, as its column holds it: null where it refers to nothing, undefined where to
 * something that is no id there. Numbers and booleans refer to the id that is written like them.
 */
export function referredId(body: JsonObject, { member, target }: ReferenceKey): Parameter | undefined {
  const value = Object.hasOwn(body, member) ? (body[member] ?? null) : null;
  if (value === null) return null;
  if (typeof value === 'object') return undefined;
  return idValue(target.id, typeof value === 'string' ? value : JSON.stringify(value));
}
