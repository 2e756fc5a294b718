import { firstErrors, ProblemError } from '../http/problem.js';
import type { ErrorDetail } from '../http/problem.js';
import { formatPointer, parsePointer } from '../protocol/json-pointer.js';
import { numberFault } from '../protocol/json/numbers.js';
import { defaultsIn, withDefaults } from './body-schema.js';
import type { ValueSchema } from './body-schema.js';
import { jsonTypesOf, isKeywords, propertiesOf } from '../resource/schema.js';
import type { Keywords } from '../resource/schema.js';
import { valueSuggestion } from '../protocol/edit-distance.js';

/** More parameters than any template that people write has variables. */
const MAX_PARAMETERS = 100;

type Query = Readonly<Record<string, unknown>>;

/** Query variables that are checked together. */
export interface Variables {
  /** An object whose properties are the variables. */
  readonly schema: Keywords;
  /** The same, compiled. */
  readonly compiled: ValueSchema;
}

/** The query variables that a resource has: reads them from a query string, and checks them. */
export class QuerySchema {
  readonly names: readonly string[];
  readonly #readers: ReadonlyMap<string, Reader>;
  readonly #schemas: readonly { readonly names: readonly string[]; readonly compiled: ValueSchema }[];

  /** Those of the schemas that have defaults. */
  readonly #defaults: readonly Keywords[];

  /** @param variables - those that the class declares, and those that the framework brings: no schema sees the others */
  constructor(...variables: readonly Variables[]) {
    this.#schemas = variables.map(({ schema, compiled }) => ({
      names: Object.keys(propertiesOf(schema)),
      compiled,
    }));
    this.names = this.#schemas.flatMap(({ names }) => names);
    this.#defaults = variables
      .map(({ schema }) => schema)
      .filter((schema) => defaultsIn(schema).next().done !== true);
    this.#readers = new Map(
      variables
        .flatMap(({ schema }) => Object.entries(propertiesOf(schema)))
        .map(([name, variable]) => [name, readerFor(variable)]),
    );
  }

  /** A query with the defaults of the variables that it was not asked with. */
  filled(query: Query): Query {
    return this.#defaults.reduce((filled, schema) => withDefaults(schema, filled) as Query, query);
  }

  /**
   * What was asked for, which {@link filled} makes whole.
   *
   * @param text - the query of the request's target, without `?`
   * @throws {ProblemError} `bad-query`, naming each variable that breaks the declaration
   */
  read(text: string): Query {
    const query: Record<string, unknown> = {};
    const errors: ErrorDetail[] = [];
    for (const [name, raw] of parametersByName(text)) {
      const reader = this.#readers.get(name);
      if (reader === undefined) errors.push(unknownVariable(name, this.names));
      else if (raw.length > 1 && !reader.many) {
        errors.push({
          pointer: formatPointer([name]),
          message: `is given ${raw.length} times; give it once`,
          rule: 'repeated',
        });
      } else query[name] = reader.read(raw);
    }
    const filled = this.filled(query);
    const invalid = this.#schemas.flatMap(({ names, compiled }) =>
      compiled.errors(this.#schemas.length === 1 ? filled : only(names, filled)),
    );
    errors.push(...invalid.filter(({ pointer }) => !errors.some((error) => error.pointer === pointer)));
    if (errors.length > 0) throw badQuery(errors);
    return query;
  }
}

function only(names: readonly string[], query: Query): Query {
  return Object.fromEntries(Object.entries(query).filter(([name]) => names.includes(name)));
}

/**
 * Refuses whatever query a resource without variables is sent.
 *
 * @throws {ProblemError} `bad-query`
 */
export function refuseQuery(text: string): void {
  const errors = [...parametersByName(text).keys()].map((name) => unknownVariable(name, []));
  if (errors.length > 0) throw badQuery(errors);
}

interface Reader {
  readonly many: boolean;
  /** Of the raw values, still percent-encoded; what is not of the type stays text, for the schema to refuse. */
  read(raw: readonly string[]): unknown;
}

function readerFor(schema: Keywords): Reader {
  const types = jsonTypesOf(schema);
  const scalar = scalarReader(schema);
  if (!types.has('array')) return { many: false, read: ([text = '']) => scalar(decode(text)) };
  const { prefixItems, items } = listSchemaOf(schema);
  const others = scalarReader(isKeywords(items) ? items : {});
  const firsts = Array.isArray(prefixItems) ? prefixItems.map((item) => scalarReader(item as Keywords)) : [];
  const alone = SCALARS.some((type) => types.has(type));
  return {
    many: true,
    read: (raw) => {
      // A comma that belongs to a value is percent-encoded (RFC 6570, section 3.2.8), so that a raw one separates.
      // A list without items is as one that is not there (section 2.3): `tags=` is the list of one empty string.
      const texts = raw.flatMap((text) => text.split(','));
      if (alone && texts.length === 1) return scalar(decode(texts[0] as string));
      return texts.map((text, index) => (firsts[index] ?? others)(decode(text)));
    },
  };
}

const SCALARS: readonly string[] = ['string', 'number', 'integer', 'boolean'];

/** Of a schema that allows arrays beside other types, what it says of arrays. */
function listSchemaOf(schema: Keywords): Keywords {
  const { anyOf, oneOf, type } = schema;
  const alternatives: unknown = anyOf ?? oneOf;
  if (type !== undefined || !Array.isArray(alternatives)) return schema;
  return alternatives.filter(isKeywords).find((one) => jsonTypesOf(one).has('array')) ?? schema;
}

/** JSON's own grammar for numbers, so that ` 1`, `0x1` and `` are none. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function scalarReader(schema: Keywords): (text: string) => unknown {
  const types = jsonTypesOf(schema);
  const numeric = types.has('number') || types.has('integer');
  const boolean = types.has('boolean');
  return (text) => {
    if (numeric && NUMBER.test(text) && numberFault(text) === undefined) return Number(text);
    if (boolean && (text === 'true' || text === 'false')) return text === 'true';
    return text;
  };
}

function parametersByName(text: string): ReadonlyMap<string, string[]> {
  const parameters = new Map<string, string[]>();
  if (text === '') return parameters;
  const pairs = text.split('&');
  if (pairs.length > MAX_PARAMETERS) {
    throw new ProblemError('bad-query', {
      detail: `The query has ${pairs.length} parameters; at most ${MAX_PARAMETERS} are read.`,
    });
  }
  for (const pair of pairs) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : pair.slice(equals + 1);
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}

function decode(text: string): string {
  try {
    // `+` for a space is how forms write it; a plus that is meant arrives as %2B from every template.
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));
    if (!decoded.includes('\0')) return decoded;
  } catch {
    // Falls through to the same answer as U+0000 gets.
  }
  throw new ProblemError('bad-query', {
    detail: `The query holds percent-encoding that is no text: ${JSON.stringify(text)}.`,
  });
}

function unknownVariable(name: string, known: readonly string[]): ErrorDetail {
  const declared = known.length === 0 ? 'this resource declares none' : `declared are: ${known.join(', ')}`;
  return {
    pointer: formatPointer([name]),
    message: `is no variable of this resource${valueSuggestion(name, known)}; ${declared}`,
    rule: 'unknown-variable',
  };
}

/** The answer to a query whose variables are wrong: each error's pointer begins with the name of one. */
export function badQuery(errors: readonly ErrorDetail[], cause?: unknown): ProblemError {
  const detail = errors
    .slice(0, 5)
    .map(({ pointer, message }) => {
      const [variable] = parsePointer(pointer) ?? [];
      return variable === undefined
        ? `The query ${message}.`
        : `The query variable ${JSON.stringify(variable)} ${message}.`;
    })
    .join(' ');
  return new ProblemError('bad-query', {
    detail,
    errors: firstErrors(errors),
    ...(cause !== undefined && { cause }),
  });
}
