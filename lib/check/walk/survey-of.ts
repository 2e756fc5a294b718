import type { Survey, SurveyedLink, SurveyedResource } from '../survey.js';
import type { KnownResource } from './known-resource.js';
import type { ResolvedLink } from './link.js';
import type { Walked } from './walked.js';

/** What of a survey is the walk's own. */
export interface WalkState {
  readonly duration: number;
  readonly isFollowed: (link: ResolvedLink) => boolean;
}

/** Writes down what a walk has found so far. */
export function surveyOf(walked: Walked, { duration, isFollowed }: WalkState): Survey {
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

function surveyResource({ iri, kind, outcome, title, depth }: KnownResource): SurveyedResource {
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
