import type { MemberType } from '../store/store.js';
import type { Keywords } from './schema.js';
import { isKeywords } from './schema.js';

/**
 * The JSON types that a schema allows, as its `type`, `const`, `enum` or alternatives say; `any` where they do
 * not.
 */
export function jsonTypesOf(schema: Keywords): ReadonlySet<string> {
  const { type, enum: values, anyOf, oneOf } = schema;
  if (type !== undefined) return new Set([type].flat().map(String));
  if ('const' in schema) return new Set([jsonTypeOf(schema['const'])]);
  if (Array.isArray(values)) return new Set(values.map(jsonTypeOf));
  const alternatives: unknown = anyOf ?? oneOf;
  if (!Array.isArray(alternatives)) return new Set(['any']);
  return new Set(
    alternatives.flatMap((alternative) => (isKeywords(alternative) ? [...jsonTypesOf(alternative)] : 'any')),
  );
}

/** The one type of scalar that a schema allows, be it beside null; `json` where it allows anything else. */
export function memberTypeOf(schema: Keywords): MemberType {
  const types = new Set([...jsonTypesOf(schema)].map((type) => (type === 'integer' ? 'number' : type)));
  types.delete('null');
  const [type] = types;
  return types.size === 1 && (type === 'string' || type === 'number' || type === 'boolean') ? type : 'json';
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
