import type { Static } from 'typebox';
import type { XStatic } from 'typebox/schema';
import type { MemberType } from '../store/store.js';
import { isObject } from '../protocol/json/values.js';

/** A JSON Schema (2020-12): one that TypeBox made, or a plain object (`as const`, so that types follow). */
export type Schema = object;

/** A schema by its keywords. */
export type Keywords = Readonly<Record<string, unknown>>;

/** The type of what a schema accepts. */
export type Infer<S> = S extends { readonly '~kind': string } ? Static<S> : XStatic<S>;

/** The type of an entity's body, from its class: `BodyOf<typeof User>`. */
export type BodyOf<E> = E extends { readonly options: { readonly body: infer S } }
  ? object extends S
    ? object
    : Infer<S> & object
  : object;

/** The type of the query variables of a catalog or view, from its class: `QueryOf<typeof Sellers>`. */
export type QueryOf<R> = R extends { readonly options: { readonly query?: infer S } }
  ? object extends S
    ? Readonly<Record<string, unknown>>
    : Infer<NonNullable<S>>
  : Readonly<Record<string, unknown>>;

/** The names of the members that a schema of an object names; any string where it is not known until run time. */
export type MemberOf<S> = object extends S ? string : keyof Infer<S> & string;

/** Whether a value can be a schema with keywords: an object that is no array. */
export function isKeywords(value: unknown): value is Keywords {
  return isObject(value);
}

/** The schemas of an object's members by name; `true` and whatever else says nothing of a member counts as `{}`. */
export function propertiesOf(schema: unknown): Readonly<Record<string, Keywords>> {
  const properties = isKeywords(schema) ? schema['properties'] : undefined;
  if (!isKeywords(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [name, isKeywords(member) ? member : {}]),
  );
}

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
