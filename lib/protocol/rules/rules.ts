import type { Dialect } from '../dialects/dialects.js';
import type { UnlocatedFinding } from '../findings.js';
import { entityIris, graphIris, indexIris, linkTargets, memberIris } from './malformed-references.js';
import { misplacedMembers, misspeltMembers, nullEntries, updatedDate } from './members.js';
import type { RuleName } from './names.js';
import { repeatedEntities, repeatedLinkNames, repeatedLinks } from './repetitions.js';
import { selfWithoutSlash } from './self-without-slash.js';
import type { Subject } from './subject.js';
import {
  CUT_REFERENCES,
  DOUBTFUL_IRIS,
  DOUBTFUL_LINKS,
  EMPTY_REFERENCES,
  LISTS,
  MAPS,
  NULL_ENTRIES,
  ODD_DATE,
  ODD_REFERENCES,
  traitsOf,
  UNKNOWN_MEMBERS,
  type Traits,
} from './traits.js';
import { emptyLink, linkCredentials, unsafeScheme } from './unsafe-references.js';

/** One thing that documents must obey and JSON Schema cannot say. */
export interface Rule {
  /** By which names its findings are known. */
  readonly names: readonly RuleName[];
  /** The heaviest of its findings. */
  readonly level: 'error' | 'warning';
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
];

/** Lists the rules of a dialect. */
function rulesOf(name: Dialect): readonly Rule[] {
  return DOCUMENT_RULES.filter(({ dialects }) => dialects === undefined || dialects.includes(name));
}

const RULES_OF: Readonly<Record<Dialect, readonly Rule[]>> = {
  'draft-02': rulesOf('draft-02'),
  'draft-01': rulesOf('draft-01'),
  crunch: rulesOf('crunch'),
};

/** What any of these rules is concerned with. */
function concernsOf(rules: readonly Rule[]): Traits {
  return rules.reduce((all, { concerns }) => all | concerns, 0);
}

const CONCERNS_OF: Readonly<Record<Dialect, Traits>> = {
  'draft-02': concernsOf(RULES_OF['draft-02']),
  'draft-01': concernsOf(RULES_OF['draft-01']),
  crunch: concernsOf(RULES_OF.crunch),
};

/** What those rules are concerned with that have errors to find. */
const ERROR_CONCERNS: Traits = concernsOf(DOCUMENT_RULES.filter(({ level }) => level === 'error'));

const NONE: readonly UnlocatedFinding[] = [];

/** Asks all rules of its dialect about a document. */
export function applyRules(subject: Subject): readonly UnlocatedFinding[] {
  const traits = traitsOf(subject);
  if ((traits & CONCERNS_OF[subject.dialect.name]) === 0) return NONE;
  const findings: UnlocatedFinding[] = [];
  for (const { concerns, check } of RULES_OF[subject.dialect.name]) {
    if ((traits & concerns) === 0) continue;
    for (const finding of check(subject)) findings.push(finding);
  }
  return findings;
}

/** Finds the first errors alone: what the rules would find after those is not looked for. */
export function findErrors(subject: Subject, maxErrors: number): readonly UnlocatedFinding[] {
  if (maxErrors <= 0 || (traitsOf(subject, ERROR_CONCERNS) & ERROR_CONCERNS) === 0) return NONE;
  const errors: UnlocatedFinding[] = [];
  for (const { level, check } of RULES_OF[subject.dialect.name]) {
    if (level !== 'error') continue;
    if (errors.length >= maxErrors) break;
    for (const finding of check(subject)) {
      if (finding.level === 'error') errors.push(finding);
      if (errors.length >= maxErrors) break;
    }
  }
  return errors;
}
