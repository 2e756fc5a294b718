import type { DialectDefinition } from './dialects/dialect.js';
import { DIALECTS, dialects } from './dialects/dialects.js';
import type { Json, JsonObject } from './documents.js';
import { describeJson, quote } from './json/quote.js';
import { isJsonObject } from './rules/members.js';
import type { Remark } from './rules/rule.js';

/** What kind of document an object is, and what is to be said of how it says so. */
export interface Recognition {
  /** As the document writes it; undefined for a Value document. */
  readonly element: string | undefined;
  readonly remarks: readonly Remark[];
}

/**
 * Tells what kind of document a JSON value is. Everything without an element of Shoji's is a Value
 * document, and valid as such; what only forgot its element, or misspelt it, is told so.
 */
export function recogniseElement(document: JsonObject, dialect: DialectDefinition): Recognition {
  const { element } = document;
  if (typeof element === 'string' && /^\s*shoji\s*:/i.test(element)) {
    const remarks = dialect.schemas.has(element) ? [] : [unknownElement(element, dialect)];
    return { element, remarks };
  }
  const likely = likelyElement(document);
  if (likely === undefined) return { element: undefined, remarks: [] };
  const remark =
    element === undefined ? missingElement(likely, dialect) : wrongElement(element, likely, dialect);
  return { element: undefined, remarks: [remark] };
}

function unknownElement(element: string, dialect: DialectDefinition): Remark {
  return {
    rule: 'unknown-element',
    level: 'error',
    pointer: '/element',
    message: `${quote(element)} is no element of the dialect ${dialect.name}; ${elementAdvice(element, dialect)}`,
    see: dialect.see,
  };
}

function elementAdvice(element: string, dialect: DialectDefinition): string {
  const other = DIALECTS.find((name) => dialects[name].schemas.has(element));
  if (other !== undefined) return `it is one of the dialect ${other}, so validate it as such`;
  const elements = [...dialect.schemas.keys()];
  const meant = elements.find((known) => known === element.toLowerCase().replaceAll(/\s/g, ''));
  return `write ${meant === undefined ? elements.map(quote).join(' or ') : quote(meant)}`;
}

function wrongElement(element: Json, likely: string, dialect: DialectDefinition): Remark {
  return {
    rule: 'wrong-element',
    level: 'error',
    pointer: '/element',
    message:
      `"element" is ${describeJson(element)}, which makes this a Value document, ` +
      `but its other members read like ${quote(likely)}; write that, or rename the member`,
    see: dialect.see,
  };
}

function missingElement(likely: string, dialect: DialectDefinition): Remark {
  return {
    rule: 'missing-element',
    level: 'warning',
    pointer: '',
    message:
      'without "element" this is a Value document, which may hold anything, ' +
      `but it reads like a Shoji document; add "element": ${quote(likely)} if it is meant to be one`,
    see: dialect.see,
  };
}

/** What a document without a usable element was probably meant to be. */
function likelyElement({ self, body, catalogs, entities }: JsonObject): string | undefined {
  if (isJsonObject(body) && typeof self === 'string') return 'shoji:entity';
  const hasLinks = isJsonObject(catalogs) || Array.isArray(catalogs) || Array.isArray(entities);
  return hasLinks ? 'shoji:catalog' : undefined;
}
