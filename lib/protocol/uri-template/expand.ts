import { OPERATORS } from './template-syntax.js';
import type { OperatorRule, TemplatePart, TemplateVariable } from './template-syntax.js';
import { LONE_SURROGATE, RESERVED, TRIPLET, UNRESERVED } from '../iri/characters.js';

const ALL_UNRESERVED = new RegExp(`^[${UNRESERVED}]*$`, 'u');

/** Percent-encodes all but unreserved characters. The text must be well-formed Unicode. */
export function encodeUnreserved(text: string): string {
  if (ALL_UNRESERVED.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, encodeAscii);
}

function encodeAscii(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

const ALL_ALLOWED = new RegExp(`^[${UNRESERVED}${RESERVED}]*$`, 'u');
const NOT_ALLOWED = new RegExp(`(${TRIPLET})|[^${UNRESERVED}${RESERVED}]`, 'gu');

/**
 * Percent-encodes all but unreserved and reserved characters and octets that are encoded already.
 * The text must be well-formed Unicode.
 */
export function encodeReserved(text: string): string {
  if (ALL_ALLOWED.test(text)) return text;
  return text.replace(NOT_ALLOWED, (match, triplet?: string) => triplet ?? encodeURIComponent(match));
}

/** Source of a RegExp (`s` flag, `u` flag) for one character, its encoded octets together. RFC 3629, section 3. */
const ENCODED_CHARACTER =
  '%[C-Dc-d][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]' +
  '|%[Ee][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){2}' +
  '|%[Ff][0-7](?:%[89ABab][0-9A-Fa-f]){3}' +
  `|${TRIPLET}`;

/** Matches percent-encoded octets, those of one character together. Has the `g` flag. */
export const ENCODED: RegExp = new RegExp(ENCODED_CHARACTER, 'g');

const CHARACTER = new RegExp(`${ENCODED_CHARACTER}|.`, 'gsu');

/**
 * The first characters of a value: "count each Unicode code point as one character".
 *
 * @param decoded - whether a percent-encoded character counts as one, as it does where the
 *   operator copies it
 * @see RFC 6570, section 3.2.1
 */
export function takePrefix(text: string, length: number, decoded: boolean): string {
  if (text.length <= length) return text;
  const characters = decoded ? (text.match(CHARACTER) ?? []) : Array.from(text);
  return characters.slice(0, length).join('');
}

/** A value that expands to one string. */
export type TemplateScalar = string | number | boolean;

/**
 * What a variable may be given: a scalar, a list, or a map (an associative array). Undefined and
 * null are no value, as members too; so are lists and maps without any defined member.
 *
 * @see RFC 6570, section 2.3
 */
export type TemplateValue =
  | TemplateScalar
  | readonly (TemplateScalar | null | undefined)[]
  | { readonly [name: string]: TemplateScalar | null | undefined }
  | null
  | undefined;

/** The values of a template's variables by their names. Only own properties count. */
export type TemplateValues = Readonly<Record<string, TemplateValue>>;

/**
 * The text of a scalar.
 *
 * @throws {TypeError} for anything but strings of well-formed Unicode, finite numbers and booleans
 */
export function scalarText(value: unknown): string {
  if (typeof value === 'string') return checkWellFormed(value);
  if (typeof value === 'boolean' || Number.isFinite(value)) return String(value);
  throw new TypeError(`found ${kindOf(value)}; give a string, a finite number or a boolean`);
}

/**
 * The pairs of a map.
 *
 * @throws {TypeError} for an object of any other kind, which would expand to nothing or to its insides
 */
export function mapEntries(value: object): [name: string, value: unknown][] {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Object.prototype of another realm has no prototype either.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new TypeError(
      `found ${kindOf(value)}; give a string, a number, a boolean, an array or a plain object`,
    );
  }
  return Object.entries(value);
}

/** @throws {TypeError} where a surrogate stands alone */
export function checkWellFormed(text: string): string {
  const lone = LONE_SURROGATE.exec(text);
  if (lone === null) return text;
  throw new TypeError(
    `found half of a surrogate pair at offset ${lone.index} of the text; give whole characters, which UTF-8 can encode`,
  );
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'an array within a list or map';
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  const { constructor } = value;
  return typeof constructor === 'function' ? `an object of class ${constructor.name}` : 'an object';
}

/** Expands one part of a template. */
export type Expander = (values: TemplateValues) => string;

/**
 * Compiles a part of a template to the function that expands it.
 *
 * @see RFC 6570, section 3
 */
export function compileExpander(part: TemplatePart): Expander {
  if (part.type === 'literal') {
    const text = encodeReserved(part.text);
    return () => text;
  }
  const rule = OPERATORS[part.operator];
  const variables = part.variables.map((variable) => compileVariable(variable, rule));
  return (values) => {
    let expansion = '';
    let before = rule.first;
    for (const expand of variables) {
      const text = expand(values);
      if (text === undefined) continue;
      expansion += before + text;
      before = rule.separator;
    }
    return expansion;
  };
}

/** Expands one variable; undefined where it has no value. */
type VariableExpander = (values: TemplateValues) => string | undefined;

function compileVariable(variable: TemplateVariable, rule: OperatorRule): VariableExpander {
  const { name } = variable;
  const expand = compileValue(variable, rule);
  return (values) => {
    // An own property: "{constructor}" must not find what every object inherits.
    const value: unknown = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null) return undefined;
    try {
      return expand(value);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new TypeError(`The variable "${name}" cannot be expanded: ${error.message}`, { cause: error });
    }
  };
}

function compileValue(
  { name, explode, prefix }: TemplateVariable,
  rule: OperatorRule,
): (value: {}) => string | undefined {
  const encode = rule.allowReserved ? encodeReserved : encodeUnreserved;
  const pair = (key: string, text: string): string => key + (text === '' ? rule.ifEmpty : `=${text}`);
  const named = (text: string): string => (rule.named ? pair(name, text) : text);

  return (value) => {
    if (typeof value !== 'object') {
      const text = scalarText(value);
      return named(encode(prefix === undefined ? text : takePrefix(text, prefix, rule.allowReserved)));
    }
    const list = Array.isArray(value);
    const pairs = (list ? value.map((member: unknown) => ['', member] as const) : mapEntries(value))
      .filter(([, member]) => member !== undefined && member !== null)
      .map(([key, member]) => [encode(checkWellFormed(key)), encode(scalarText(member))] as const);
    if (pairs.length === 0) return undefined;
    if (prefix !== undefined) {
      const kind = list ? 'an array' : 'an object';
      throw new TypeError(
        `a prefix (":${prefix}") cannot be taken of ${kind}; give a string, or leave the prefix out`,
      );
    }
    if (!explode) return named(pairs.map(([key, text]) => (list ? text : `${key},${text}`)).join(','));
    return pairs.map(([key, text]) => (list ? named(text) : pair(key, text))).join(rule.separator);
  };
}
