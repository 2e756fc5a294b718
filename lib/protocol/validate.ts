import type { Dialect, DialectDefinition } from './dialects/dialect.js';
import { dialects } from './dialects/dialects.js';
import type { JsonObject } from './documents.js';
import { recogniseElement } from './element.js';
import type { Finding } from './findings.js';
import { findTooDeep } from './json/depth.js';
import { DEFAULT_JSON_DEPTH, readJson, type JsonFault } from './json/read.js';
import { jsonRemark, tooDeepRemark } from './json-remarks.js';
import { placeInDocument, placeInText } from './placing.js';
import type { Role } from './role.js';
import { isJsonObject } from './rules/members.js';
import type { Remark } from './rules/rule.js';
import { isMissingSelf, schemaRemarks } from './schema-remarks.js';

export type { Role } from './role.js';

/** How to judge a document. */
export interface ValidateTextOptions {
  /** `draft-02` by default. */
  readonly dialect?: Dialect;
  /** `response` by default, which must have `self`; a request need not. */
  readonly role?: Role;
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
  readonly dialect: Dialect;
  /** Whether no finding is an error. */
  readonly valid: boolean;
  /** In the order of the document. */
  readonly findings: readonly Finding[];
}

/**
 * Judges a document that was read already.
 *
 * @param document - a JSON value, as JSON.parse gives it
 * @returns all findings, not the first alone
 * @see Shoji draft 02, section 1.1
 */
export function validate(document: unknown, options: ValidateOptions = {}): Validation {
  if (options.text !== undefined) {
    return judgeReading(document, readJson(options.text).faults, options.text, options);
  }
  const tooDeep = findTooDeep(document, DEFAULT_JSON_DEPTH);
  if (tooDeep !== undefined)
    return conclude(undefined, [tooDeepRemark(tooDeep, DEFAULT_JSON_DEPTH)], options);
  const { element, remarks } = judge(document, options);
  return conclude(element, placeInDocument(remarks, document), options);
}

/**
 * Reads a text strictly and judges the document that it holds; the findings have lines and columns,
 * and what is wrong with the JSON is among them.
 *
 * @param text - any text; of bytes, what `decodeUtf8` gives
 */
export function validateText(text: string, options: ValidateTextOptions = {}): Validation {
  const { value, faults } = readJson(text);
  return judgeReading(value, faults, text, options);
}

function judgeReading(
  document: unknown,
  faults: readonly JsonFault[],
  text: string,
  options: ValidateTextOptions,
): Validation {
  // What cannot be read, or is too deep to be walked over, says nothing of Shoji yet.
  const isReadable = !faults.some(({ rule }) => UNREADABLE.has(rule));
  const { element, remarks } = isReadable ? judge(document, options) : { element: undefined, remarks: [] };
  return conclude(element, placeInText(remarks, faults.map(jsonRemark), text), options);
}

const UNREADABLE: ReadonlySet<string> = new Set(['empty', 'malformed-json', 'too-deep']);

interface Judgement {
  readonly element: string | undefined;
  readonly remarks: readonly Remark[];
}

function judge(
  document: unknown,
  { dialect = 'draft-02', role = 'response' }: ValidateTextOptions,
): Judgement {
  if (!isJsonObject(document)) return { element: undefined, remarks: [] };
  const definition = dialects[dialect];
  const { element, remarks } = recogniseElement(document, definition);
  const schema = element === undefined ? undefined : definition.schemas.get(element);
  if (schema === undefined) return { element, remarks };
  schema(document);
  const errors = (schema.errors ?? []).filter((error) => role === 'response' || !isMissingSelf(error));
  return {
    element,
    remarks: [
      ...remarks,
      ...schemaRemarks(errors, document, definition),
      ...ruleRemarks(document, definition),
    ],
  };
}

function ruleRemarks(document: JsonObject, dialect: DialectDefinition): readonly Remark[] {
  return dialect.rules.flatMap((rule) => [...rule({ document, dialect })]);
}

function conclude(
  element: string | undefined,
  findings: readonly Finding[],
  { dialect = 'draft-02' }: ValidateTextOptions,
): Validation {
  return { element, dialect, valid: findings.every(({ level }) => level !== 'error'), findings };
}
