import { grouped } from '../grouped.js';
import type { GraphEdge, GraphNode, LinkGraph } from '../link-graph.js';
import { graphTree } from './graph-tree.js';
import type { GraphTree } from './graph-tree.js';

/** The most resources that have a section of their own. */
const SECTIONS = 500;
/** The most resources that the table lists. */
const ROWS = 1_500;

/** What a page shows of a link graph, and where. */
export class Page {
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
    this.sections = remarkable.slice(0, SECTIONS);
    this.hiddenSections = remarkable.length - this.sections.length;
    this.rows = unremarkable.slice(0, ROWS);
    this.hiddenRows = unremarkable.length - this.rows.length;
    this.#told = new Set([...this.sections, ...this.rows]);
    this.#edgesFrom = grouped(graph.edges, ({ from }) => from);
    this.#edgesTo = grouped(graph.edges, ({ to }) => to);
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
