import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../protocol/documents.js';
import { idRules } from '../../ids.js';
import { isStorableText } from '../../storable-text.js';
import type { CollectionKey } from '../../store.js';
import type { IdColumn, ReferenceKey, TableSchema } from '../schema/table-schema.js';
import type { Parameter, Values } from './query.js';

/** How long the text of an index may be, in bytes: rows of an index are short. */
const MAX_INDEXED_BYTES = 500;

/** Converts an id to what its column holds; undefined where it is no id there, so that no row has it. */
export function idValue({ kind }: Pick<IdColumn, 'kind'>, id: string): Parameter | undefined {
  const isKept = kind === undefined ? isStorableText(id) : idRules[kind].isValid(id);
  if (!isKept) return undefined;
  return kind === 'integer' ? Number(id) : id;
}

/**
 * Gives the values for the slots of a collection's parent columns, for the caller to add others to; undefined where
 * one of the parents' ids is none that an entity has.
 *
 * @throws {RangeError} where the key has more parents than the plan says, or fewer
 */
export function parentIdValues(
  { plan, parentColumns }: TableSchema,
  { parentIds }: CollectionKey,
): Record<string, Parameter> | undefined {
  if (parentIds.length !== parentColumns.length) {
    throw new RangeError(
      `the catalog ${JSON.stringify(plan.collection)} stands within ${parentColumns.length} entities; found a key ` +
        `with the parents ${JSON.stringify(parentIds)}`,
    );
  }
  const values: Record<string, Parameter> = {};
  for (const [level, column] of parentColumns.entries()) {
    const value = idValue(column, parentIds[level] ?? '');
    if (value === undefined) return undefined;
    values[column.slot] = value;
  }
  return values;
}

/** Takes from the values of an entity, or of a new one, those of the entity that it stands within. */
export function parentEntityValues(
  { parentColumns }: TableSchema,
  parent: TableSchema,
  values: Values,
): Values {
  const slot = parentColumns[parent.parentColumns.length]?.slot ?? '';
  return { ...values, id: values[slot] ?? null };
}

/**
 * Converts the id that a body refers to into what its column holds: null where it refers to nothing, undefined where
 * to something that is no id there. Numbers and booleans refer to the id that is written like them.
 */
export function referencedId(body: JsonObject, { member, target }: ReferenceKey): Parameter | undefined {
  const value = Object.hasOwn(body, member) ? (body[member] ?? null) : null;
  if (value === null) return null;
  if (typeof value === 'object') return undefined;
  return idValue(target.id, typeof value === 'string' ? value : JSON.stringify(value));
}

/** Writes a key as a text that no other key has. */
export function formatKey({ collection, parentIds }: CollectionKey): string {
  return JSON.stringify([collection, parentIds]);
}

/** Gives the values that find the rows of a collection in the table of collections. */
export function stateRowValues({ collection, parentIds }: CollectionKey): Values {
  const path = JSON.stringify(parentIds);
  const isShort = Buffer.byteLength(path) <= MAX_INDEXED_BYTES;
  return { collection, parentIds: isShort ? path : createHash('sha256').update(path).digest('base64url') };
}
