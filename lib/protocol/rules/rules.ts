import type { Dialect } from '../dialects/dialects.js';
import { otherDialect } from '../dialects/detect-dialect.js';
import type { Level, UnlocatedFinding } from '../findings.js';
import { entityIris, graphIris, indexIris, linkTargets, memberIris } from './malformed-references.js';
import { misplacedMembers, misspeltMembers, nullEntries, updatedDate } from './member-rules.js';
import type { RuleName } from './names.js';
import { repeatedEntities, repeatedLinkNames, repeatedLinks } from './repetitions.js';
import { selfWithoutSlash } from './self-without-slash.js';
import {
  CUT_REFERENCES,
  DOUBTFUL_IRIS,
  DOUBTFUL_LINKS,
  EMPTY_REFERENCES,
  LISTS,
  MAPS,
  MISFIT_LINKS,
  NULL_ENTRIES,
  ODD_DATE,
  ODD_REFERENCES,
  UNKNOWN_MEMBERS,
} from './traits.js';
import type { Subject, Traits } from './traits.js';
import { emptyLink, linkCredentials, unsafeScheme } from './unsafe-references.js';

/** One thing that documents must obey and JSON Schema cannot say. */
export interface Rule {
  /** By which names its findings are known. */
  readonly names: readonly RuleName[];
  /** The heaviest of its findings. */
  readonly level: Level;
  /** It is asked about documents that have one of these traits, and has nothing to say of any other. */
  readonly concerns: Traits;
  /** Where it holds; in all dialects without this. */
  readonly dialects?: readonly Dialect[];
  /** Finds what breaks it; passes over what is not of the type that the schema wants. */
  readonly check: (subject: Subject) => Iterable<UnlocatedFinding>;
}

/**
 * All rules that JSON Schema cannot say, in the order in which they are asked. To add one:
 *
 * 1. Give it a name in `names.ts`, and a page under that name in `../pages/`: what it asks for, why, a document
 *    that breaks it and the same one mended. The tests judge both.
 * 2. Write its check into the file of its subject in this folder, or a file of its own: a generator of findings.
 * 3. Add an entry here. With `concerns: ANY` it is asked about every document. Where a trait of `traits.ts` tells
 *    which documents it can have something to say of, good documents take no time.
 */
export const DOCUMENT_RULES: readonly Rule[] = [
  { names: ['malformed-iri'], level: 'error', concerns: DOUBTFUL_IRIS, check: memberIris },
  { names: ['malformed-date', 'bare-date'], level: 'error', concerns: ODD_DATE, check: updatedDate },
  {
    names: ['malformed-iri', 'malformed-template'],
    level: 'error',
    concerns: DOUBTFUL_LINKS,
    check: linkTargets,
  },
  { names: ['repeated-link-name'], level: 'warning', concerns: MAPS, check: repeatedLinkNames },
  {
    names: ['repeated-link'],
    level: 'warning',
    concerns: LISTS,
    dialects: ['draft-01'],
    check: repeatedLinks,
  },
  { names: ['malformed-iri'], level: 'error', concerns: DOUBTFUL_IRIS, check: entityIris },
  { names: ['repeated-entity'], level: 'warning', concerns: LISTS, check: repeatedEntities },
  { names: ['misplaced-member'], level: 'warning', concerns: UNKNOWN_MEMBERS, check: misplacedMembers },
  { names: ['misspelt-member'], level: 'warning', concerns: UNKNOWN_MEMBERS, check: misspeltMembers },
  { names: ['empty-link'], level: 'warning', concerns: EMPTY_REFERENCES, check: emptyLink },
  { names: ['unsafe-scheme'], level: 'warning', concerns: ODD_REFERENCES, check: unsafeScheme },
  { names: ['link-credentials'], level: 'warning', concerns: ODD_REFERENCES, check: linkCredentials },
  { names: ['self-without-slash'], level: 'warning', concerns: CUT_REFERENCES, check: selfWithoutSlash },
  { names: ['malformed-iri'], level: 'error', concerns: DOUBTFUL_IRIS, check: indexIris },
  {
    names: ['null-entry'],
    level: 'warning',
    concerns: NULL_ENTRIES,
    dialects: ['crunch'],
    check: nullEntries,
  },
  {
    names: ['malformed-iri'],
    level: 'error',
    concerns: DOUBTFUL_IRIS,
    dialects: ['crunch'],
    check: graphIris,
  },
  {
    names: ['other-dialect'],
    level: 'note',
    concerns: UNKNOWN_MEMBERS | MISFIT_LINKS,
    check: otherDialect,
  },
];
