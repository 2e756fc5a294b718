import { formatPointer } from '../protocol/json-pointer.js';
import { isKeywords } from './schema.js';
import type { Keywords } from './schema.js';

/**
 * A value with what it lacks and its schema has a `default` for: the members of objects, however deep, and those of
 * objects in arrays. The value itself stays as it is.
 *
 * @returns the value where it lacks nothing of that kind
 */
export function withDefaults(schema: unknown, value: unknown): unknown {
  if (!isKeywords(schema) || typeof value !== 'object' || value === null) return value;
  return Array.isArray(value)
    ? itemsWithDefaults(schema, value)
    : membersWithDefaults(schema, value as Keywords);
}

function membersWithDefaults({ properties }: Keywords, value: Keywords): Keywords {
  if (!isKeywords(properties)) return value;
  const filled = Object.entries(properties).flatMap(([name, schema]) => {
    const isGiven = Object.hasOwn(value, name);
    if (!isGiven && !hasDefault(schema)) return [];
    const given = isGiven ? value[name] : structuredClone((schema as Keywords)['default']);
    const whole = withDefaults(schema, given);
    return isGiven && whole === given ? [] : [[name, whole] as const];
  });
  return filled.length === 0 ? value : { ...value, ...Object.fromEntries(filled) };
}

function itemsWithDefaults({ prefixItems, items }: Keywords, value: readonly unknown[]): readonly unknown[] {
  const firsts: readonly unknown[] = Array.isArray(prefixItems) ? prefixItems : [];
  if (firsts.length === 0 && !isKeywords(items)) return value;
  const whole = value.map((item, index) => withDefaults(index < firsts.length ? firsts[index] : items, item));
  return whole.some((item, index) => item !== value[index]) ? whole : value;
}

/** A `default` of a schema, with where the schema that has it stands, as a JSON Pointer. */
export interface DeclaredDefault {
  readonly pointer: string;
  readonly schema: Keywords;
  /** Whether {@link withDefaults} looks at it. */
  readonly isApplied: boolean;
}

/** All defaults of a schema. */
export function* defaultsIn(
  schema: unknown,
  pointer = '',
  place: 'member' | 'reached' | 'unreached' = 'reached',
): Generator<DeclaredDefault> {
  if (!isKeywords(schema)) return;
  if (hasDefault(schema)) yield { pointer, schema, isApplied: place === 'member' };
  for (const [keyword, value] of Object.entries(schema)) {
    const isReached = place !== 'unreached' && REACHED.has(keyword);
    const inner = isReached ? (keyword === 'properties' ? 'member' : 'reached') : 'unreached';
    const at = `${pointer}/${keyword}`;
    if (OF_MANY.has(keyword) && typeof value === 'object' && value !== null) {
      for (const [name, one] of Object.entries(value)) {
        yield* defaultsIn(one, at + formatPointer([name]), inner);
      }
    } else if (OF_ONE.has(keyword)) yield* defaultsIn(value, at, inner);
  }
}

function hasDefault(schema: unknown): boolean {
  return isKeywords(schema) && schema['default'] !== undefined;
}

/** Keywords whose schemas are of parts that a value surely has, whatever else is true of it. */
const REACHED: ReadonlySet<string> = new Set(['properties', 'items', 'prefixItems']);

/** Keywords whose values are objects or arrays of schemas. */
const OF_MANY: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
  'prefixItems',
  'allOf',
  'anyOf',
  'oneOf',
]);

/** Keywords whose values are schemas. */
const OF_ONE: ReadonlySet<string> = new Set([
  'items',
  'contains',
  'additionalProperties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'not',
  'if',
  'then',
  'else',
  'contentSchema',
]);
