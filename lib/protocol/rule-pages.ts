import { linkPages } from './pages/link-pages.js';
import { memberPages } from './pages/member-pages.js';
import { textPages } from './pages/text-pages.js';
import type { RuleName } from './rule-names.js';
import type { RulePage } from './rule-page.js';

/** What there is to know of each rule. Judging a document needs none of it, and does not load it. */
export const rulePages: Readonly<Record<RuleName, RulePage>> = { ...textPages, ...memberPages, ...linkPages };
