import type { DialectDefinition } from './dialects/dialect.js';
import type { JsonObject } from './documents.js';
import { isKindOf } from './member-kinds.js';
import { nearness } from './near-name.js';
import { elementOf } from './rules/members.js';

/** A member without meaning, and the absent one that it was probably meant to be. */
export interface Misspelling {
  readonly written: string;
  readonly meant: string;
}

/**
 * The members of a document that were probably meant to be other ones. One that differs by more than
 * its spelling has to hold what the other would: `"catalog": "c/"` is somebody's own member, and
 * `"catalog": {"c": "c/"}` is not.
 */
export function misspellingsIn(document: JsonObject, dialect: DialectDefinition): readonly Misspelling[] {
  const known = dialect.members.get(elementOf(document) ?? '') ?? [];
  const strangers = Object.keys(document).filter((name) => !dialect.names.has(name));
  if (strangers.length === 0) return [];
  const absent = known.filter((name) => document[name] === undefined);
  return strangers.flatMap((written) => {
    const meant = absent.find((name) => {
      const near = nearness(written, name);
      return near === 'spelling' || (near === 'letters' && isKindOf(name, document[written], dialect));
    });
    return meant === undefined ? [] : [{ written, meant }];
  });
}
