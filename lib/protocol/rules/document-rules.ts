import { emptyLink } from './empty-link.js';
import { entityIris } from './entity-iris.js';
import { linkCredentials } from './link-credentials.js';
import { linkTargets } from './link-targets.js';
import { memberIris } from './member-iris.js';
import { misplacedMembers } from './misplaced-members.js';
import { misspeltMembers } from './misspelt-members.js';
import { repeatedEntities } from './repeated-entities.js';
import { repeatedLinks } from './repeated-links.js';
import { repeatedLinkNames } from './repeated-link-names.js';
import type { Rule } from './rule.js';
import { selfWithoutSlash } from './self-without-slash.js';
import { unsafeScheme } from './unsafe-scheme.js';
import { updatedDate } from './updated-date.js';

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
