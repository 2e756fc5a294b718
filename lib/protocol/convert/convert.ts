import { ConversionError, namesInObject, namesInText } from './conversion.js';
import type { Loss, NamesOf, Step } from './conversion.js';
import { dialects } from '../dialects/dialects.js';
import type { Dialect } from '../dialects/dialects.js';
import type { Json } from '../documents.js';
import type { Role } from '../role.js';
import { validate } from '../validate.js';
import { isObject } from '../json/values.js';
import { locateInSource } from '../locate-findings.js';
import { fromCrunch } from './from-crunch.js';
import { fromDraft01, toDraft01 } from './draft-01.js';
import { toCrunch } from './to-crunch.js';

const TO_DRAFT_02: Readonly<Record<Exclude<Dialect, 'draft-02'>, Step>> = {
  'draft-01': fromDraft01,
  crunch: fromCrunch,
};

const FROM_DRAFT_02: Readonly<Record<Exclude<Dialect, 'draft-02'>, Step>> = {
  'draft-01': toDraft01,
  crunch: toCrunch,
};

/** The steps from one dialect to another: draft 02 is on every way. */
export function routeBetween(from: Dialect, to: Dialect): readonly Step[] {
  if (from === to) return [];
  return [
    ...(from === 'draft-02' ? [] : [TO_DRAFT_02[from]]),
    ...(to === 'draft-02' ? [] : [FROM_DRAFT_02[to]]),
  ];
}

/** A document in another dialect. */
export interface Conversion {
  readonly document: Json;
  /** What it cannot say; in the order of the source's text, if that is known. */
  readonly losses: readonly Loss[];
}

/** As `convert` takes them, once it is known what the document is written in. */
export interface Conditions {
  readonly from: Dialect;
  readonly to: Dialect;
  readonly role: Role;
  readonly text?: string | undefined;
}

/**
 * Converts a document that is known to be valid in its dialect.
 *
 * @throws {ConversionError} as `convert` does
 */
export function convertValid(document: Json, conditions: Conditions): Conversion {
  const { text } = conditions;
  if (text === undefined) return takeSteps(document, conditions, undefined);
  try {
    const conversion = takeSteps(document, conditions, namesInText(text));
    return { ...conversion, losses: locateInSource(conversion.losses, text) };
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    throw new ConversionError(locateInSource(error.findings, text));
  }
}

function takeSteps(
  document: Json,
  { from, to, role }: Conditions,
  namesInSource: NamesOf | undefined,
): Conversion {
  let converted = document;
  let dialect = from;
  let namesOf = namesInSource;
  let moved: ReadonlyMap<string, string> = new Map();
  const losses: Loss[] = [];
  for (const step of routeBetween(from, to)) {
    if (!isObject(converted)) break;
    const { element } = converted;
    // What is no element of the dialect is a Value document, which is the same in all.
    if (typeof element !== 'string' || !dialects[dialect].schemas.has(element)) break;
    namesOf ??= namesInObject(converted);
    const result = step({ document: converted, element, namesOf, role });
    for (const { pointer, message } of result.losses) {
      losses.push({ pointer: moved.get(pointer) ?? pointer, message });
    }
    converted = result.document;
    moved = result.moved ?? moved;
    dialect = 'draft-02';
    namesOf = undefined;
  }
  return { document: converted, losses };
}

export { ConversionError } from './conversion.js';

export type { Loss } from './conversion.js';

/** Between which dialects to convert. */
export interface ConvertOptions {
  /** What the document is written in; with `auto`, what it reads as. */
  readonly from: Dialect | 'auto';
  readonly to: Dialect;
  /** `response` by default, which must have `self`; a request need not. */
  readonly role?: Role;
  /**
   * The text that the document was read from, so that losses have a line and a column, and names
   * that are integers keep the order they are written in.
   */
  readonly text?: string;
}

/**
 * Converts a document from one dialect to another, and tells what the other cannot say. Members
 * that no dialect names are kept. From draft 01 to Crunch and back, it goes by way of draft 02.
 *
 * What is valid becomes valid. A view or an order of Crunch's becomes a Value document; a view
 * without a value becomes a catalog. The document given is not changed.
 *
 * @param document - a JSON value, as JSON.parse gives it
 * @returns the new document, which shares parts with the old one, and the losses
 * @throws {ConversionError} where the document is not valid in its own dialect, or the value of a
 *   view would not be valid on its own
 *
 * @example
 * ```ts
 * import { convert } from 'koa-shoji/protocol';
 *
 * const old = { element: 'shoji:catalog', self: '', catalogs: ['bills/'] };
 * const { document, losses } = convert(old, { from: 'draft-01', to: 'draft-02' });
 * console.log(document); // { element: 'shoji:catalog', self: '', catalogs: { bills: 'bills/' } }
 * console.log(losses); // []
 * ```
 *
 * @see Shoji draft 02, section 1.1
 */
export function convert(
  document: unknown,
  { from, to, role = 'response', text }: ConvertOptions,
): Conversion {
  const judged = validate(document, { dialect: from, role, ...(text !== undefined && { text }) });
  if (!judged.valid) throw new ConversionError(judged.findings);
  return convertValid(document as Json, { from: judged.dialect, to, role, text });
}
