import type { ErrorObject } from 'ajv';
import { firstErrors, MAX_ERRORS } from '../http/problem.js';
import type { ErrorDetail } from '../http/problem.js';
import type { Json } from '../protocol/documents.js';
import { jsonEqual, isObject } from '../protocol/json/values.js';
import { formatPointer } from '../protocol/json-pointer.js';
import { toJsonText } from './json-text.js';
import { isKeywords, propertiesOf } from '../resource/schema.js';
import type { Keywords } from '../resource/schema.js';
import { problemErrorsOf } from './schema-messages.js';

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

type Body = Readonly<Record<string, unknown>>;
type Path = readonly string[];

/** The schema of an entity's body, as clients meet it: members marked `readOnly` are not theirs to send. */
export class BodySchema {
  /** Names of the members that the schema declares. */
  readonly members: ReadonlySet<string>;
  /** Names of the members that every body has. */
  readonly required: ReadonlySet<string>;
  /** The steps that lead to each member that only the server writes. */
  readonly readOnly: readonly Path[];
  /** Those of them that are within an object of the body. */
  readonly nestedReadOnly: readonly Path[];
  readonly #schema: ValueSchema;
  /** Whether other programs write what is kept. */
  readonly #isShared: boolean;
  /** Whether there is anything that a body could be filled with. */
  readonly hasDefaults: boolean;
  readonly #declared: Keywords;

  /**
   * @param schema - as declared
   * @param writable - the same without `required` for what is read-only, compiled
   * @param isShared - whether other programs write what is kept, which the schema then need not have accepted
   */
  constructor(schema: Keywords, writable: ValueSchema, isShared = false) {
    this.#isShared = isShared;
    this.members = new Set(Object.keys(propertiesOf(schema)));
    this.required = new Set((schema['required'] as readonly string[] | undefined) ?? []);
    this.readOnly = readOnlyPaths(schema);
    this.nestedReadOnly = this.readOnly.filter((path) => path.length > 1);
    this.#schema = writable;
    this.hasDefaults = defaultsIn(schema).next().done !== true;
    this.#declared = schema;
  }

  isReadOnly(member: string): boolean {
    return this.readOnly.some((path) => path.length === 1 && path[0] === member);
  }

  /**
   * What stands against a body that a client sent.
   *
   * @param root - where the body stands in what was sent, as a JSON Pointer
   * @param whole - the body as it is to be kept, where it lacks something that has a default
   */
  errors(body: unknown, root = '/body', whole: unknown = body): readonly ErrorDetail[] {
    const errors = [...this.readOnlyErrors(body, root), ...this.#schema.errors(whole, root)];
    return errors.length === 0 ? errors : firstErrors(errors);
  }

  /**
   * What stands against a body that is to replace another one. What other programs have written may stay as it is:
   * it is no reason to refuse a change of something else.
   *
   * @param body - without what is read-only
   */
  changeErrors(body: Body, old: Body, root = '/body'): readonly ErrorDetail[] {
    const errors = this.#schema.errors(body, root);
    if (!this.#isShared || errors.length === 0) return errors;
    const kept = Object.entries(body).flatMap(([name, value]) =>
      Object.hasOwn(old, name) && jsonEqual(value as Json, old[name] as Json)
        ? [root + formatPointer([name])]
        : [],
    );
    const changed = errors.filter(
      ({ pointer }) => !kept.some((member) => pointer === member || pointer.startsWith(`${member}/`)),
    );
    // There may be more than are given.
    return changed.length > 0 || errors.length < MAX_ERRORS ? changed : errors;
  }

  /** What stands against a body that is kept, read-only members and all. */
  storedErrors(body: unknown): readonly ErrorDetail[] {
    return this.#schema.errors(body);
  }

  /** A body that a client sent as a whole, with the defaults of what it lacks; of what is read-only, too. */
  filled(body: Body): Body {
    return this.hasDefaults ? (withDefaults(this.#declared, body) as Body) : body;
  }

  /** The same of one member's value. */
  filledMember(member: string, value: unknown): unknown {
    return this.hasDefaults ? withDefaults(propertiesOf(this.#declared)[member], value) : value;
  }

  /**
   * The members that a client sent although only the server writes them.
   *
   * @param current - the body as it is: what is sent back as it was served changes nothing. Absent where the
   *   body is a new one
   * @param sent - what the client sent, where the body is what came of it
   */
  readOnlyErrors(
    body: unknown,
    root = '/body',
    current?: Body,
    sent: unknown = body,
  ): readonly ErrorDetail[] {
    return this.readOnly
      .filter((path) => valueAt(sent, path) !== undefined && !isServedAt(current, path, valueAt(body, path)))
      .map((path) => ({
        ...READ_ONLY,
        ...(current === undefined && { message: NOT_SERVED_YET }),
        pointer: root + formatPointer(path),
      }));
  }

  /**
   * The members that only the server writes, and that a change would take away together with the object that they
   * are in.
   *
   * @param body - as the client would have it
   */
  lostErrors(body: Body, current: Body, root = '/body'): readonly ErrorDetail[] {
    return this.nestedReadOnly
      .filter((path) => valueAt(current, path) !== undefined && !isObject(valueAt(body, path.slice(0, -1))))
      .map((path) => ({ ...LOST, pointer: root + formatPointer(path) }));
  }

  /** A body without what is read-only. */
  withoutReadOnly(body: Body): Body {
    return this.readOnly.reduce(removedAt, body);
  }

  /** A new body with what is read-only in the old one, wherever there is still a place for it. */
  keepReadOnly(body: Body, from: Body): Body {
    return this.readOnly.reduce((kept, path) => {
      const value = valueAt(from, path);
      return value === undefined ? kept : addedAt(kept, path, value);
    }, body);
  }
}

/** What stands against a member that only the server writes, but for where it is. */
export const READ_ONLY: Omit<ErrorDetail, 'pointer'> = {
  message: 'is read-only: the server writes it; leave it away, or send it as it is served',
  rule: 'read-only',
};

const LOST: Omit<ErrorDetail, 'pointer'> = {
  message:
    'is read-only: the server writes it, and it would go with the object that it is in; leave that object',
  rule: 'read-only',
};

/** The message of {@link READ_ONLY} where the body is a new one. */
const NOT_SERVED_YET = 'is read-only: the server writes it; leave it away';

/** Where a schema marks members as read-only, following `properties` of objects. */
export function readOnlyPaths(schema: Keywords, above: Path = []): readonly Path[] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, member]) => {
    const path = [...above, name];
    return member['readOnly'] === true ? [path] : readOnlyPaths(member, path);
  });
}

/**
 * Of {@link readOnlyPaths} those that a body, or the object that they are in, cannot be without, and that have no
 * default.
 */
export function requiredReadOnlyPaths(schema: Keywords, above: Path = []): readonly Path[] {
  const { required } = schema;
  return Object.entries(propertiesOf(schema)).flatMap(([name, member]) => {
    const path = [...above, name];
    if (member['readOnly'] !== true) return requiredReadOnlyPaths(member, path);
    return Array.isArray(required) && required.includes(name) && member['default'] === undefined
      ? [path]
      : [];
  });
}

/** The schema of what a client sends: read-only members are not required of it. */
export function writableSchema(schema: Keywords): Keywords {
  const { properties, required } = schema;
  if (!isKeywords(properties)) return schema;
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [
        name,
        isKeywords(member) ? writableSchema(member) : member,
      ]),
    ),
    ...(Array.isArray(required) && {
      required: required.filter((name) => propertiesOf(schema)[name]?.['readOnly'] !== true),
    }),
  };
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    value,
  );
}

/** Whether a body is served with this value at a place. What a class gave, such as a Date, is compared as JSON. */
function isServedAt(body: Body | undefined, path: Path, sent: unknown): boolean {
  if (body === undefined) return false;
  const held = valueAt(body, path);
  if (sent === undefined) return held === undefined;
  if (jsonEqual(sent as Json, held as Json)) return true;
  return (
    typeof held === 'object' && held !== null && jsonEqual(sent as Json, JSON.parse(toJsonText(held)) as Json)
  );
}

function removedAt(body: Body, [name, ...deeper]: Path): Body {
  if (name === undefined || !Object.hasOwn(body, name)) return body;
  const { [name]: value, ...rest } = body;
  if (deeper.length === 0) return rest;
  if (!isObject(value)) return body;
  const inner = removedAt(value, deeper);
  return inner === value ? body : { ...body, [name]: inner };
}

function addedAt(body: Body, [name, ...deeper]: Path, value: unknown): Body {
  if (name === undefined) return body;
  if (deeper.length === 0) return { ...body, [name]: value };
  const inner = body[name];
  return isObject(inner) ? { ...body, [name]: addedAt(inner, deeper, value) } : body;
}

/** A function that Ajv made of a schema; its own type would be among those that users of this package compile. */
interface CompiledSchema {
  (value: unknown): unknown;
  readonly schema: unknown;
  readonly errors?: readonly object[] | null;
}

/** A compiled JSON Schema. */
export class ValueSchema {
  readonly #first: CompiledSchema;
  readonly #compileAll: () => CompiledSchema;
  #all: CompiledSchema | undefined;

  /**
   * @param first - compiled to stop at the first error
   * @param all - compiles it to find all of them
   */
  constructor(first: CompiledSchema, all: () => CompiledSchema) {
    this.#first = first;
    this.#compileAll = all;
  }

  /**
   * @param pointer - where the value stands in its document, as a JSON Pointer
   * @returns what the schema has against the value, the first 20 errors; empty where it accepts it
   */
  errors(value: unknown, pointer = ''): readonly ErrorDetail[] {
    if (this.#first(value)) return [];
    const validate = (this.#all ??= this.#compileAll());
    validate(value);
    const errors = (validate.errors ?? []) as readonly ErrorObject[];
    return firstErrors(problemErrorsOf(errors, this.#first.schema, pointer, MAX_ERRORS));
  }
}
