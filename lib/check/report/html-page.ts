import type { ResourceKind } from '../crawl/visited-resource.js';
import { graphTree, type GraphTree } from './graph-tree.js';
import { type GraphEdge, type GraphNode, groupBy, type LinkGraph } from './link-graph.js';
import { markup, type Markup } from './markup.js';

/** The part of a link graph that one page shows, and the places where it does. */
export class ReportPage {
  readonly graph: LinkGraph;
  readonly tree: GraphTree;
  /** The resources that have a section of their own: there are findings about them. */
  readonly sections: readonly GraphNode[];
  /** How many more there would be. */
  readonly hiddenSections: number;
  /** The resources that the table lists: there are no findings about them. */
  readonly rows: readonly GraphNode[];
  /** How many more there would be. */
  readonly hiddenRows: number;
  readonly #told: ReadonlySet<GraphNode>;
  readonly #edgesFrom: ReadonlyMap<GraphNode, readonly GraphEdge[]>;
  readonly #edgesTo: ReadonlyMap<GraphNode, readonly GraphEdge[]>;

  constructor(graph: LinkGraph) {
    const remarkable = graph.nodes.filter(({ findings }) => findings.length > 0);
    const unremarkable = graph.nodes.filter(({ findings }) => findings.length === 0);
    this.graph = graph;
    this.tree = graphTree(graph);
    this.sections = remarkable.slice(0, MAX_SECTIONS);
    this.hiddenSections = remarkable.length - this.sections.length;
    this.rows = unremarkable.slice(0, MAX_ROWS);
    this.hiddenRows = unremarkable.length - this.rows.length;
    this.#told = new Set([...this.sections, ...this.rows]);
    this.#edgesFrom = groupBy(graph.edges, ({ from }) => from);
    this.#edgesTo = groupBy(graph.edges, ({ to }) => to);
  }

  /** The edges that lead from a resource. */
  edgesFrom(node: GraphNode): readonly GraphEdge[] {
    return this.#edgesFrom.get(node) ?? [];
  }

  /** The edges that lead to a resource. */
  edgesTo(node: GraphNode): readonly GraphEdge[] {
    return this.#edgesTo.get(node) ?? [];
  }

  /** Where the page tells of a resource; undefined where there was no room for it. */
  hrefOf(node: GraphNode): string | undefined {
    return this.#told.has(node) ? `#resource-${node.index}` : undefined;
  }

  /** Where the page draws a resource: its card, or the whole graph where it is folded. */
  cardHrefOf(node: GraphNode): string {
    return this.tree.itemOf.get(node)?.folded === undefined ? `#node-${node.index}` : '#graph';
  }
}

/** The most resources that have a section of their own. */
const MAX_SECTIONS = 500;

/** The most resources that the table lists. */
const MAX_ROWS = 1_500;

/** The noun for one, and for many resources of a kind. */
export const KIND_NOUNS: Readonly<Record<ResourceKind, readonly [noun: string, nouns: string]>> = {
  catalog: ['catalog', 'catalogs'],
  entity: ['entity', 'entities'],
  view: ['view', 'views'],
  order: ['order', 'orders'],
  value: ['value', 'values'],
  unknown: ['resource', 'resources'],
};

/** The form of a kind, in a square of 40 pixels. */
export function kindIcon(kind: ResourceKind): Markup {
  return markup`<path class="icon ${kind}" d="${FORMS[kind]}"/>`;
}

/** Each kind has a form of its own, so that none is told by its colour alone. */
const FORMS: Readonly<Record<ResourceKind, string>> = {
  catalog: 'M11 16.5a2 2 0 0 1 2-2h4l2.5 2.5H27a2 2 0 0 1 2 2V28a2 2 0 0 1-2 2H13a2 2 0 0 1-2-2z',
  entity:
    'M13 13.5h14a1.5 1.5 0 0 1 1.5 1.5v14a1.5 1.5 0 0 1-1.5 1.5H13a1.5 1.5 0 0 1-1.5-1.5V15a1.5 1.5 0 0 1 1.5-1.5z',
  view: 'M20 12.5 29.5 22 20 31.5 10.5 22z',
  order: 'M11 14h18v3.5H11zM11 20.25h13v3.5H11zM11 26.5h8V30h-8z',
  value: 'M20 13.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z',
  unknown: 'M20 13.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z',
};

/** The form of a kind as a drawing of its own, for a line of text. */
export function kindSymbol(kind: ResourceKind): Markup {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="symbol" width="18" height="18" viewBox="9 11 22 22" aria-hidden="true" focusable="false">${kindIcon(kind)}</svg>`;
}
