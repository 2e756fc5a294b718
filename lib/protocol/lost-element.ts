import type { DialectDefinition } from './dialects/dialect.js';
import type { JsonObject } from './documents.js';
import { holdsContainer } from './member-kinds.js';
import { nearness } from './near-name.js';
import type { Role } from './role.js';
import { isJsonObject } from './rules/members.js';

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
    (role === 'request' && isJsonObject(document['body']) && knowsAllMembers(document, dialect));
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
  if (isJsonObject(catalogs) || Array.isArray(catalogs) || Array.isArray(entities)) return true;
  if (typeof self === 'string') return [title, description, updated].some((text) => typeof text === 'string');
  if (role === 'request' && isJsonObject(body)) return true;
  const isOfCrunch = dialect.name === 'crunch' && (isJsonObject(index) || Array.isArray(graph));
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
  if (isJsonObject(document['body'])) return 'shoji:entity';
  if (dialect.name !== 'crunch' || isJsonObject(document['index'])) return 'shoji:catalog';
  if (Array.isArray(document['graph'])) return 'shoji:order';
  return document['value'] === undefined ? 'shoji:catalog' : 'shoji:view';
}
