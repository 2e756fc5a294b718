import type { Dialect } from './dialects.js';
import type { Role } from '../role.js';
import type { JsonObject } from '../documents.js';
import { claimsElement } from '../element.js';
import { quote } from '../format-value.js';
import { isObject } from '../json/values.js';
import type { UnlocatedFinding } from '../findings.js';
import { DIALECT_CHOICE } from '../sources.js';

/** What in a document speaks for a dialect. */
interface Evidence {
  readonly dialect: Dialect;
  readonly pointer: string;
  /** The member or element that was found, and what it says: the beginning of a sentence. */
  readonly found: string;
  readonly says: string;
}

/** The dialect that a document is judged as where nothing in it speaks for another one. */
export const DEFAULT_DIALECT: Dialect = 'draft-02';

/** Picks the dialect that a document is written in, and says why. */
export function chooseDialect(
  document: unknown,
  role: Role,
): {
  readonly dialect: Dialect;
  readonly finding: UnlocatedFinding;
} {
  const evidence = isObject(document) ? findEvidence(document, role !== 'index-patch') : undefined;
  const { dialect, pointer } = evidence ?? { dialect: DEFAULT_DIALECT, pointer: '' };
  const reason = evidence === undefined ? 'nothing in the document speaks for a dialect' : reasonOf(evidence);
  const byDefault = evidence === undefined ? ', the default' : '';
  const message = `${reason}, so it is judged as ${dialect}${byDefault}; name the dialect if that is wrong (${option('NAME')})`;
  return {
    dialect,
    finding: { rule: 'dialect-chosen', level: 'note', pointer, message, see: DIALECT_CHOICE },
  };
}

/** A document does not read as another dialect than the one that it is judged as. */
export function* otherDialect({
  document,
  dialect: { name: judgedAs },
  role,
}: {
  readonly document: JsonObject;
  readonly dialect: { readonly name: Dialect };
  readonly role: Role;
}): Generator<UnlocatedFinding> {
  // In requests, an index is a PATCH of either dialect.
  const evidence = findEvidence(document, role === 'response');
  if (evidence === undefined || evidence.dialect === judgedAs) return;
  const { dialect, pointer } = evidence;
  // All that draft 02 has, the dialect of Crunch has too.
  if (dialect === 'draft-02' && judgedAs === 'crunch') return;
  const message = `${reasonOf(evidence)}, but the document is judged as ${judgedAs}; judge it as ${dialect} if that is what it is (${option(dialect)})`;
  yield { rule: 'other-dialect', level: 'note', pointer, message, see: DIALECT_CHOICE };
}

function reasonOf({ found, says }: Evidence): string {
  return `${quote(found)} ${says}`;
}

function option(dialect: string): string {
  return `--dialect ${dialect}; in code dialect: '${dialect}'`;
}

const LINKS = ['catalogs', 'fragments', 'views'];
const CRUNCH_LINKS = ['orders', 'urls', 'folder_trees'];

/** @param byIndex - whether `index` speaks for the dialect of Crunch */
function findEvidence(document: JsonObject, byIndex: boolean): Evidence | undefined {
  const { element, self, index } = document;
  // Anybody's values may have members of these names.
  if (!claimsElement(element) && typeof self !== 'string') return undefined;
  if (element === 'shoji:view' || element === 'shoji:order') {
    return { dialect: 'crunch', pointer: '/element', found: element, says: "is an element of Crunch's" };
  }
  const map = findMember(document, LINKS, isObject);
  const array = findMember(document, LINKS, Array.isArray);
  if (array !== undefined && map === undefined) {
    return {
      dialect: 'draft-01',
      pointer: `/${array}`,
      found: array,
      says: 'is an array, as in draft 01',
    };
  }
  const member = byIndex && isObject(index) ? 'index' : findMember(document, CRUNCH_LINKS, isObject);
  if (member !== undefined) {
    return { dialect: 'crunch', pointer: `/${member}`, found: member, says: "is a member of Crunch's" };
  }
  if (map === undefined) return undefined;
  return {
    dialect: 'draft-02',
    pointer: `/${map}`,
    found: map,
    says: 'gives its links names, as in draft 02',
  };
}

function findMember(
  document: JsonObject,
  names: readonly string[],
  fits: (value: unknown) => boolean,
): string | undefined {
  for (const name of names) {
    const value = document[name];
    if (value !== undefined && fits(value)) return name;
  }
  return undefined;
}
