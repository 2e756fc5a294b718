import type { TemplateScalar } from '../../protocol/uri-template/expand.js';
import { UriTemplate } from '../../protocol/uri-template/uri-template.js';
import type { CrawledApi } from '../crawl/crawled-api.js';
import { describeLink } from '../crawl/crawled-link.js';
import type { CrawledLink, ResolvedLink } from '../crawl/crawled-link.js';
import { MAX_TEMPLATE_LENGTH } from '../crawl/template-expansion.js';
import type { Check, Remark } from './check-definition.js';
import { TOO_MANY_REQUESTS } from './field-values.js';

export const templateCheck: Check = {
  name: 'template',
  summary: 'templates expand to what answers',
  explanation:
    'A template is a promise that the API answers whatever a client fills it with. The check fills it with values ' +
    'that documents hold, with those that were given for it, and with none where all may be left out.',
  see: 'RFC 6570, section 3',

  *ofLink({ link, target, refusal }) {
    if (link.expansion === undefined) return;
    if (refusal === 'origin') yield HAS_AUTHORITY.test(link.text) ? otherOrigin(link) : leavesOrigin(link);
    else if (refusal === 'unusable') yield tooLongExpansion(link);
    if (target === undefined || target.outcome.type === 'failure') return;
    const { status } = target.outcome;
    if (status < 300 || status >= 500 || status === TOO_MANY_REQUESTS) return;
    const { source } = link.expansion;
    if (source === 'none') yield needsValues(link, status);
    else if (source === 'guessed' || [401, 403, 404, 410].includes(status))
      yield expansionNotFound(link, status);
    else yield expansionRefused(link, status);
  },

  *ofApi(api) {
    const { templates, links, unfinished } = api;
    for (const link of templates) {
      if (link.text.length > MAX_TEMPLATE_LENGTH) {
        yield tooLong(link);
        continue;
      }
      // A malformed one is told of by the check of its document.
      if (UriTemplate.check(link.text) !== undefined || unfinished !== undefined) continue;
      const isExpanded = links.get(link.from)?.some(({ pointer }) => pointer === link.pointer);
      if (isExpanded !== true) yield notExpanded(link);
      else {
        const name = ignoredVariable(link, api);
        if (name !== undefined) yield variableIgnored(link, name);
      }
    }
  },
};

/** Whether a template names a host before any of its variables. */
const HAS_AUTHORITY = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/[^/?#{]/;

const otherOrigin = (link: ResolvedLink): Remark => ({
  rule: 'template-other-origin',
  level: 'note',
  message: `${describeLink(link)} leads to another origin and was not followed; name its origin if it belongs to the API`,
});

const leavesOrigin = (link: ResolvedLink): Remark => ({
  rule: 'template-leaves-origin',
  level: 'error',
  message: `${describeLink(link)} leads to another origin, ${link.to.slice(0, 200)}, because of a value that a document holds, and was not followed; use {name} in the place of {+name}, which lets values choose the host`,
  see: 'RFC 6570, section 4',
});

const tooLongExpansion = (link: ResolvedLink): Remark => ({
  rule: 'template-too-long',
  level: 'warning',
  message: `${describeLink(link)} was expanded to ${link.to.length} characters, which servers refuse; it was not followed`,
  see: 'RFC 9110, section 4.1',
});

const needsValues = (link: ResolvedLink, status: number): Remark => ({
  rule: 'template-needs-values',
  level: 'warning',
  message: `${describeLink(link)} with no variable set is ${link.to}, which answers ${status}; variables of a query can be left out, so answer without them too`,
  see: 'RFC 6570, section 2.3',
});

const expansionNotFound = (link: ResolvedLink, status: number): Remark => ({
  rule: 'template-not-found',
  level: 'note',
  message: `${describeLink(link)} was expanded to ${link.to}, which answers ${status}; give values that lead somewhere to have it checked`,
});

const expansionRefused = (link: ResolvedLink, status: number): Remark => ({
  rule: 'template-refused',
  level: 'warning',
  message: `${describeLink(link)} was expanded with values of the API's own to ${link.to}, which answers ${status}; accept what documents hold`,
});

const tooLong = (link: CrawledLink): Remark => ({
  ...at(link),
  rule: 'template-too-long',
  level: 'warning',
  message: `the template has ${link.text.length} characters and was not expanded; write one of at most ${MAX_TEMPLATE_LENGTH}`,
  see: 'RFC 9110, section 4.1',
});

function at({ from, pointer }: CrawledLink): Pick<Remark, 'iri' | 'pointer'> {
  return { iri: from, pointer };
}

const notExpanded = (link: CrawledLink): Remark => ({
  ...at(link),
  rule: 'template-not-expanded',
  level: 'note',
  message: `${describeLink(link)} was not checked: what it was filled with makes no IRI; give other values`,
});

/**
 * A variable that changes nothing: with it and without it the same entities are listed, some of which have
 * another value under its name.
 */
function ignoredVariable(
  { from, pointer }: CrawledLink,
  { links, resources }: CrawledApi,
): string | undefined {
  const expansions = (links.get(from) ?? []).filter((link) => link.pointer === pointer);
  const bare = expansions.find(({ expansion }) => expansion?.source === 'none');
  const filled = expansions.find(({ expansion }) => expansion?.source === 'seen');
  if (bare === undefined || filled?.expansion === undefined) return undefined;
  const entitiesOf = (iri: string): readonly string[] =>
    (links.get(iri) ?? []).filter(({ member }) => LISTING.has(member)).map(({ to }) => to);
  const listed = entitiesOf(filled.to);
  if (listed.join(' ') !== entitiesOf(bare.to).join(' ')) return undefined;
  return Object.entries(filled.expansion.values).find(([name, value]) => {
    const found = listed
      .map((iri) => resources.get(iri)?.scalars[name])
      .filter((other) => other !== undefined);
    return found.includes(value as TemplateScalar) && found.some((other) => other !== value);
  })?.[0];
}

/** The members in which catalogs list entities. */
const LISTING: ReadonlySet<string> = new Set(['entities', 'index']);

const variableIgnored = (link: CrawledLink, name: string): Remark => ({
  ...at(link),
  rule: 'template-ignored',
  level: 'note',
  message: `${describeLink(link)} lists the same entities with and without "${name}", though they differ in it: the variable seems to be ignored`,
});

export const unknownVariableCheck: Check = {
  name: 'unknown-variable',
  summary: 'a query variable that no template declares is refused, or ignored, but breaks nothing',
  explanation:
    'Who misspells a variable gets the whole catalog where it is ignored, and believes that it was filtered. An ' +
    'answer of 400 that names the variable says what is wrong; a server error says only that nobody thought of it.',
  see: 'RFC 9110, section 15.5.1',

  async *ofResource(resource) {
    const { iri, depth } = resource;
    if (resource.isPage) return;
    const asked = `${iri}${iri.includes('?') ? '&' : '?'}${UNKNOWN_VARIABLE}=1`;
    const { status } = await resource.request('GET', {}, asked);
    if (status >= 500) yield unknownVariableFailed(status, asked);
    // One API treats them all alike: that they are ignored is told once.
    else if (status < 300 && depth === 0) yield unknownVariableIgnored(asked);
  },
};

const UNKNOWN_VARIABLE = 'shoji_check';

const unknownVariableFailed = (status: number, asked: string): Remark => ({
  rule: 'unknown-variable-error',
  level: 'error',
  message: `${asked}, which has a query variable that no template declares, is answered with ${status}; answer 400, or ignore it`,
});

const unknownVariableIgnored = (asked: string): Remark => ({
  rule: 'unknown-variable-ignored',
  level: 'note',
  message: `${asked} is answered as if the variable, which no template declares, were not there: a misspelt one goes unnoticed; 400 would say so`,
});
