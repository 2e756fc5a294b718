import type { Dialect } from '../../protocol/dialects/dialects.js';
import type { Json } from '../../protocol/documents.js';
import type { TemplateValues } from '../../protocol/uri-template/expand.js';
import type { FetchOptions, HttpClient } from '../client/fetch.js';
import type { CrawledLink, ResolvedLink } from './crawled-link.js';
import type { ResourceKind, ResourceRecord } from './visited-resource.js';

/** How far to crawl an API, and how to read it. */
export interface CrawlOptions extends FetchOptions {
  /** `draft-02` by default. */
  readonly dialect?: Dialect | 'auto';
  /** How many links to follow from the start at most; without end by default. */
  readonly depth?: number;
  /** How many resources to fetch at most; 1,000 by default. */
  readonly documents?: number;
  /** How long to go on at most, in milliseconds; 10 minutes by default. */
  readonly time?: number;
  /** Values for the variables of templates, which are sampled from the API's own documents otherwise. */
  readonly values?: TemplateValues;
  /** IRIs that the API is known to have, so that those are reported that no link leads to. */
  readonly known?: readonly string[];
  /** A scratch catalog that may be written to, and an entity's body to write; nothing is written without it. */
  readonly write?: { readonly catalog: string; readonly body?: Readonly<Record<string, Json>> };
  /** Ends the crawl; what is known so far is reported. */
  readonly signal?: AbortSignal;
  /** Told after each resource. */
  readonly onProgress?: (progress: CheckProgress) => void;
}

/** How far a crawl has come. */
export interface CheckProgress {
  /** Resources that were fetched and checked. */
  readonly done: number;
  /** Resources that are known of, or the limit on them where that is less. */
  readonly known: number;
  readonly requests: number;
  readonly findings: number;
}

/** All that a crawl has come to know: what `ofApi` of a {@link Check} gets. */
export interface CrawledApi {
  /** Canonical. */
  readonly start: string;
  readonly options: CrawlOptions;
  readonly client: HttpClient;
  /** By their canonical IRIs. */
  readonly resources: ReadonlyMap<string, ResourceRecord>;
  /** By the IRI of the document that they stand in. */
  readonly links: ReadonlyMap<string, readonly ResolvedLink[]>;
  /** Links that are templates, as they stand in documents. */
  readonly templates: readonly CrawledLink[];
  /** Why the crawl did not come to its end. */
  readonly unfinished: string | undefined;
  /** Whether it was ended by a signal or the limit on time, so that nothing more is to be begun. */
  readonly isStopped: boolean;
}

/** The resources and links of an API, complete or as far as the crawl got. */
export interface Survey {
  /** The IRI that the crawl began at. */
  readonly start: string;
  readonly resources: readonly SurveyedResource[];
  readonly links: readonly SurveyedLink[];
  readonly requests: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Why the crawl did not come to its end: a limit, or that it was stopped. */
  readonly unfinished?: string;
}

/** A resource that the crawl came to, whether it could be fetched or not. */
export interface SurveyedResource {
  /** Absolute, normalised. */
  readonly iri: string;
  readonly kind: ResourceKind;
  /** Undefined where nothing was answered, or nothing was asked. */
  readonly status?: number;
  /** The document's `title`. */
  readonly title?: string;
  /** How many links away from the start. */
  readonly depth: number;
}

/** A link that the crawl came to. */
export interface SurveyedLink {
  /** Absolute IRI of the document that it stands in. */
  readonly from: string;
  /** Absolute IRI that it leads to; of a template, what it was expanded to. */
  readonly to: string;
  /** The member that it stands in: `catalogs`, `entities`, `index` … */
  readonly member: string;
  /** Undefined for entities, which have none. */
  readonly name?: string;
  /** JSON Pointer of the link within its document. */
  readonly pointer: string;
  /** The template, where it is one. */
  readonly template?: string;
  /** Whether it was followed; not where a limit or the allowed origins forbid it. */
  readonly followed: boolean;
}

/** The crawler's own part of a survey. */
interface CrawlState {
  readonly duration: number;
  readonly isFollowed: (link: ResolvedLink) => boolean;
}

/** Sums up what a crawl has found so far. */
export function surveyOf(api: CrawledApi, { duration, isFollowed }: CrawlState): Survey {
  const { start, resources, links, client, unfinished } = api;
  const surveyed = new Map([...resources.values()].map((known) => [known.iri, surveyResource(known)]));
  const surveyedLinks: SurveyedLink[] = [];
  for (const [from, found] of links) {
    for (const link of found) {
      surveyedLinks.push(surveyLink(link, isFollowed(link)));
      if (surveyed.has(link.to)) continue;
      const depth = (resources.get(from)?.depth ?? 0) + 1;
      surveyed.set(link.to, { iri: link.to, kind: 'unknown', depth });
    }
  }
  return {
    start,
    resources: [...surveyed.values()],
    links: surveyedLinks,
    requests: client.requests,
    duration,
    ...(unfinished !== undefined && { unfinished }),
  };
}

function surveyResource({ iri, kind, outcome, title, depth }: ResourceRecord): SurveyedResource {
  return {
    iri,
    kind,
    depth,
    ...(outcome.type === 'response' && { status: outcome.status }),
    ...(title !== undefined && { title }),
  };
}

function surveyLink(link: ResolvedLink, followed: boolean): SurveyedLink {
  const { from, to, member, name, pointer, text, isTemplate } = link;
  return {
    from,
    to,
    member,
    pointer,
    followed,
    ...(name !== undefined && { name }),
    ...(isTemplate && { template: text }),
  };
}
