import type { ErrorObject } from 'ajv';
import type { ErrorDetail } from '../http/problem.js';
import { formatPointer, parsePointer } from '../protocol/json-pointer.js';
import { formatValue } from '../protocol/format-value.js';
import { valueSuggestion } from '../protocol/edit-distance.js';
import { jsonTypesOf, isKeywords, propertiesOf } from '../resource/schema.js';
import type { Keywords } from '../resource/schema.js';

/** How many of the values that a schema allows an error lists. */
const MAX_VALUES = 20;

/** How many alternatives of a schema an error lists. */
const MAX_ALTERNATIVES = 5;

/** How many references and parts are followed from one schema. */
const MAX_HOPS = 20;

/** What a compiled schema says of its alternatives, beside what Ajv says: see `tellAlternatives`. */
interface AlternativeParams {
  /** How many errors there are up to the end of each alternative, counted from the first one's beginning. */
  readonly ends?: readonly number[];
  /** The errors of all alternatives. */
  readonly within?: readonly ErrorObject[];
}

/** A message whose parts can be put into another one. */
interface Said {
  readonly pointer: string;
  readonly message: string;
  /** What comes after `; found `, where the message does not say it. */
  readonly found?: string;
  readonly rule: string;
}

/**
 * Says what is wrong with a value, as people read it: of alternatives only the one that was meant, or what they
 * allow together.
 *
 * @param errors - as Ajv gives them, with the data and schemas that they are about
 * @param schema - the whole schema, in which references are looked up
 * @param pointer - where the value stands in its document, as a JSON Pointer
 * @param max - how many errors are said at most
 */
export function problemErrorsOf(
  errors: readonly ErrorObject[],
  schema: unknown,
  pointer: string,
  max: number,
): readonly ErrorDetail[] {
  return new Speaker(schema).sayAll(errors, max).map(({ pointer: at, message, found, rule }) => ({
    pointer: pointer + at,
    message: found === undefined ? message : `${message}; found ${found}`,
    rule,
  }));
}

class Speaker {
  readonly #root: unknown;
  /** Excerpts of objects: to begin one with many members takes long, and many errors are about the same. */
  readonly #excerpts = new Map<object, string>();

  constructor(root: unknown) {
    this.#root = root;
  }

  sayAll(errors: readonly ErrorObject[], max: number): readonly Said[] {
    const said: Said[] = [];
    for (const [index, error] of errors.entries()) {
      if (said.length >= max) break;
      if (!repeats(error, errors[index - 1])) said.push(...this.#say(error, max));
    }
    return said.slice(0, max);
  }

  #say(error: ErrorObject, max: number): readonly Said[] {
    const { keyword, params, instancePath: pointer, propertyName } = error;
    // Where it is about a name, the data is the name.
    if (propertyName !== undefined) {
      const at = pointer + formatPointer([propertyName]);
      return [{ pointer: at, message: `has a name that ${messageOf(error)}`, rule: keyword }];
    }
    switch (keyword) {
      case 'anyOf':
      case 'oneOf':
        return this.#sayOfAlternatives(error, max);
      case 'additionalProperties':
      case 'unevaluatedProperties': {
        const name = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
        const near = valueSuggestion(name, Object.keys(this.#members(error.parentSchema)));
        const message = `is no member that the schema knows${near}`;
        return [{ pointer: pointer + formatPointer([name]), message, rule: keyword }];
      }
      case 'required': {
        const name = String(params['missingProperty']);
        return [
          { pointer: pointer + formatPointer([name]), message: 'is required, and missing', rule: keyword },
        ];
      }
      case 'enum':
        return [this.#notAmong(pointer, params['allowedValues'] as readonly unknown[], error.data, keyword)];
      default:
        return [{ pointer, message: messageOf(error), found: this.#formatValue(error.data), rule: keyword }];
    }
  }

  #formatValue(value: unknown): string {
    if (typeof value !== 'object' || value === null) return formatValue(value);
    let text = this.#excerpts.get(value);
    if (text === undefined) this.#excerpts.set(value, (text = formatValue(value)));
    return text;
  }

  #notAmong(pointer: string, values: readonly unknown[], data: unknown, rule: string): Said {
    return {
      pointer,
      message: oneOfThese(values),
      found: this.#formatValue(data) + valueSuggestion(data, values),
      rule,
    };
  }

  #sayOfAlternatives(error: ErrorObject, max: number): readonly Said[] {
    const { keyword: rule, instancePath: pointer, data } = error;
    const found = this.#formatValue(data);
    if (Array.isArray(error.params['passingSchemas'])) {
      const message = 'fits more than one of the alternatives that exclude each other';
      return [{ pointer, message, found, rule }];
    }
    const alternatives = this.#alternativesOf(error);
    const closed = alternatives.map(({ values }) => values);
    if (closed.every((values) => values !== undefined)) {
      return [this.#notAmong(pointer, [...new Set(closed.flat())], data, rule)];
    }
    const meant = this.#meant(error, alternatives);
    if (!Array.isArray(meant)) return [meant as Said];
    const fitting = (meant as readonly Alternative[]).filter(({ types }) => takes(types, data));
    const [only] = fitting;
    if (fitting.length < 2 && (only === undefined || only.values !== undefined)) {
      const allowed = alternatives.flatMap(
        ({ values, types }) => values?.map((value) => formatValue(value)) ?? [...types],
      );
      const near = valueSuggestion(data, closed.flat());
      return [{ pointer, message: `must be ${orList([...new Set(allowed)])}`, found: found + near, rule }];
    }
    const nearest = fitting.length === 1 ? only : nearestOf(fitting, data, pointer);
    if (nearest !== undefined) {
      const said = this.sayAll(nearest.errors, max);
      if (said.length > 0) return said;
    }
    const reasons = new Set(
      fitting.slice(0, MAX_ALTERNATIVES).flatMap(({ errors }) =>
        this.sayAll(errors, 1).map(({ pointer: at, message }) => {
          const below = at.slice(pointer.length);
          return below === '' ? message : `${below} ${message}`;
        }),
      ),
    );
    const more = fitting.length > MAX_ALTERNATIVES ? ', or …' : '';
    return [{ pointer, message: `fits no alternative: ${[...reasons].join(', or ')}${more}`, found, rule }];
  }

  #alternativesOf(error: ErrorObject): readonly Alternative[] {
    const { ends = [], within = [] } = error.params as AlternativeParams;
    let start = 0;
    return (error.schema as readonly unknown[]).map((schema, index) => {
      const end = Math.max(start, ends[index] ?? start);
      const errors = within.slice(start, end);
      start = end;
      const members = this.#members(schema);
      return { schema, errors, members, types: this.#typesOf(schema), values: this.#valuesOf(schema) };
    });
  }

  /**
   * Where a member tells alternatives apart, that which its value names, or what is wrong with that value;
   * otherwise all alternatives.
   */
  #meant(error: ErrorObject, alternatives: readonly Alternative[]): readonly Alternative[] | Said {
    const { data, instancePath, parentSchema, keyword } = error;
    if (!isKeywords(data)) return alternatives;
    const objects = alternatives.filter(({ types }) => takes(types, data));
    if (objects.length < 2) return alternatives;
    const names = [discriminatorNamed(parentSchema), ...Object.keys(objects[0]?.members ?? {})];
    const discriminators = names.flatMap((name) => {
      const values = name === undefined ? undefined : this.#discriminating(name, objects);
      return name === undefined || values === undefined ? [] : [{ name, values }];
    });
    const valueOf = (name: string) => (Object.hasOwn(data, name) ? data[name] : undefined);
    for (const { name, values } of discriminators) {
      const meant = objects.filter((_, index) => values[index]?.includes(valueOf(name)));
      if (meant.length > 0) return meant;
    }
    const [first] = discriminators;
    if (first === undefined) return alternatives;
    const pointer = instancePath + formatPointer([first.name]);
    const value = valueOf(first.name);
    if (value !== undefined) return this.#notAmong(pointer, first.values.flat(), value, keyword);
    const message = `is required, and missing; ${oneOfThese(first.values.flat())}`;
    return { pointer, message, rule: 'required' };
  }

  /** The values that a member has in each alternative, where it must be there and no two have one in common. */
  #discriminating(name: string, alternatives: readonly Alternative[]): unknown[][] | undefined {
    const values: unknown[][] = [];
    for (const { schema, members } of alternatives) {
      const own = Object.hasOwn(members, name) ? this.#valuesOf(members[name]) : undefined;
      if (own === undefined || !this.#requires(schema, name)) return undefined;
      values.push([...own]);
    }
    const all = values.flat();
    return new Set(all).size === all.length ? values : undefined;
  }

  /** The schema itself, what its references lead to, and all parts of it. */
  *#partsOf(schema: unknown): Generator<Keywords> {
    const left: unknown[] = [schema];
    for (let hops = 0; left.length > 0 && hops < MAX_HOPS; hops += 1) {
      const part = left.shift();
      if (!isKeywords(part)) continue;
      yield part;
      if (typeof part['$ref'] === 'string') left.push(this.#referred(part['$ref']));
      if (Array.isArray(part['allOf'])) left.push(...(part['allOf'] as readonly unknown[]));
    }
  }

  #referred(reference: string): unknown {
    const tokens = reference.startsWith('#') ? parsePointer(decoded(reference.slice(1))) : undefined;
    if (tokens !== undefined) {
      return tokens.reduce<unknown>(
        (at, token) =>
          typeof at === 'object' && at !== null && Object.hasOwn(at, token)
            ? Reflect.get(at, token)
            : undefined,
        this.#root,
      );
    }
    const definitions = isKeywords(this.#root) ? this.#root['$defs'] : undefined;
    if (!isKeywords(definitions)) return undefined;
    return Object.values(definitions).find(
      (definition) => isKeywords(definition) && definition['$id'] === reference,
    );
  }

  #members(schema: unknown): Readonly<Record<string, Keywords>> {
    const members: Record<string, Keywords> = {};
    for (const part of this.#partsOf(schema)) Object.assign(members, propertiesOf(part));
    return members;
  }

  #requires(schema: unknown, name: string): boolean {
    for (const { required } of this.#partsOf(schema))
      if (Array.isArray(required) && required.includes(name)) return true;
    return false;
  }

  #typesOf(schema: unknown): ReadonlySet<string> {
    for (const part of this.#partsOf(schema)) {
      const types = jsonTypesOf(part);
      if (!types.has('any')) return types;
    }
    return ANY;
  }

  /**
   * The values that a schema allows, where these are a few.
   *
   * @param depth - how many alternatives within alternatives are looked at: a schema may lead to itself
   */
  #valuesOf(schema: unknown, depth = 4): readonly unknown[] | undefined {
    for (const part of this.#partsOf(schema)) {
      if ('const' in part) return [part['const']];
      if (Array.isArray(part['enum'])) return part['enum'];
      if (part['type'] === 'null') return [null];
      const values = this.#valuesOfAll(part['anyOf'] ?? part['oneOf'], depth);
      if (values !== undefined) return values;
    }
    return undefined;
  }

  #valuesOfAll(alternatives: unknown, depth: number): readonly unknown[] | undefined {
    if (!Array.isArray(alternatives) || depth === 0) return undefined;
    const values: unknown[] = [];
    for (const alternative of alternatives as readonly unknown[]) {
      const own = this.#valuesOf(alternative, depth - 1);
      if (own === undefined) return undefined;
      values.push(...own);
    }
    return values;
  }
}

interface Alternative {
  readonly schema: unknown;
  /** What stands against the value, if this one was meant. */
  readonly errors: readonly ErrorObject[];
  readonly members: Readonly<Record<string, Keywords>>;
  readonly types: ReadonlySet<string>;
  /** The values that it allows, where these are a few. */
  readonly values: readonly unknown[] | undefined;
}

const ANY: ReadonlySet<string> = new Set(['any']);

/** Whether an error only says that there were some before it. */
function repeats({ keyword }: ErrorObject, before: ErrorObject | undefined): boolean {
  if (keyword === 'if') return before !== undefined;
  return keyword === 'propertyNames' && before?.propertyName !== undefined;
}

function messageOf({
  keyword,
  params,
  schema,
  message = 'is not what the schema describes',
}: ErrorObject): string {
  switch (keyword) {
    case 'const':
      return `must be ${formatValue(params['allowedValue'])}`;
    case 'enum':
      return oneOfThese(params['allowedValues'] as readonly unknown[]);
    case 'type':
      return `must be ${orList([schema].flat().map(String))}`;
    case 'false schema':
      return 'must not be there';
    case 'not':
      if (isKeywords(schema) && 'const' in schema) return `must not be ${formatValue(schema['const'])}`;
      return 'must not be what the schema excludes';
    default:
      return message;
  }
}

/** The alternative that is nearest to an object or array; undefined where that cannot be told. */
function nearestOf(
  alternatives: readonly Alternative[],
  data: unknown,
  pointer: string,
): Alternative | undefined {
  if (typeof data !== 'object') return undefined;
  const depth = pointer.split('/').length;
  const ranked = alternatives
    .map((alternative) => ({
      alternative,
      // How many errors say that the value is another thing altogether, of how many members it knows.
      rank: [
        alternative.errors.filter(
          ({ keyword, instancePath }) =>
            STRUCTURAL.has(keyword) && instancePath.split('/').length <= depth + 1,
        ).length,
        isKeywords(data)
          ? -Object.keys(alternative.members).filter((name) => Object.hasOwn(data, name)).length
          : 0,
        alternative.errors.length,
      ],
    }))
    .toSorted((one, other) => compareRanks(one.rank, other.rank));
  const [first, second] = ranked;
  if (first === undefined || second === undefined) return first?.alternative;
  return compareRanks(first.rank, second.rank) < 0 ? first.alternative : undefined;
}

const STRUCTURAL: ReadonlySet<string> = new Set([
  'type',
  'const',
  'enum',
  'required',
  'additionalProperties',
  'unevaluatedProperties',
]);

function compareRanks(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = value - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a schema of these types can allow a value. */
function takes(types: ReadonlySet<string>, value: unknown): boolean {
  if (types.has('any')) return true;
  if (value === null) return types.has('null');
  if (Array.isArray(value)) return types.has('array');
  if (typeof value === 'number')
    return types.has('number') || (types.has('integer') && Number.isInteger(value));
  return types.has(typeof value);
}

/** @see https://spec.openapis.org/oas/v3.1.1.html#discriminator-object */
function discriminatorNamed(schema: unknown): string | undefined {
  const discriminator = isKeywords(schema) ? schema['discriminator'] : undefined;
  const name = isKeywords(discriminator) ? discriminator['propertyName'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function oneOfThese(values: readonly unknown[]): string {
  const [only] = values;
  if (values.length === 1) return `must be ${formatValue(only)}`;
  const listed = values.slice(0, MAX_VALUES).map((value) => formatValue(value));
  const more = values.length > MAX_VALUES ? `, … (${values.length} in all)` : '';
  return `must be one of ${listed.join(', ')}${more}`;
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
