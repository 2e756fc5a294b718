import { describe } from './describe.js';
import type { DialectDefinition } from './dialects/dialect.js';
import { DIALECTS, dialects } from './dialects/dialects.js';
import type { Json, JsonObject } from './documents.js';
import { quote } from './json/quote.js';
import { elementNamedIn, findLostElement, type LostElement } from './lost-element.js';
import type { Role } from './role.js';
import type { Remark } from './rules/rule.js';
import { DIALECT_CHOICE, DOCUMENTS } from './sources.js';

/** What kind of document an object is, and what is to be said of how it says so. */
export interface Recognition {
  /** As the document writes it; undefined for a Value document. */
  readonly element: string | undefined;
  /** An element of the dialect, by which the rest can be judged: the one that was meant, where it is beyond doubt. */
  readonly meant: string | undefined;
  readonly remarks: readonly Remark[];
}

/** Whether a document says, well or badly, that it is one of Shoji's. */
export function claimsElement(element: Json | undefined): element is string {
  return typeof element === 'string' && /^\s*shoji\s*:/i.test(element);
}

/**
 * Tells what kind of document a JSON value is. Everything without an element of Shoji's is a Value
 * document, and valid as such; what only lost its element, or misspelt it, is told so.
 */
export function recogniseElement(document: JsonObject, dialect: DialectDefinition, role: Role): Recognition {
  const { element } = document;
  if (claimsElement(element)) {
    if (dialect.schemas.has(element)) return { element, meant: element, remarks: [] };
    const meant = elementNamedIn(element, dialect);
    return { element, meant, remarks: [unknownElement(element, meant, dialect)] };
  }
  const lost = findLostElement(document, dialect, role);
  if (lost === undefined) return { element: undefined, meant: undefined, remarks: [] };
  const remark = element === undefined ? missingElement(lost) : wrongElement(element, lost);
  return { element: undefined, meant: lost.isClear ? lost.likely : undefined, remarks: [remark] };
}

function unknownElement(element: string, meant: string | undefined, dialect: DialectDefinition): Remark {
  return {
    rule: 'unknown-element',
    level: 'error',
    pointer: '/element',
    message: `${quote(element)} is no element of the dialect ${dialect.name}; ${elementAdvice(element, meant, dialect)}`,
    see: DIALECT_CHOICE,
  };
}

function elementAdvice(element: string, meant: string | undefined, dialect: DialectDefinition): string {
  const other = DIALECTS.find((name) => dialects[name].schemas.has(element));
  if (other !== undefined) {
    return `it is one of the dialect ${other}, so judge it as that (--dialect ${other}; in code dialect: '${other}')`;
  }
  const elements = meant === undefined ? [...dialect.schemas.keys()] : [meant];
  return `write ${elements.map(quote).join(' or ')}`;
}

const WAY_OUT = 'judge it as a Value document if it is one (--value; in code value: true)';

function wrongElement(element: Json, { likely, isClear }: LostElement): Remark {
  return {
    rule: 'wrong-element',
    level: isClear ? 'error' : 'warning',
    pointer: '/element',
    message:
      `"element" is ${describe(element)}, which makes this a Value document, ` +
      `but it reads like a Shoji document; write ${quote(likely)}, or ${WAY_OUT}`,
    see: DOCUMENTS,
  };
}

function missingElement({ likely, isClear, misspelt }: LostElement): Remark {
  const found = misspelt === undefined ? '' : ` (${quote(misspelt)} is probably meant to be it)`;
  return {
    rule: 'missing-element',
    level: isClear ? 'error' : 'warning',
    pointer: '',
    message:
      `without "element"${found} this is a Value document, but it reads like a Shoji document; ` +
      `add "element": ${quote(likely)}, or ${WAY_OUT}`,
    see: DOCUMENTS,
  };
}
