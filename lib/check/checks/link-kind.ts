import type { ResourceKind } from '../survey.js';
import { isAlive } from '../walk/known-resource.js';
import { describeLink, type ResolvedLink } from '../walk/link.js';
import { kindsOf } from '../walk/promises.js';
import type { Check, Remark } from './check.js';

export const linkKind: Check = {
  name: 'link-kind',
  summary: 'a link leads to what the member promises that it stands in',
  explanation:
    'A client that follows a link of "catalogs" looks for entities in what comes, and one that follows a link of ' +
    '"entities" for a body. What a member promises is what must come.',
  see: 'Shoji draft 02, section 1.1',

  *ofLink({ link, target }) {
    if (target === undefined || !isAlive(target) || target.kind === 'unknown') return;
    const kinds = kindsOf(link.member, link.dialect);
    if (kinds === undefined || kinds.includes(target.kind)) return;
    yield otherKind(link, target.kind, kinds);
  },
};

const NAMES: Readonly<Record<ResourceKind, string>> = {
  catalog: 'a shoji:catalog',
  entity: 'a shoji:entity',
  view: 'a shoji:view',
  order: 'a shoji:order',
  value: 'a Value document',
  unknown: 'no document',
};

const otherKind = (link: ResolvedLink, found: ResourceKind, kinds: readonly ResourceKind[]): Remark => ({
  rule: 'link-kind',
  level: 'error',
  message:
    `${describeLink(link)} leads to ${NAMES[found]}, ` +
    `but "${link.member}" is for links to ${kinds.map((kind) => NAMES[kind]).join(' or ')}; ` +
    'move the link to the member that says what it leads to',
  ...(link.dialect === 'crunch' && { see: 'Shoji, the dialect of Crunch.io' }),
});
