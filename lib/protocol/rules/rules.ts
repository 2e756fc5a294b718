import { emptyLink, linkCredentials, unsafeScheme } from './unsafe-references.js';
import { entityIris, linkTargets, memberIris } from './malformed-references.js';
import { misplacedMembers, misspeltMembers, updatedDate } from './members.js';
import { repeatedEntities, repeatedLinks, repeatedLinkNames } from './repetitions.js';
import type { Rule } from '../findings.js';
import { selfWithoutSlash } from './self-without-slash.js';

/** The rules that hold in every dialect. */
export const documentRules: readonly Rule[] = [
  memberIris,
  updatedDate,
  linkTargets,
  repeatedLinkNames,
  repeatedLinks,
  entityIris,
  repeatedEntities,
  misplacedMembers,
  misspeltMembers,
  emptyLink,
  unsafeScheme,
  linkCredentials,
  selfWithoutSlash,
];

/** Those of them that have errors to find; all others find warnings alone. */
export const documentErrorRules: readonly Rule[] = [memberIris, updatedDate, linkTargets, entityIris];
