import type { RuleName } from '../rules/names.js';
import { linkPages } from './link-pages.js';
import { memberPages } from './member-pages.js';
import type { RulePage } from './rule-page.js';
import { textPages } from './text-pages.js';

/** What there is to know of each rule. Judging a document needs none of it, and does not load it. */
export const rulePages: Readonly<Record<RuleName, RulePage>> = { ...textPages, ...memberPages, ...linkPages };
