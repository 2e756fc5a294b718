import { describeValue, quote } from './format-value.js';
import { DIALECTS, dialects } from './dialects/dialects.js';
import type { DialectDefinition } from './dialects/dialects.js';
import type { Json, JsonObject } from './documents.js';
import type { Role } from './role.js';
import type { UnlocatedFinding } from './findings.js';
import { DIALECT_CHOICE, DOCUMENTS } from './sources.js';
import { holdsContainer } from './members.js';
import { isObject } from './json/values.js';
import { nearness } from './edit-distance.js';

/** What speaks for an object without a usable `element` to be a Shoji document nevertheless. */
export interface LostElement {
  /** The element that it was probably meant to have. */
  readonly likely: string;
  /** Whether it can hardly be anything else. */
  readonly isClear: boolean;
  /** The member that was probably meant to be `element`. */
  readonly misspelt: string | undefined;
}

/** @returns undefined where the object is a Value document as good as any */
export function findLostElement(
  document: JsonObject,
  dialect: DialectDefinition,
  role: Role,
): LostElement | undefined {
  const misspelt = misspeltElement(document, dialect);
  const isClear =
    misspelt !== undefined ||
    namesShoji(document) ||
    saysWhereItIs(document, dialect) ||
    (role !== 'response' && isObject(document['body']) && knowsAllMembers(document, dialect));
  if (!isClear && !readsLikeShoji(document, dialect, role)) return undefined;
  return { likely: likelyElement(document, dialect, misspelt), isClear, misspelt };
}

function misspeltElement(document: JsonObject, dialect: DialectDefinition): string | undefined {
  return Object.keys(document).find((name) => {
    const value = document[name];
    return typeof value === 'string' && dialect.schemas.has(value) && nearness(name, 'element') !== undefined;
  });
}

function namesShoji({ element }: JsonObject): boolean {
  return typeof element === 'string' && /^\W*shoji/i.test(element);
}

/** Whether it has `self`, and nothing but members of Shoji's, or one of those that carry its structure. */
function saysWhereItIs(document: JsonObject, dialect: DialectDefinition): boolean {
  if (typeof document['self'] !== 'string') return false;
  if (knowsAllMembers(document, dialect)) return true;
  return Object.keys(document).some((name) => holdsContainer(name, document[name], dialect));
}

function knowsAllMembers(document: JsonObject, dialect: DialectDefinition): boolean {
  return Object.keys(document).every((name) => dialect.names.has(name));
}

/** Whether it has members that Shoji has too, though other documents could have them as well. */
function readsLikeShoji(document: JsonObject, dialect: DialectDefinition, role: Role): boolean {
  const { self, title, description, updated, catalogs, entities, body, index, graph } = document;
  if (isObject(catalogs) || Array.isArray(catalogs) || Array.isArray(entities)) return true;
  if (typeof self === 'string') return [title, description, updated].some((text) => typeof text === 'string');
  if (role !== 'response' && isObject(body)) return true;
  const isOfCrunch = dialect.hasIndex && (isObject(index) || Array.isArray(graph));
  return isOfCrunch && knowsAllMembers(document, dialect);
}

/** The element whose name stands in a text, however it is spelt around it: "Shoji:Catalog", "catalog". */
export function elementNamedIn(text: string, dialect: DialectDefinition): string | undefined {
  const written = text.toLowerCase();
  return [...dialect.schemas.keys()].find((element) => written.includes(element.slice('shoji:'.length)));
}

function likelyElement(
  document: JsonObject,
  dialect: DialectDefinition,
  misspelt: string | undefined,
): string {
  const written = document[misspelt ?? 'element'];
  const named = typeof written === 'string' ? elementNamedIn(written, dialect) : undefined;
  if (named !== undefined) return named;
  if (isObject(document['body'])) return 'shoji:entity';
  if (dialect.name !== 'crunch' || isObject(document['index'])) return 'shoji:catalog';
  if (Array.isArray(document['graph'])) return 'shoji:order';
  return document['value'] === undefined ? 'shoji:catalog' : 'shoji:view';
}

/** What kind of document an object is, and what is to be said of how it says so. */
export interface Recognition {
  /** As the document writes it; undefined for a Value document. */
  readonly element: string | undefined;
  /** An element of the dialect, by which the rest can be judged: the one that was meant, where it is beyond doubt. */
  readonly meant: string | undefined;
  readonly findings: readonly UnlocatedFinding[];
}

/** Whether a document says, well or badly, that it is one of Shoji's. */
export function claimsElement(element: Json | undefined): element is string {
  return typeof element === 'string' && (element.startsWith('shoji:') || /^\s*shoji\s*:/i.test(element));
}

/**
 * Tells what kind of document it is whose element is none of the dialect. Everything without an element of Shoji's is a Value
 * document, and valid as such; what only lost its element, or misspelt it, is told so.
 */
export function recogniseElement(document: JsonObject, dialect: DialectDefinition, role: Role): Recognition {
  const { element } = document;
  if (claimsElement(element)) {
    const meant = elementNamedIn(element, dialect);
    return { element, meant, findings: [unknownElement(element, meant, dialect)] };
  }
  const lost = findLostElement(document, dialect, role);
  if (lost === undefined) return { element: undefined, meant: undefined, findings: [] };
  const finding = element === undefined ? missingElement(lost) : wrongElement(element, lost);
  return { element: undefined, meant: lost.isClear ? lost.likely : undefined, findings: [finding] };
}

function unknownElement(
  element: string,
  meant: string | undefined,
  dialect: DialectDefinition,
): UnlocatedFinding {
  return {
    rule: 'unknown-element',
    level: 'error',
    pointer: '/element',
    message: `${quote(element)} is no element of ${isPatch(dialect) ? 'a PATCH by index' : `the dialect ${dialect.name}`}; ${elementAdvice(element, meant, dialect)}`,
    see: DIALECT_CHOICE,
  };
}

function elementAdvice(element: string, meant: string | undefined, dialect: DialectDefinition): string {
  const other = isPatch(dialect) ? undefined : DIALECTS.find((name) => dialects[name].schemas.has(element));
  if (other !== undefined) {
    return `it is one of the dialect ${other}, so judge it as that (--dialect ${other}; in code dialect: '${other}')`;
  }
  const elements = meant === undefined ? [...dialect.schemas.keys()] : [meant];
  return `write ${elements.map(quote).join(' or ')}`;
}

/** Whether a dialect is only as much of one as a PATCH by index needs. */
function isPatch(dialect: DialectDefinition): boolean {
  return dialect !== dialects[dialect.name];
}

const WAY_OUT = 'judge it as a Value document if it is one (--value; in code value: true)';

function wrongElement(element: Json, { likely, isClear }: LostElement): UnlocatedFinding {
  return {
    rule: 'wrong-element',
    level: isClear ? 'error' : 'warning',
    pointer: '/element',
    message:
      `"element" is ${describeValue(element)}, which makes this a Value document, ` +
      `but it reads like a Shoji document; write ${quote(likely)}, or ${WAY_OUT}`,
    see: DOCUMENTS,
  };
}

function missingElement({ likely, isClear, misspelt }: LostElement): UnlocatedFinding {
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
