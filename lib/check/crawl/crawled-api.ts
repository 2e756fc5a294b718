import type { HttpClient } from '../client/fetch.js';
import type { CheckOptions } from './crawl-options.js';
import type { ResourceRecord } from './visited-resource.js';
import type { CrawledLink, ResolvedLink } from './crawled-link.js';

/** What a walk has come to know so far. */
export interface CrawledApi {
  /** Canonical. */
  readonly start: string;
  readonly options: CheckOptions;
  readonly client: HttpClient;
  /** By their canonical IRIs. */
  readonly resources: ReadonlyMap<string, ResourceRecord>;
  /** By the IRI of the document that they stand in. */
  readonly links: ReadonlyMap<string, readonly ResolvedLink[]>;
  /** Links that are templates, as they stand in documents. */
  readonly templates: readonly CrawledLink[];
  /** Why the walk did not come to its end. */
  readonly unfinished: string | undefined;
  /** Whether it was ended by a signal or the limit on time, so that nothing more is to be begun. */
  readonly isStopped: boolean;
}

/** What a resource turned out to be. */
export type ResourceKind = 'catalog' | 'entity' | 'view' | 'order' | 'value' | 'unknown';

/** A resource that the walk came to, whether it could be fetched or not. */
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

/** A link that the walk came to. */
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

/** What a walk found an API to be: its link graph, complete or as far as it got. */
export interface Survey {
  /** The IRI that the walk began at. */
  readonly start: string;
  readonly resources: readonly SurveyedResource[];
  readonly links: readonly SurveyedLink[];
  readonly requests: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Why the walk did not come to its end: a limit, or that it was stopped. */
  readonly unfinished?: string;
}

/** What of a survey is the walk's own. */
export interface WalkState {
  readonly duration: number;
  readonly isFollowed: (link: ResolvedLink) => boolean;
}

/** Writes down what a walk has found so far. */
export function surveyOf(walked: CrawledApi, { duration, isFollowed }: WalkState): Survey {
  const { start, resources, links, client, unfinished } = walked;
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
    ...(outcome.type === 'answer' && { status: outcome.status }),
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
