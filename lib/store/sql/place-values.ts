import { idRules } from '../ids.js';
import type { CollectionKey } from '../store.js';
import type { Parameter } from './engine.js';
import type { IdColumn, Shape } from './shape.js';

/** Whether databases keep a text: PostgreSQL none that holds U+0000, and UTF-8 no half of a surrogate pair. */
export function isKeptText(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}

/** An id as its column holds it; undefined where it is none, so that nothing has it. */
export function idValue({ kind }: Pick<IdColumn, 'kind'>, id: string): Parameter | undefined {
  const isKept = kind === undefined ? isKeptText(id) : idRules[kind].isValid(id);
  if (!isKept) return undefined;
  return kind === 'integer' ? Number(id) : id;
}

/**
 * What the slots of a place's columns are given, to be added to by the caller; undefined where it stands within
 * ids that nothing has.
 *
 * @throws {RangeError} where it stands within more entities than its plan says, or fewer
 */
export function placeValues(
  { plan, within }: Shape,
  place: CollectionKey,
): Record<string, Parameter> | undefined {
  if (place.parentIds.length !== within.length) {
    throw new RangeError(
      `the catalog ${JSON.stringify(plan.collection)} stands within ${within.length} entities; found the place ` +
        `within ${JSON.stringify(place.parentIds)}`,
    );
  }
  const values: Record<string, Parameter> = {};
  for (const [level, column] of within.entries()) {
    const value = idValue(column, place.parentIds[level] ?? '');
    if (value === undefined) return undefined;
    values[column.slot] = value;
  }
  return values;
}
