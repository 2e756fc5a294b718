import { createHash } from 'node:crypto';
import { idRules } from '../../ids.js';
import type { CollectionKey } from '../../store.js';
import type { Parameter, Values } from './query.js';
import type { IdColumn, TableSchema, ReferenceKey } from '../schema/table-schema.js';
import type { JsonObject } from '../../../protocol/documents.js';
import { isStorableText } from '../../storable-text.js';

/** An id as its column holds it; undefined where it is none, so that nothing has it. */
export function idValue({ kind }: Pick<IdColumn, 'kind'>, id: string): Parameter | undefined {
  const isKept = kind === undefined ? isStorableText(id) : idRules[kind].isValid(id);
  if (!isKept) return undefined;
  return kind === 'integer' ? Number(id) : id;
}

/**
 * What the slots of a place's columns are given, to be added to by the caller; undefined where it stands within
 * ids that nothing has.
 *
 * @throws {RangeError} where it stands within more entities than its plan says, or fewer
 */
export function parentIdValues(
  { plan, parentColumns: within }: TableSchema,
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

/** How long what an index looks at may be, in bytes: rows of an index are short. */
const MAX_PATH_BYTES = 500;

/** What tells a place from all others. */
export function formatKey({ collection: catalog, parentIds: within }: CollectionKey): string {
  return JSON.stringify([catalog, within]);
}

/** What tells a place from all others, as the slots of its row are given it. */
export function stateRowValues({ collection: catalog, parentIds: within }: CollectionKey): Values {
  const path = JSON.stringify(within);
  const isShort = Buffer.byteLength(path) <= MAX_PATH_BYTES;
  return {
    collection: catalog,
    parentIds: isShort ? path : createHash('sha256').update(path).digest('base64url'),
  };
}

/**
 * The id that a body refers to, as its column holds it: null where it refers to nothing, undefined where to
 * something that is no id there. Numbers and booleans refer to the id that is written like them.
 */
export function referencedId(body: JsonObject, { member, target }: ReferenceKey): Parameter | undefined {
  const value = Object.hasOwn(body, member) ? (body[member] ?? null) : null;
  if (value === null) return null;
  if (typeof value === 'object') return undefined;
  return idValue(target.id, typeof value === 'string' ? value : JSON.stringify(value));
}

/** The ids of the entity that another stands within. */
export function parentEntityValues(
  { parentColumns: within }: TableSchema,
  parent: TableSchema,
  values: Values,
): Values {
  const above = within[parent.parentColumns.length]?.slot ?? '';
  return { ...values, id: values[above] ?? null };
}
