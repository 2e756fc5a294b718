import { chooseDialect, DEFAULT_DIALECT, otherDialect } from './dialects/detect-dialect.js';
import type { CompiledSchema, SchemaError } from './dialects/compiled-schema.js';
import { dialects } from './dialects/dialects.js';
import type { Dialect, DialectDefinition } from './dialects/dialects.js';
import type { JsonObject } from './documents.js';
import { recogniseElement } from './element.js';
import type { Finding, UnlocatedFinding } from './findings.js';
import { DEFAULT_JSON_DEPTH, readJson } from './json/read.js';
import { findTooDeep, isObject } from './json/values.js';
import { locateInText, sortByDocument } from './locate-findings.js';
import type { Role } from './role.js';
import type { RuleName } from './rules/names.js';
import { DOCUMENT_RULES } from './rules/rules.js';
import type { Rule } from './rules/rules.js';
import { explainSchemaErrors } from './rules/schema-errors.js';
import { byteOrderMark, noJson, textFault, tooDeep } from './rules/text.js';
import { traitsOf } from './rules/traits.js';
import type { Subject, Traits } from './rules/traits.js';

export type { Role } from './role.js';

/** How to judge a document. */
export interface ValidateTextOptions {
  /** `draft-02` by default; `auto` picks one by what is in the document, and says which and why. */
  readonly dialect?: Dialect | 'auto';
  /** `response` by default, which must have `self`; what clients send need not. */
  readonly role?: Role;
  /** That the document is known to be a Value document, so that no `element` is looked for in it. */
  readonly value?: boolean;
  /**
   * Most errors to find: a server that reads what clients send need not look further, for a document can be
   * wrong in more places than there is time for. Nothing but errors is looked for then. By default everything
   * is found that there is to say.
   */
  readonly maxErrors?: number;
}

/** How to judge a document that was read already. */
export interface ValidateOptions extends ValidateTextOptions {
  /** The text that the document was read from, so that findings have a line and a column. */
  readonly text?: string;
}

/** What there is to say about a document. */
export interface Validation {
  /** As the document writes it (`shoji:catalog`); undefined for a Value document. */
  readonly element: string | undefined;
  /** What it was judged as: the one that was picked, where `auto` was asked for. */
  readonly dialect: Dialect;
  /** Whether no finding is an error. */
  readonly valid: boolean;
  /** In the order of the document. */
  readonly findings: readonly Finding[];
}

/**
 * Judges a document that was read already.
 *
 * How deep it nests is asked of nothing but an order's `graph`, the one part that Shoji itself nests.
 *
 * @param document - a JSON value, as JSON.parse gives it; of any other value it is said that it is none
 * @returns all findings, not the first alone, unless `maxErrors` says so
 *
 * @example
 * ```ts
 * import { validate } from 'koa-shoji/protocol';
 *
 * const { valid, findings } = validate({ element: 'shoji:catalog', self: '', entities: ['1/', '1/'] });
 * console.log(valid); // true: a repeated entity is a warning
 * for (const { level, rule, pointer } of findings) console.log(level, rule, pointer); // warning repeated-entity /entities/1
 * ```
 *
 * @see Shoji draft 02, section 1.1
 */
export function validate(document: unknown, options: ValidateOptions = {}): Validation {
  if (options.text !== undefined) return judgeText(options.text, options, document);
  const { element, dialect, findings } = isJson(document)
    ? judge(document, options)
    : unjudged(options, [noJson(document)]);
  return conclude(element, dialect, findings.length === 0 ? [] : sortByDocument(findings, document));
}

/**
 * Reads a text strictly and judges the document that it holds; the findings have lines and columns,
 * and what is wrong with the JSON is among them.
 *
 * @param text - any text; of bytes, what `decodeUtf8` gives
 *
 * @example
 * ```ts
 * import { validateText } from 'koa-shoji/protocol';
 *
 * const { findings } = validateText('{"element": "shoji:entity", "self": "/books/1/"}');
 * for (const { line, column, message } of findings) console.log(`${line}:${column} ${message}`);
 * ```
 */
export function validateText(text: string, options: ValidateTextOptions = {}): Validation {
  return judgeText(text, options);
}

/** @param document - what the text was read as already, where it was */
function judgeText(text: string, options: ValidateTextOptions, document?: unknown): Validation {
  const hasMark = text.startsWith(BYTE_ORDER_MARK);
  // A space in its place lets the rest be read, and leaves all offsets as they are.
  const { value, faults } = readJson(hasMark ? ` ${text.slice(1)}` : text);
  // What cannot be read, or is too deep to be walked over, says nothing of Shoji yet.
  const isReadable = !faults.some(({ rule }) => UNREADABLE.has(rule));
  const { element, dialect, findings } = isReadable
    ? judge(document ?? value, options)
    : unjudged(options, []);
  const ofText = [...(hasMark ? [byteOrderMark()] : []), ...faults.map(textFault)];
  return conclude(element, dialect, locateInText(findings, ofText, text));
}

const BYTE_ORDER_MARK = '\uFEFF';
const UNREADABLE: ReadonlySet<string> = new Set(['empty', 'malformed-json', 'too-deep']);

/** What there is to say about a document, before it is located. */
interface Judgement {
  readonly element: string | undefined;
  readonly dialect: Dialect;
  readonly findings: readonly UnlocatedFinding[];
}

/** Whether a value is of a type that JSON has; what is in it is not asked. */
function isJson(value: unknown): boolean {
  const type = typeof value;
  if (type === 'number') return Number.isFinite(value);
  return type === 'object' || type === 'string' || type === 'boolean';
}

function judge(
  document: unknown,
  { dialect = DEFAULT_DIALECT, role = 'response', value = false, maxErrors = ALL }: ValidateTextOptions,
): Judgement {
  if (dialect === 'auto') {
    const chosen = chooseDialect(document, role);
    const { element, findings } = judgeAs(document, chosen.dialect, role, value, maxErrors);
    const note = maxErrors === ALL ? [chosen.finding] : [];
    return { element, dialect: chosen.dialect, findings: [...note, ...findings] };
  }
  return judgeAs(document, dialect, role, value, maxErrors);
}

const ALL = Number.POSITIVE_INFINITY;

function judgeAs(
  document: unknown,
  name: Dialect,
  role: Role,
  isValue: boolean,
  maxErrors: number,
): Judgement {
  if (isValue || !isObject(document)) return { element: undefined, dialect: name, findings: [] };
  const { element: written, index } = document;
  const ofName = dialects[name];
  // In requests, an index is a PATCH by it also where catalogs have none.
  const isPatch =
    role === 'index-patch' ||
    (index !== undefined &&
      role === 'request' &&
      !ofName.hasIndex &&
      written === 'shoji:catalog' &&
      isObject(index));
  const dialect = (isPatch ? ofName.indexPatch : undefined) ?? ofName;
  const own = typeof written === 'string' ? dialect.schemas.get(written) : undefined;
  if (typeof written === 'string' && own !== undefined) {
    return {
      element: written,
      dialect: name,
      findings: judgeMembers(document, own, dialect, role, maxErrors),
    };
  }
  const { element, meant, findings: all } = recogniseElement(document, dialect, role);
  const findings =
    maxErrors === ALL
      ? [...all, ...otherDialect({ document, dialect, role })]
      : all.filter(isError).slice(0, maxErrors);
  const schema = meant === undefined ? undefined : dialect.schemas.get(meant);
  if (meant === undefined || schema === undefined) return { element, dialect: name, findings };
  const left = maxErrors - findings.length;
  const others = judgeMembers({ ...document, element: meant }, schema, dialect, role, left);
  return {
    element,
    dialect: name,
    findings: [...findings, ...others.filter(({ rule }) => !OF_ONE_ELEMENT.has(rule))],
  };
}

/** What another element might not have to say, so that it is not said where the element is a guess. */
const OF_ONE_ELEMENT: ReadonlySet<RuleName> = new Set([
  'missing-member',
  'misplaced-member',
  'other-dialect',
]);

/** Judges the members of a document whose element is known, so that the schema is the right one. */
function judgeMembers(
  document: JsonObject,
  schema: CompiledSchema,
  dialect: DialectDefinition,
  role: Role,
  maxErrors: number,
): readonly UnlocatedFinding[] {
  if (document['element'] === 'shoji:order') {
    const pointer = findTooDeep(document['graph'], DEFAULT_JSON_DEPTH - 1);
    if (pointer !== undefined) return [tooDeep(`/graph${pointer}`, DEFAULT_JSON_DEPTH)];
  }
  const subject = { document, dialect, role };
  const fits = schema(document, { maxErrors });
  const isPlaced = role !== 'response' || document['self'] !== undefined;
  if (fits && isPlaced) return maxErrors === ALL ? applyRules(subject) : findErrors(subject, maxErrors);
  const errors = [...(isPlaced ? [] : [MISSING_SELF]), ...((fits ? undefined : schema.errors) ?? [])];
  const findings = explainSchemaErrors(errors, document, dialect, maxErrors);
  if (maxErrors === ALL) return [...findings, ...applyRules(subject)];
  return [...findings, ...findErrors(subject, maxErrors - findings.length)];
}

/** What the schemas have against a document that does not say where it is; they are compiled without, for requests. */
const MISSING_SELF: SchemaError = {
  instancePath: '',
  keyword: 'required',
  params: { missingProperty: 'self' },
};

/** Lists the rules of a dialect. */
function rulesOf(name: Dialect): readonly Rule[] {
  return DOCUMENT_RULES.filter((rule) => rule.dialects?.includes(name) ?? true);
}

const RULES_OF: Readonly<Record<Dialect, readonly Rule[]>> = {
  'draft-02': rulesOf('draft-02'),
  'draft-01': rulesOf('draft-01'),
  crunch: rulesOf('crunch'),
};

/** What any of these rules is concerned with. */
function concernsOf(rules: readonly Rule[]): Traits {
  return rules.reduce((all, { concerns }) => all | concerns, 0);
}

const CONCERNS_OF: Readonly<Record<Dialect, Traits>> = {
  'draft-02': concernsOf(RULES_OF['draft-02']),
  'draft-01': concernsOf(RULES_OF['draft-01']),
  crunch: concernsOf(RULES_OF.crunch),
};

/** What those rules are concerned with that have errors to find. */
const ERROR_CONCERNS: Traits = concernsOf(DOCUMENT_RULES.filter(({ level }) => level === 'error'));

const NONE: readonly UnlocatedFinding[] = [];

/** Asks all rules of its dialect about a document. */
function applyRules(subject: Subject): readonly UnlocatedFinding[] {
  const traits = traitsOf(subject);
  if ((traits & CONCERNS_OF[subject.dialect.name]) === 0) return NONE;
  const findings: UnlocatedFinding[] = [];
  for (const { concerns, check } of RULES_OF[subject.dialect.name]) {
    if ((traits & concerns) === 0) continue;
    for (const finding of check(subject)) findings.push(finding);
  }
  return findings;
}

/** Finds the first errors alone: what the rules would find after those is not looked for. */
function findErrors(subject: Subject, maxErrors: number): readonly UnlocatedFinding[] {
  if (maxErrors <= 0 || (traitsOf(subject, ERROR_CONCERNS) & ERROR_CONCERNS) === 0) return NONE;
  const errors: UnlocatedFinding[] = [];
  for (const { level, check } of RULES_OF[subject.dialect.name]) {
    if (level !== 'error') continue;
    if (errors.length >= maxErrors) break;
    for (const finding of check(subject)) {
      if (finding.level === 'error') errors.push(finding);
      if (errors.length >= maxErrors) break;
    }
  }
  return errors;
}

function isError({ level }: Pick<Finding, 'level'>): boolean {
  return level === 'error';
}

function unjudged(
  { dialect = 'auto' }: ValidateTextOptions,
  findings: readonly UnlocatedFinding[],
): Judgement {
  return { element: undefined, dialect: dialect === 'auto' ? DEFAULT_DIALECT : dialect, findings };
}

function conclude(element: string | undefined, dialect: Dialect, findings: readonly Finding[]): Validation {
  return {
    element,
    dialect,
    valid: !findings.some(isError),
    findings,
  };
}
