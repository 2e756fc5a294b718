import { entityIris } from './entity-iris.js';
import { linkTargets } from './link-targets.js';
import { memberIris } from './member-iris.js';
import { repeatedEntities } from './repeated-entities.js';
import { repeatedLinkNames } from './repeated-link-names.js';
import type { Rule } from './rule.js';
import { updatedDate } from './updated-date.js';

/** The rules that hold in every dialect. */
export const documentRules: readonly Rule[] = [
  memberIris,
  updatedDate,
  linkTargets,
  repeatedLinkNames,
  entityIris,
  repeatedEntities,
];
