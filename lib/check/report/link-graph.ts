import type { Level } from '../../protocol/findings.js';
import type { CheckFinding } from '../checks/check-definition.js';
import type { SurveyedLink } from '../crawl/crawled-api.js';
import type { ResourceKind } from '../crawl/visited-resource.js';
import { type CheckResult, LEVELS, worstOf } from './check-result.js';

/** A resource that a report has something to say about. */
export interface GraphNode {
  /** Its place among the nodes; the same result gives the same places. */
  readonly index: number;
  readonly iri: string;
  readonly kind: ResourceKind;
  readonly status?: number;
  readonly title?: string;
  /** Undefined where the crawl did not come to it: a link was not followed, or no link leads to it. */
  readonly depth?: number;
  /** The errors first. */
  readonly findings: readonly CheckFinding[];
  readonly worst?: Level;
}

/** All links from one resource to another. */
export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly links: readonly [SurveyedLink, ...SurveyedLink[]];
}

/** An API as resources and the links between them, with the findings where they belong. */
export interface LinkGraph {
  /** Where the crawl began; undefined where it did not get as far. */
  readonly start: GraphNode | undefined;
  /** The nearest to the start first, then by IRI: however the answers came in, the order is the same. */
  readonly nodes: readonly GraphNode[];
  /** In the order of the nodes that they lead from, then of the links within their document. */
  readonly edges: readonly GraphEdge[];
}

/** Draws up the link graph of a result: what was fetched, what was linked only, what was found only. */
export function linkGraph({ survey, findings }: CheckResult): LinkGraph {
  const findingsAt = groupBy(findings, ({ iri }) => iri);
  const surveyed = new Map(survey.resources.map((resource) => [resource.iri, resource]));
  const iris = new Set([
    ...surveyed.keys(),
    ...survey.links.flatMap(({ from, to }) => [from, to]),
    ...findingsAt.keys(),
  ]);
  const depthOf = (iri: string) => surveyed.get(iri)?.depth ?? Infinity;
  const ordered = [...iris].toSorted((one, other) => depthOf(one) - depthOf(other) || compare(one, other));
  const nodes = ordered.map((iri, index): GraphNode => {
    const found = (findingsAt.get(iri) ?? []).toSorted(compareFindings);
    const worst = worstOf(found);
    return {
      ...(surveyed.get(iri) ?? { iri, kind: 'unknown' }),
      index,
      findings: found,
      ...(worst !== undefined && { worst }),
    };
  });
  const nodeAt = new Map(nodes.map((node) => [node.iri, node]));
  const start = nodeAt.get(survey.start) ?? nodes.find(({ depth }) => depth === 0);
  return { start, nodes, edges: edgesOf(survey.links, nodes, nodeAt) };
}

/** By code units, so that the order is the same in every locale. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function compareFindings(one: CheckFinding, other: CheckFinding): number {
  return (
    LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level) ||
    compare(one.pointer, other.pointer) ||
    compare(one.check, other.check) ||
    compare(one.rule, other.rule) ||
    compare(one.message, other.message)
  );
}

function edgesOf(
  links: readonly SurveyedLink[],
  nodes: readonly GraphNode[],
  nodeAt: ReadonlyMap<string, GraphNode>,
): readonly GraphEdge[] {
  const linksFrom = groupBy(links, ({ from }) => from);
  return nodes.flatMap((from) =>
    [...groupBy(linksFrom.get(from.iri) ?? [], ({ to }) => to)].flatMap(([iri, [first, ...more]]) => {
      const to = nodeAt.get(iri);
      return to === undefined || first === undefined ? [] : [{ from, to, links: [first, ...more] as const }];
    }),
  );
}

/** Labels a resource with its title, or else the end of its path. */
export function nodeLabel({ title, iri }: GraphNode): string {
  return title !== undefined && title.trim() !== '' ? title : shortIri(iri);
}

/** The last segment of an IRI's path with what follows it; where the path has none, all after the scheme. */
function shortIri(iri: string): string {
  const [, authority, path = ''] = /^https?:\/\/([^/?#]*)([^?#]*)/i.exec(iri) ?? [];
  if (authority === undefined) return iri;
  const rest = iri.slice(iri.indexOf('//') + 2 + authority.length + path.length);
  const segment = /[^/]+\/?$/.exec(path)?.[0];
  return segment === undefined ? `${authority}${path}${rest}` : segment + rest;
}

/** Labels an edge with all its links' names, each once. */
export function edgeLabel({ links }: GraphEdge): string {
  return [...new Set(links.map(linkLabel))].join(' · ');
}

/** Labels a link with its name, or, as entities have none, the member that it stands in. */
function linkLabel({ name, member }: SurveyedLink): string {
  return name ?? member;
}

/** Groups items by a key; groups are in the order of their first item, and each keeps its items' order. */
export function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
