import type { Dialect } from '../dialects/dialect.js';
import { dialects } from '../dialects/dialects.js';
import type { Json } from '../documents.js';
import type { Role } from '../role.js';
import { isJsonObject } from '../rules/members.js';
import { ConversionError } from './conversion-error.js';
import type { Loss } from './loss.js';
import { namesInObject, namesInText, type NamesOf } from './name-order.js';
import { placeInSource } from './place-in-source.js';
import { routeBetween } from './route.js';

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
    return { ...conversion, losses: placeInSource(conversion.losses, text) };
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    throw new ConversionError(placeInSource(error.findings, text));
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
    if (!isJsonObject(converted)) break;
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
