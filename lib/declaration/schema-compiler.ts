import { createRequire } from 'node:module';
import { domainToASCII } from 'node:url';
import { _, nil } from 'ajv/dist/2020.js';
import type { Ajv2020, CodeKeywordDefinition, FormatDefinition } from 'ajv/dist/2020.js';
import anyOf from 'ajv/dist/vocabularies/applicator/anyOf.js';
import oneOf from 'ajv/dist/vocabularies/applicator/oneOf.js';
import addFormats from 'ajv-formats';
import { checkIri } from '../protocol/iri/check-iri.js';
import { parseIri } from '../protocol/iri/resolve-iri.js';
import { parsePointer } from '../protocol/json-pointer.js';
import { checkTemplate } from '../protocol/uri-template/parse.js';
import { defaultsIn, withDefaults, ValueSchema } from './body-schema.js';
import { toJsonText } from './json-text.js';
import { isKeywords, propertiesOf } from '../resource/schema.js';
import type { Keywords, Schema } from '../resource/schema.js';
import { boundedAjv } from './bounded-ajv.js';
import { isSchema } from './compiled/meta-schema.js';
import { suggestion } from '../protocol/edit-distance.js';
import type { Findings, Whereabouts } from './declaration-findings.js';

/** One character of a text: as it is, escaped, of a class, or any. */
const CHARACTER = String.raw`[^\\^$.*+?()[\]{}|]|\\[dDwWsSfnrtv\\^$.*+?()[\]{}|/-]|\\[pP]\{[^}]+\}|\[(?:[^\]\\]|\\.)*\]|\.`;

/** How often, where that is left open. */
const OPEN = String.raw`(?:[*+?]|\{\d+,\d*\})\??`;

/** A character with how often it comes, or the end of the text. */
const PART = new RegExp(String.raw`(?:${CHARACTER})(?:\{\d\d?\}|${OPEN})?|\$$`, 'gsu');

const ENDS_OPEN = new RegExp(String.raw`^(?:${CHARACTER})${OPEN}$`, 'su');

/**
 * Whether a pattern is so plain that it cannot backtrack without bound, as most are: characters in a row, without
 * groups and alternatives. Where it begins with `^`, one of them may come any number of times: each of these
 * numbers is then tried once, and what follows it is as long for all of them.
 *
 * @param pattern - a regular expression that compiles with the flag `u`
 */
export function isPlainPattern(pattern: string): boolean {
  const isAnchored = pattern.startsWith('^');
  const rest = isAnchored ? pattern.slice(1) : pattern;
  const parts = rest.match(PART) ?? [];
  if (parts.join('') !== rest) return false;
  return parts.filter((part) => ENDS_OPEN.test(part)).length <= (isAnchored ? 1 : 0);
}

/** The part of recheck that is used; loading it takes longer than all else together, so only APIs that need it do. */
interface Recheck {
  checkSync(
    pattern: string,
    flags: string,
    options: { readonly timeout: number },
  ): { readonly status: string; readonly complexity?: { readonly summary: string } };
}

const require = createRequire(import.meta.url);

const META_SCHEMA = 'https://json-schema.org/draft/2020-12/schema';

/** How long one pattern may be looked at, in milliseconds; what is not settled by then is refused. */
const PATTERN_TIMEOUT = 10_000;

/** Compiles the schemas of one API's declarations, and finds what is wrong with them. */
export class SchemaCompiler {
  readonly #findings: Findings;
  readonly #first: Ajv2020;
  #all: Ajv2020 | undefined;
  /** Keywords that were found and say nothing of what is valid. */
  readonly #annotations = new Set<string>();
  readonly #verdicts = new Map<string, string | undefined>();

  constructor(findings: Findings) {
    this.#findings = findings;
    this.#first = newAjv(false);
  }

  /** @returns the schema, compiled; undefined where there are findings instead */
  compile(schema: Schema, where: Whereabouts): ValueSchema | undefined {
    let safe = true;
    const refuse = (message: string): void => {
      safe = false;
      this.#findings.add(where, message);
    };
    for (const place of schemasIn(schema, '')) {
      for (const { pattern, pointer } of patternsOf(place)) {
        const verdict = this.#verdictOn(pattern);
        if (verdict !== undefined) refuse(`the pattern /${pattern}/ at ${pointer} ${verdict}`);
      }
      const at = place.pointer === '' ? 'its root' : place.pointer;
      for (const message of this.#unknownIn(place.schema)) refuse(`${NO_SCHEMA}: ${message} (at ${at})`);
    }
    if (!safe) return undefined;
    try {
      this.#check(schema);
      const compileAll = () => this.#knowing((this.#all ??= newAjv(true))).compile(schema);
      return new ValueSchema(this.#knowing(this.#first).compile(schema), compileAll);
    } catch (error) {
      this.#findings.add(where, `${NO_SCHEMA}: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** Ajv would refuse what it does not know, and takes no name with a dot as that of a keyword. */
  #knowing(ajv: Ajv2020): Ajv2020 {
    for (const annotation of this.#annotations) ajv.RULES.keywords[annotation] = true;
    return ajv;
  }

  /** What a schema says that means nothing, and would be ignored. */
  *#unknownIn(schema: Keywords): Generator<string> {
    const keywords = Object.keys(this.#first.RULES.keywords);
    for (const keyword of Object.keys(schema)) {
      if (Object.hasOwn(this.#first.RULES.keywords, keyword)) continue;
      if (isAnnotation(keyword)) {
        this.#annotations.add(keyword);
        continue;
      }
      yield `${JSON.stringify(keyword)} is no keyword${suggestion(keyword, keywords)}; what is only for other readers of the schema begins with x-`;
    }
    const { format, $ref: reference, required } = schema;
    const members = Object.keys(propertiesOf(schema));
    for (const name of Array.isArray(required) ? (required as readonly unknown[]) : []) {
      const near = members.includes(String(name)) ? '' : suggestion(String(name), members);
      if (near !== '') yield `"required" names ${JSON.stringify(name)}, which "properties" lacks${near}`;
    }
    if (Object.hasOwn(schema, 'nullable')) {
      yield '"nullable" is of OpenAPI 3.0; add null to the types: {"type": ["string", "null"]}, or Type.Union([…, Type.Null()])';
    }
    if (typeof format === 'string' && !Object.hasOwn(this.#first.formats, format)) {
      const formats = Object.keys(this.#first.formats).toSorted();
      const near = suggestion(format, formats);
      yield `${JSON.stringify(format)} is no format that is known${near === '' ? `; known are ${formats.join(', ')}` : near}`;
    }
    // What is no schema is not looked at here, so that a pattern in it could be any.
    if (typeof reference === 'string' && leadsIntoData(reference))
      yield `the $ref ${JSON.stringify(reference)} leads to no schema; move what it leads to into $defs`;
  }

  /**
   * Finds defaults that nothing applies, and those that their own schema refuses.
   *
   * @param schema - one that was compiled
   */
  checkDefaults(schema: Keywords, where: Whereabouts): void {
    let ajv: Ajv2020 | undefined;
    const { $id = 'urn:declared:schema' } = schema;
    for (const { pointer, schema: part, isApplied } of defaultsIn(schema)) {
      const at = `the default at ${pointer === '' ? 'its root' : pointer}`;
      if (!isApplied) {
        this.#findings.add(
          where,
          `${at} is applied by nothing; defaults are of members of objects, and not of alternatives, items or what a $ref leads to`,
        );
        continue;
      }
      try {
        const value: unknown = JSON.parse(toJsonText(part['default']));
        ajv ??= this.#knowing(newAjv(false)).addSchema(schema, String($id));
        const accepts = ajv.compile({ $ref: `${String($id)}#${encodeURI(pointer)}` });
        if (accepts(withDefaults(part, value))) continue;
        this.#findings.add(
          where,
          `${at} breaks its own schema: it ${ajv.errorsText(accepts.errors, { dataVar: '' }).trim()}`,
        );
      } catch (error) {
        this.#findings.add(where, `${at} is no value that could be kept: ${(error as Error).message}`);
      }
    }
  }

  /** @throws where the meta-schema does not accept the schema */
  #check(schema: Schema): void {
    const { $schema = META_SCHEMA } = schema as Keywords;
    // Any other dialect is Ajv's to refuse.
    if ($schema !== META_SCHEMA) void this.#first.validateSchema(schema, true);
    else if (!isSchema(schema))
      throw new Error(`schema is invalid: ${this.#first.errorsText(isSchema.errors)}`);
  }

  #verdictOn(pattern: string): string | undefined {
    if (!this.#verdicts.has(pattern)) this.#verdicts.set(pattern, judge(pattern));
    return this.#verdicts.get(pattern);
  }
}

function newAjv(allErrors: boolean): Ajv2020 {
  const ajv = boundedAjv(allErrors);
  addFormats.default(ajv);
  for (const [name, test] of Object.entries(FORMATS)) ajv.addFormat(name, test);
  for (const [name, most] of Object.entries(LONGEST)) {
    const test = ajv.formats[name] as FormatDefinition<string> | FormatDefinition<string>['validate'];
    const { validate, ...more } = typeof test === 'object' && 'validate' in test ? test : { validate: test };
    const validateShort = (text: string) =>
      text.length <= most && (validate as (text: string) => boolean)(text);
    ajv.addFormat(name, { ...more, validate: validateShort });
  }
  for (const { default: definition } of [anyOf, oneOf]) {
    ajv.removeKeyword(definition.keyword as string);
    ajv.addKeyword(tellAlternatives(definition));
  }
  return ajv;
}

const HOSTNAME =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * Formats of JSON Schema that ajv-formats does not have, or takes for less than they are.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-validation#section-7.3
 */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  iri: (text) => parseIri(text).scheme !== undefined && checkIri(text) === undefined,
  'iri-reference': (text) => checkIri(text) === undefined,
  'idn-hostname': isHostname,
  'idn-email': (text) => {
    const at = text.lastIndexOf('@');
    return at > 0 && LOCAL_PART.test(text.slice(0, at)) && isHostname(text.slice(at + 1));
  },
  'uri-template': (text) => checkTemplate(text) === undefined,
  // That of ajv-formats can backtrack without bound.
  url: (text) => /^(?:https?|ftp):\/\//i.test(text) && checkIri(text) === undefined,
};

/** Texts of some formats that are longer than this, in characters, are none: looking at them would take too long. */
const LONGEST: Readonly<Record<string, number>> = {
  'date-time': 100,
  'iso-date-time': 100,
  regex: 8192,
  'uri-template': 8192,
};

/** @see RFC 5890, section 2.3.2.3 */
function isHostname(text: string): boolean {
  // What is longer than this is too long in ASCII as well.
  if (text.length > 253 || !/^[A-Za-z0-9.\-\u0080-\u{10ffff}]+$/u.test(text)) return false;
  return HOSTNAME.test(domainToASCII(text));
}

/** A dot-string, in which any character beyond ASCII may stand: RFC 6531, section 3.3. */
const LOCAL_PART =
  /^(?=.{1,64}$)[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*$/u;

/**
 * A keyword whose error has those of its alternatives in it, as {@link problemErrorsOf} takes it: `within` holds
 * them, and `ends` says where those of each alternative end. Ajv joins all of them to one list, in which they could
 * not be told apart.
 */
function tellAlternatives(definition: CodeKeywordDefinition): CodeKeywordDefinition {
  const { error } = definition;
  return {
    ...definition,
    error: {
      message: error?.message ?? '',
      params: (cxt) => {
        const { ends = nil, within = _`[]` } = cxt.params;
        const own = typeof error?.params === 'function' ? error.params(cxt) : _`{}`;
        return _`{...${own}, within: ${within}, ends: [${ends}]}`;
      },
    },
    code(cxt) {
      const { gen, errsCount = 0 } = cxt;
      const ends = (cxt.schema as readonly unknown[]).map(() => gen.let('end', errsCount));
      const subschema = cxt.subschema.bind(cxt);
      cxt.subschema = (applied, valid) => {
        const made = subschema(applied, valid);
        const end = 'schemaProp' in applied ? ends[Number(applied.schemaProp)] : undefined;
        if (end !== undefined) gen.assign(end, _`errors`);
        return made;
      };
      const report = cxt.error.bind(cxt);
      cxt.error = (...how) => {
        const within = gen.const('within', _`vErrors === null ? [] : vErrors.slice(${errsCount})`);
        cxt.reset();
        cxt.setParams(
          { within, ends: ends.reduce((list, end) => _`${list}${end} - ${errsCount},`, nil) },
          true,
        );
        report(...how);
      };
      definition.code(cxt);
    },
  };
}

const NO_SCHEMA = 'is no JSON Schema (2020-12) that can be compiled';

/**
 * Keywords of others that say nothing of what is valid, as `title` does: of OpenAPI 3.1, and those that their
 * writers mark as their own.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#schema-object
 */
export function isAnnotation(keyword: string): boolean {
  return ANNOTATIONS.has(keyword) || keyword.startsWith('x-');
}

const ANNOTATIONS: ReadonlySet<string> = new Set(['example', 'discriminator', 'externalDocs', 'xml']);

/** A schema within another one. */
interface PlacedSchema {
  readonly schema: Keywords;
  /** Where it stands, as a JSON Pointer. */
  readonly pointer: string;
}

/** Keywords whose value is a schema. */
const HOLDING_ONE: ReadonlySet<string> = new Set([
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

/** Keywords whose value is a list of schemas, or an object with one for each name. */
const HOLDING_MANY: ReadonlySet<string> = new Set([
  'allOf',
  'anyOf',
  'oneOf',
  'prefixItems',
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
]);

/** A schema and all within it. */
function* schemasIn(schema: unknown, pointer: string): Generator<PlacedSchema> {
  if (!isKeywords(schema)) return;
  yield { schema, pointer };
  for (const [keyword, value] of Object.entries(schema)) {
    const at = `${pointer}/${keyword}`;
    if (HOLDING_ONE.has(keyword)) yield* schemasIn(value, at);
    else if (HOLDING_MANY.has(keyword) && typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) yield* schemasIn(inner, `${at}/${name}`);
    }
  }
}

/** Whether a reference within the same schema leads to what is no schema itself, such as an example. */
function leadsIntoData(reference: string): boolean {
  const [, fragment = ''] = reference.split('#');
  // Whether the next step is a name or a number, beside which others lead to schemas too.
  let isAmong = false;
  for (const token of parsePointer(decodedFragment(fragment)) ?? []) {
    if (!isAmong && !HOLDING_ONE.has(token) && !HOLDING_MANY.has(token)) return true;
    isAmong = !isAmong && HOLDING_MANY.has(token);
  }
  return isAmong;
}

function decodedFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** The regular expressions of a schema, with where they stand. */
function patternsOf({ schema, pointer }: PlacedSchema): { pattern: string; pointer: string }[] {
  const { pattern, patternProperties } = schema;
  return [
    ...(typeof pattern === 'string' ? [{ pattern, pointer: `${pointer}/pattern` }] : []),
    ...(isKeywords(patternProperties) ? Object.keys(patternProperties) : []).map((name) => ({
      pattern: name,
      pointer: `${pointer}/patternProperties`,
    })),
  ];
}

function judge(pattern: string): string | undefined {
  try {
    void new RegExp(pattern, 'u');
  } catch (error) {
    return `is no regular expression: ${(error as Error).message}`;
  }
  if (isPlainPattern(pattern)) return undefined;
  // The build of recheck that runs in this process; its main build starts a worker or a native program.
  const recheck = require('recheck/lib/browser.js') as Recheck;
  const { status, complexity } = recheck.checkSync(pattern, 'u', { timeout: PATTERN_TIMEOUT });
  if (status === 'safe') return undefined;
  const found =
    status === 'vulnerable' ? `(${complexity?.summary ?? 'super-linear'})` : '(it could not be proved safe)';
  return `can backtrack without bound ${found}, so that one request could stop the server; make its parts exclude each other, anchor it with ^, or bound its repetitions`;
}
