import { chooseDialect, DEFAULT_DIALECT, otherDialect } from './dialects/detect-dialect.js';
import type { CompiledSchema } from './dialects/compiled-schema.js';
import { dialects } from './dialects/dialects.js';
import type { Dialect, DialectDefinition } from './dialects/dialects.js';
import type { JsonObject } from './documents.js';
import { recogniseElement } from './element.js';
import type { Finding, Remark, Subject } from './findings.js';
import { findTooDeep, isObject } from './json/values.js';
import { DEFAULT_JSON_DEPTH, readJson } from './json/read.js';
import { byteOrderMarkRemark, jsonRemark, notJsonRemark, tooDeepRemark } from './rules/text.js';
import { placeInDocument, placeInText } from './locate-findings.js';
import { looksGood } from './quick-look.js';
import type { Role } from './role.js';
import type { RuleName } from './rules/names.js';
import { elementOf } from './members.js';
import { isMissingSelf, schemaRemarks } from './rules/schema-errors.js';

export type { Role } from './role.js';

/** How to judge a document. */
export interface ValidateTextOptions {
  /** `draft-02` by default; `auto` picks one by what is in the document, and says which and why. */
  readonly dialect?: Dialect | 'auto';
  /** `response` by default, which must have `self`; a request need not. */
  readonly role?: Role;
  /** That the document is known to be a Value document, so that no `element` is looked for in it. */
  readonly value?: boolean;
  /**
   * Most errors to find: whoever reads what strangers send need not look further, for what one of them
   * can send is wrong in more places than there is time for. Nothing but errors is looked for then. By
   * default everything is found that there is to say.
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
 * @see Shoji draft 02, section 1.1
 */
export function validate(document: unknown, options: ValidateOptions = {}): Validation {
  if (options.text !== undefined) return judgeText(options.text, options, document);
  const { element, dialect, remarks } = isJson(document)
    ? judge(document, options)
    : unjudged(options, [notJsonRemark(document)]);
  return conclude(element, dialect, placeInDocument(remarks, document));
}

/**
 * Reads a text strictly and judges the document that it holds; the findings have lines and columns,
 * and what is wrong with the JSON is among them.
 *
 * @param text - any text; of bytes, what `decodeUtf8` gives
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
  const { element, dialect, remarks } = isReadable
    ? judge(document ?? value, options)
    : unjudged(options, []);
  const textRemarks = [...(hasMark ? [byteOrderMarkRemark()] : []), ...faults.map(jsonRemark)];
  return conclude(element, dialect, placeInText(remarks, textRemarks, text));
}

const BYTE_ORDER_MARK = '\uFEFF';
const UNREADABLE: ReadonlySet<string> = new Set(['empty', 'malformed-json', 'too-deep']);

/** What there is to say about a document, before it is placed. */
export interface Judgement {
  readonly element: string | undefined;
  readonly dialect: Dialect;
  readonly remarks: readonly Remark[];
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
    const chosen = chooseDialect(document);
    const { element, remarks } = judgeAs(document, dialects[chosen.dialect], role, value, maxErrors);
    const chosenRemarks = maxErrors === ALL ? [chosen.remark] : [];
    return { element, dialect: chosen.dialect, remarks: [...chosenRemarks, ...remarks] };
  }
  if (!value && isObject(document) && looksGood(document, dialect, role)) {
    return { element: elementOf(document), dialect, remarks: [] };
  }
  return judgeFully(document, dialect, role, value, maxErrors);
}

const ALL = Number.POSITIVE_INFINITY;

/** Judges a document by all rules, however good it looks. */
export function judgeFully(
  document: unknown,
  dialect: Dialect,
  role: Role,
  isValue: boolean,
  maxErrors: number = ALL,
): Judgement {
  const { element, remarks } = judgeAs(document, dialects[dialect], role, isValue, maxErrors);
  const others = isObject(document) && !isValue && maxErrors === ALL ? otherDialect(document, dialect) : [];
  return { element, dialect, remarks: [...remarks, ...others] };
}

function judgeAs(
  document: unknown,
  dialect: DialectDefinition,
  role: Role,
  isValue: boolean,
  maxErrors: number,
): Omit<Judgement, 'dialect'> {
  if (isValue || !isObject(document)) return { element: undefined, remarks: [] };
  const { element, meant, remarks: all } = recogniseElement(document, dialect, role);
  const remarks = maxErrors === ALL ? all : all.filter(isError).slice(0, maxErrors);
  const schema = meant === undefined ? undefined : dialect.schemas.get(meant);
  if (meant === undefined || schema === undefined) return { element, remarks };
  if (element === meant)
    return { element, remarks: judgeMembers(document, schema, dialect, role, maxErrors) };
  const left = maxErrors - remarks.length;
  const others = judgeMembers({ ...document, element: meant }, schema, dialect, role, left);
  return { element, remarks: [...remarks, ...others.filter(({ rule }) => !OF_ONE_ELEMENT.has(rule))] };
}

/** What another element might not have to say, so that it is not said where the element is a guess. */
const OF_ONE_ELEMENT: ReadonlySet<RuleName> = new Set(['missing-member', 'misplaced-member']);

/** Judges the members of a document whose element is known, so that the schema is the right one. */
function judgeMembers(
  document: JsonObject,
  schema: CompiledSchema,
  dialect: DialectDefinition,
  role: Role,
  maxErrors: number,
): readonly Remark[] {
  if (document['element'] === 'shoji:order') {
    const tooDeep = findTooDeep(document['graph'], DEFAULT_JSON_DEPTH - 1);
    if (tooDeep !== undefined) return [tooDeepRemark(`/graph${tooDeep}`, DEFAULT_JSON_DEPTH)];
  }
  // One more, for a request is not told that it has no self.
  schema(document, { maxErrors: maxErrors + 1 });
  const errors = (schema.errors ?? []).filter((error) => role === 'response' || !isMissingSelf(error));
  const remarks = schemaRemarks(errors, document, dialect, maxErrors);
  // The commonest fault of all: a document that would do as a request is judged as a response.
  if (document['self'] === undefined && looksGood(document, dialect.name, 'request')) return remarks;
  if (maxErrors === ALL) return [...remarks, ...ruleRemarks({ document, dialect, role })];
  return [...remarks, ...ruleErrors({ document, dialect, role }, maxErrors - remarks.length)];
}

function ruleRemarks(subject: Subject): readonly Remark[] {
  return subject.dialect.rules.flatMap((rule) => [...rule(subject)]);
}

/** The first errors that the rules find: what they would find after those is not looked for. */
function ruleErrors(subject: Subject, most: number): readonly Remark[] {
  const errors: Remark[] = [];
  for (const rule of subject.dialect.errorRules) {
    if (errors.length >= most) break;
    for (const remark of rule(subject)) {
      if (isError(remark)) errors.push(remark);
      if (errors.length >= most) break;
    }
  }
  return errors;
}

function isError({ level }: Remark): boolean {
  return level === 'error';
}

function unjudged({ dialect = 'auto' }: ValidateTextOptions, remarks: readonly Remark[]): Judgement {
  return { element: undefined, dialect: dialect === 'auto' ? DEFAULT_DIALECT : dialect, remarks };
}

function conclude(element: string | undefined, dialect: Dialect, findings: readonly Finding[]): Validation {
  return { element, dialect, valid: findings.every(({ level }) => level !== 'error'), findings };
}
