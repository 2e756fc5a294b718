import type { Dialect } from './dialects.js';
import type { JsonObject } from '../documents.js';
import { claimsElement } from '../element.js';
import { quote } from '../format-value.js';
import { isObject } from '../json/values.js';
import type { Remark } from '../findings.js';
import { DIALECT_CHOICE } from '../sources.js';

/** What in a document speaks for a dialect. */
interface Evidence {
  readonly dialect: Dialect;
  readonly pointer: string;
  /** What was found, as the beginning of a sentence. */
  readonly reason: string;
}

/** The dialect that a document is judged as where nothing in it speaks for another one. */
export const DEFAULT_DIALECT: Dialect = 'draft-02';

/** Picks the dialect that a document is written in, and says why. */
export function chooseDialect(document: unknown): { readonly dialect: Dialect; readonly remark: Remark } {
  const evidence = isObject(document) ? findEvidence(document) : undefined;
  const { dialect, pointer, reason } = evidence ?? {
    dialect: DEFAULT_DIALECT,
    pointer: '',
    reason: 'nothing in the document speaks for a dialect',
  };
  const byDefault = evidence === undefined ? ', the default' : '';
  const message = `${reason}, so it is judged as ${dialect}${byDefault}; name the dialect if that is wrong (${option('NAME')})`;
  return {
    dialect,
    remark: { rule: 'dialect-chosen', level: 'note', pointer, message, see: DIALECT_CHOICE },
  };
}

/** Says that a document reads as another dialect than the one that it is judged as; no remark or one. */
export function otherDialect(document: JsonObject, judgedAs: Dialect): readonly Remark[] {
  const evidence = findEvidence(document);
  if (evidence === undefined || evidence.dialect === judgedAs) return [];
  const { dialect, pointer, reason } = evidence;
  // All that draft 02 has, the dialect of Crunch has too.
  if (dialect === 'draft-02' && judgedAs === 'crunch') return [];
  const message = `${reason}, but the document is judged as ${judgedAs}; judge it as ${dialect} if that is what it is (${option(dialect)})`;
  return [{ rule: 'other-dialect', level: 'note', pointer, message, see: DIALECT_CHOICE }];
}

function option(dialect: string): string {
  return `--dialect ${dialect}; in code dialect: '${dialect}'`;
}

const LINKS = ['catalogs', 'fragments', 'views'];
const CRUNCH_LINKS = ['orders', 'urls', 'folder_trees'];

function findEvidence(document: JsonObject): Evidence | undefined {
  const { element, self, index } = document;
  // Anybody's values may have members of these names.
  if (!claimsElement(element) && typeof self !== 'string') return undefined;
  if (element === 'shoji:view' || element === 'shoji:order') {
    return { dialect: 'crunch', pointer: '/element', reason: `${quote(element)} is an element of Crunch's` };
  }
  const map = LINKS.find((member) => isObject(document[member]));
  const array = LINKS.find((member) => Array.isArray(document[member]));
  if (array !== undefined && map === undefined) {
    return {
      dialect: 'draft-01',
      pointer: `/${array}`,
      reason: `${quote(array)} is an array, as in draft 01`,
    };
  }
  const member = isObject(index) ? 'index' : CRUNCH_LINKS.find((name) => isObject(document[name]));
  if (member !== undefined) {
    return { dialect: 'crunch', pointer: `/${member}`, reason: `${quote(member)} is a member of Crunch's` };
  }
  if (map === undefined) return undefined;
  return {
    dialect: 'draft-02',
    pointer: `/${map}`,
    reason: `${quote(map)} gives its links names, as in draft 02`,
  };
}
