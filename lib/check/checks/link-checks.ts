import { isIP } from 'node:net';
import { checkIri } from '../../protocol/iri/check-iri.js';
import { parseIri, resolveIri } from '../../protocol/iri/resolve-iri.js';
import { resolveTemplate } from '../../protocol/uri-template/resolve-template.js';
import { UriTemplate } from '../../protocol/uri-template/uri-template.js';
import { describeSpecialAddress } from '../client/address-guard.js';
import type { FetchFailure, FetchOutcome, FetchResponse } from '../client/fetch.js';
import { canonicalIri } from '../crawl/canonical-iri.js';
import type { CrawledApi } from '../crawl/crawled-api.js';
import { describeLink, kindsOf } from '../crawl/crawled-link.js';
import type { CheckedLink, ResolvedLink } from '../crawl/crawled-link.js';
import { isAlive } from '../crawl/visited-resource.js';
import type { ResourceKind } from '../crawl/visited-resource.js';
import type { Check, Remark } from './check-definition.js';
import { formatValue, listOf, TOO_MANY_REQUESTS } from './field-values.js';

export const linkAliveCheck: Check = {
  name: 'link-alive',
  summary: 'every link leads to something, without detours',
  explanation:
    'Clients go where links lead and nowhere else, so that a dead link is a part of the API that is not there. ' +
    'A permanent redirect works, at the price of a second request each time.',
  see: 'RFC 9110, section 15.5',

  *ofLink(checked) {
    const { link, target, isFirst } = checked;
    if (target === undefined) return;
    const { outcome } = target;
    if (outcome.type === 'failure') {
      if (isFirst) yield* checkFailure(link, outcome);
    }
    // Of what a template was set to, only part is the document's own doing: that has a check of its own.
    else if (link.expansion === undefined) yield* checkAnswer(checked, outcome);
  },
};

function* checkFailure(link: ResolvedLink, { reason, message }: FetchFailure): Generator<Remark> {
  if (reason === 'unreachable') yield unreachable(link, message);
  else if (reason === 'too-many-redirects') yield tooManyRedirects(link, message);
  else if (reason === 'malformed-redirect') yield malformedRedirect(link, message);
}

const unreachable = (link: ResolvedLink, message: string): Remark => ({
  rule: 'unreachable',
  level: 'error',
  message: `${describeLink(link)} leads to ${link.to}, which does not answer: ${message}`,
});

const tooManyRedirects = (link: ResolvedLink, message: string): Remark => ({
  rule: 'too-many-redirects',
  level: 'error',
  message: `${describeLink(link)} leads to ${link.to}, which is redirected without end: ${message}`,
  see: 'RFC 9110, section 15.4',
});

const malformedRedirect = (link: ResolvedLink, message: string): Remark => ({
  rule: 'malformed-redirect',
  level: 'error',
  message: `${describeLink(link)} leads to ${link.to}, whose redirect leads nowhere: ${message}`,
  see: 'RFC 9110, section 10.2.2',
});

function* checkAnswer(
  { link, target, byDraft, isFirst }: CheckedLink,
  response: FetchResponse,
): Generator<Remark> {
  const { status, redirects } = response;
  if (status === 401 || status === 403) {
    if (link.member === '') yield forbiddenStart(link, status);
    else if (isFirst) yield forbidden(link, status);
  } else if (status === TOO_MANY_REQUESTS) {
    if (isFirst) yield tooManyRequests(link);
  } else if (status >= 300 && status < 500) {
    if (byDraft !== undefined && isAlive(byDraft)) yield aliveByDraft(link, status, byDraft.iri);
    else yield deadLink(link, status);
  }
  const [first] = redirects;
  if (first === undefined || target === undefined || !isAlive(target)) return;
  if (redirects.every((redirect) => redirect.status === 301 || redirect.status === 308)) {
    yield movedLink(link, first.status, response.iri);
  }
}

const forbiddenStart = (link: ResolvedLink, status: number): Remark => ({
  rule: 'forbidden-start',
  level: 'error',
  message: `${describeLink(link)}, ${link.to}, answers ${status}, so that nothing was checked; check with a token that may read it`,
  see: `RFC 9110, section 15.5.${status - 399}`,
});

const forbidden = (link: ResolvedLink, status: number): Remark => ({
  rule: 'forbidden-link',
  level: 'warning',
  message: `${describeLink(link)} leads to ${link.to}, which answers ${status}; show links only to who may follow them, or check with a token that may`,
  see: `RFC 9110, section 15.5.${status - 399}`,
});

const tooManyRequests = (link: ResolvedLink): Remark => ({
  rule: 'too-many-requests',
  level: link.member === '' ? 'error' : 'warning',
  message: `${describeLink(link)} leads to ${link.to}, which answers 429, and so was not checked; ask less often (--rate, in code \`rate\`)`,
  see: 'RFC 6585, section 4',
});

const aliveByDraft = (link: ResolvedLink, status: number, iri: string): Remark => ({
  rule: 'link-needs-slash',
  level: 'error',
  message:
    `${describeLink(link)} leads to ${link.to} by RFC 3986, which answers ${status}; ` +
    `it works if the base ${link.base} is read as if it ended in "/", as the draft's examples do, and then leads to ${iri}. ` +
    'Give "self" a "/" at its end, so that both readings agree',
  see: 'RFC 3986, section 5.2.3',
});

const deadLink = (link: ResolvedLink, status: number): Remark => ({
  rule: 'dead-link',
  level: 'error',
  message: `${describeLink(link)} leads to ${link.to}, which answers ${status}; ${remedyOf(link, status)}`,
});

function remedyOf({ member }: ResolvedLink, status: number): string {
  if (member === '') return 'begin at an IRI that is there';
  // A catalog lists what it has: where that is not there when it is asked for, a guard keeps the caller from it.
  if (status === 404 && (member === 'entities' || member === 'index')) {
    return 'list what is there; if it is there, and hidden from this caller by a guard, the list has to leave it out as well';
  }
  return 'link to what is there, or leave the link out';
}

const movedLink = (link: ResolvedLink, status: number, iri: string): Remark => ({
  rule: 'moved-link',
  level: 'warning',
  message: `${describeLink(link)} is redirected for good (${status}) to ${iri}; link to that`,
  see: `RFC 9110, section 15.4.${status === 301 ? 2 : 9}`,
});

export const linkKindCheck: Check = {
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

const otherKind = (link: ResolvedLink, found: ResourceKind, kinds: readonly ResourceKind[]): Remark => ({
  rule: 'link-kind',
  level: 'error',
  message:
    `${describeLink(link)} leads to ${KIND_NAMES[found]}, ` +
    `but "${link.member}" is for links to ${kinds.map((kind) => KIND_NAMES[kind]).join(' or ')}; ` +
    'move the link to the member that says what it leads to',
  ...(link.dialect === 'crunch' && { see: 'Shoji, the dialect of Crunch.io' }),
});

const KIND_NAMES: Readonly<Record<ResourceKind, string>> = {
  catalog: 'a shoji:catalog',
  entity: 'a shoji:entity',
  view: 'a shoji:view',
  order: 'a shoji:order',
  value: 'a Value document',
  unknown: 'no document',
};

export const addressCheck: Check = {
  name: 'address',
  summary: 'links lead to places that a client may go to',
  explanation:
    'A client that follows every link can be led by a document to files of its own machine, to scripts, or to ' +
    'addresses within its own network. Such links are never followed, and neither are links to other origins ' +
    'than those that were named.',
  see: 'RFC 3986, section 7',

  *ofLink({ link, target, refusal }) {
    if (refusal === 'scheme') yield UNSAFE.test(link.to) ? unsafeScheme(link) : otherScheme(link);
    else if (refusal === 'unusable' && link.expansion === undefined) yield unusable(link);
    else if (refusal === 'origin' && link.expansion === undefined) {
      const special = specialAddressOf(link);
      yield special === undefined
        ? otherOrigin(link)
        : privateAddress(link, `its host is ${special} address; link to a public one`);
    }
    if (target === undefined || target.outcome.type !== 'failure') return;
    const { reason, message } = target.outcome;
    if (reason === 'refused-address') yield privateAddress(link, message);
    // What is refused without a redirect is the link's own, and told by the check of its document.
    else if (target.outcome.redirects.length === 0) return;
    else if (reason === 'refused-scheme' || reason === 'refused-origin') yield redirectedAway(link, message);
  },
};

/** Schemes by which a client reads its own files, or runs what the document says. */
const UNSAFE = /^(?:about|blob|data|file|filesystem|javascript|vbscript|view-source):/;

const unsafeScheme = (link: ResolvedLink): Remark => ({
  rule: 'unsafe-scheme',
  level: 'error',
  message: `${describeLink(link)} has the scheme "${schemeOf(link)}", which can reach into the machine of who follows it, and was not followed; link to http or https IRIs`,
  see: 'RFC 3986, section 7',
});

const schemeOf = (link: ResolvedLink): string => parseIri(link.to).scheme ?? '';

const otherScheme = (link: ResolvedLink): Remark => ({
  rule: 'other-scheme',
  level: 'note',
  message: `${describeLink(link)} has the scheme "${schemeOf(link)}" and was not followed; only http and https IRIs are`,
  see: 'RFC 9110, section 4.2',
});

const unusable = (link: ResolvedLink): Remark => ({
  rule: 'unusable-iri',
  level: 'error',
  message: `${describeLink(link)} makes no URL that can be asked for: its host cannot be read, or it is too long`,
  see: 'RFC 9110, section 4.1',
});

/** Describes the address that a link names; undefined for public ones, names, and the document's own host. */
function specialAddressOf({ from, to }: ResolvedLink): string | undefined {
  const { hostname } = new URL(to);
  if (hostname === new URL(from).hostname) return undefined;
  if (/(?:^|\.)localhost\.?$/.test(hostname)) return 'a loopback';
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? undefined : describeSpecialAddress(host);
}

const otherOrigin = (link: ResolvedLink): Remark => ({
  rule: 'other-origin',
  level: 'note',
  message: `${describeLink(link)} leads to another origin and was not followed; name its origin if it belongs to the API`,
});

const privateAddress = (link: ResolvedLink, message: string): Remark => ({
  rule: 'private-address',
  level: 'error',
  message: `${describeLink(link)} was not followed: ${message}`,
});

const redirectedAway = (link: ResolvedLink, message: string): Remark => ({
  rule: 'redirected-away',
  level: 'warning',
  message: `${describeLink(link)} is redirected to where it was not followed: ${message}`,
});

export const linkFieldCheck: Check = {
  name: 'link-field',
  summary: 'what Link and Content-Location name is there',
  explanation:
    'Clients and caches follow links in fields as they follow those in documents: to a schema, to the next page, to ' +
    'the resource whose representation an answer is.',
  see: 'RFC 8288, section 3',

  async *ofApi(api) {
    const asked = new Map<string, FetchOutcome>();
    for (const { iri, outcome } of api.resources.values()) {
      if (outcome.type === 'failure' || outcome.redirects.length > 0 || !isAlive({ outcome })) continue;
      const links = readLinks(outcome.headers.get('link'));
      if (links === undefined) yield malformedField(iri, outcome.headers.get('link'));
      const location = outcome.headers.get('content-location');
      const named = [
        ...(links ?? []).map((reference) => ['Link', reference] as const),
        ...(location === undefined ? [] : [['Content-Location', location] as const]),
      ];
      for (const [field, reference] of named) {
        const to = checkIri(reference) === undefined ? canonicalIri(resolveIri(reference, iri)) : undefined;
        if (to === undefined) {
          yield fieldWithoutIri(iri, field, reference);
          continue;
        }
        if (api.isStopped) return;
        const found = api.resources.get(to)?.outcome ?? asked.get(to) ?? (await fetch(api, to, asked));
        if (found?.type === 'response' && GONE.has(found.status))
          yield deadField(iri, field, to, found.status);
      }
    }
  },
};

/** The targets of a Link field; undefined where it is malformed. */
function readLinks(field: string | undefined): readonly string[] | undefined {
  const targets = [];
  // A comma may stand within the brackets, too.
  for (const link of listOf(field?.replace(/<[^>]*>/g, (target) => target.replaceAll(',', '%2C')))) {
    const [, target] = /^<([^>]*)>[ \t]*(?:;|$)/.exec(link) ?? [];
    if (target === undefined) return undefined;
    targets.push(target);
  }
  return targets;
}

const malformedField = (iri: string, field: string | undefined): Remark => ({
  rule: 'malformed-link',
  level: 'warning',
  iri,
  message: `Link is ${formatValue(field)}, which cannot be read; write it as in </items/>; rel="collection"`,
});

const fieldWithoutIri = (iri: string, field: string, reference: string): Remark => ({
  rule: 'malformed-link',
  level: 'warning',
  iri,
  message: `${field} names ${formatValue(reference)}, which is no IRI reference; write one`,
});

async function fetch(
  { client, start }: CrawledApi,
  iri: string,
  asked: Map<string, FetchOutcome>,
): Promise<FetchOutcome | undefined> {
  if (asked.size === MAX_FETCHED || !URL.canParse(iri) || new URL(iri).origin !== new URL(start).origin) {
    return undefined;
  }
  const outcome = await client.follow({ method: 'GET', iri });
  asked.set(iri, outcome);
  return outcome;
}

/** Many more IRIs than any API has such fields for are made up. */
const MAX_FETCHED = 200;

const GONE: ReadonlySet<number> = new Set([400, 404, 410, 500]);

const deadField = (iri: string, field: string, to: string, status: number): Remark => ({
  rule: 'dead-field',
  level: 'error',
  iri,
  message: `the field ${field} names ${to}, which answers ${status}; name what is there, or leave the field out`,
  ...(field === 'Content-Location' && { see: 'RFC 9110, section 8.7' }),
});

export const orphanCheck: Check = {
  name: 'orphan',
  summary: 'every resource that is known of can be reached by links',
  explanation:
    'A client that knows one IRI and follows links never comes to what nothing links to. Which resources there are ' +
    'is given by the option `known`, from a log or a table of routes.',
  see: 'Shoji draft 02, section 1.1',

  async *ofApi(api) {
    const { start, options, client, unfinished } = api;
    const reached = reachedIris(api);
    const templates = api.templates.flatMap(readTemplate);
    for (const text of options.known ?? []) {
      const iri = canonicalIri(resolveIri(text, start));
      if (iri === undefined) continue;
      const linked = reached.has(iri) || templates.some((template) => template.match(iri) !== undefined);
      const outcome = api.resources.get(iri)?.outcome ?? (await client.follow({ method: 'GET', iri }));
      if (outcome.type === 'failure' && outcome.reason === 'stopped') return;
      if (outcome.type === 'failure' && outcome.reason.startsWith('refused-')) {
        yield knownElsewhere(iri, outcome.message);
      } else if (!isAlive({ outcome })) yield knownDead(iri, outcome);
      // Of a crawl that was ended early it is not known what it would have come to.
      else if (!linked && unfinished === undefined && !reached.has(canonicalIri(outcome.iri))) {
        yield notLinked(iri);
      }
    }
  },
};

function reachedIris({ start, resources, links }: CrawledApi): ReadonlySet<string | undefined> {
  const reached = new Set<string | undefined>([start, ...resources.keys()]);
  for (const found of links.values()) for (const { to } of found) reached.add(to);
  reached.delete(undefined);
  return reached;
}

function readTemplate({ text, base }: CrawledApi['templates'][number]): readonly UriTemplate[] {
  return UriTemplate.check(text) === undefined ? [UriTemplate.parse(resolveTemplate(text, base))] : [];
}

const knownElsewhere = (iri: string, message: string): Remark => ({
  rule: 'known-elsewhere',
  level: 'warning',
  iri,
  message: `it is among the IRIs that the API is known to have, but was not asked for: ${message}`,
});

const knownDead = (iri: string, outcome: FetchOutcome): Remark => ({
  rule: 'known-dead',
  level: 'error',
  iri,
  message: `it is among the IRIs that the API is known to have, but ${outcome.type === 'response' ? `answers ${outcome.status}` : `does not answer (${outcome.message})`}; serve it, or leave it out of them`,
});

const notLinked = (iri: string): Remark => ({
  rule: 'orphan',
  level: 'warning',
  iri,
  message: 'it answers, but no link and no template leads to it; link to it from where clients look for it',
});
