import type { Level } from '../../../protocol/findings.js';
import type { GraphEdge, GraphNode, LinkGraph } from '../link-graph.js';
import { grouped } from '../grouped.js';
import { LEVELS } from '../result.js';

/** A resource, and what is first reached through it. */
export interface Branch {
  readonly node: GraphNode;
  /** What leads here from the branch above; undefined at a root. */
  readonly edge: GraphEdge | undefined;
  readonly children: Branch[];
  /** Resources of the whole branch. */
  resources: number;
  /** Findings of the whole branch. */
  findings: number;
  /** Of the whole branch. */
  worst: Level | undefined;
}

/**
 * Chooses, for each resource, the shortest way there from the start.
 *
 * @returns the branches of the start and of what it does not lead to; and the edges that lie on no way
 */
export function spanningTree({ start, nodes, edges }: LinkGraph): {
  readonly roots: readonly Branch[];
  readonly others: readonly GraphEdge[];
} {
  const edgesFrom = grouped(edges, ({ from }) => from);
  const reached = new Set<GraphNode>();
  const used = new Set<GraphEdge>();
  const branches: Branch[] = [];
  const roots: Branch[] = [];
  for (const root of start === undefined ? nodes : [start, ...nodes]) {
    if (reached.has(root)) continue;
    reached.add(root);
    const waiting = [branchAt(root, undefined)];
    roots.push(...waiting);
    for (const branch of waiting) {
      branches.push(branch);
      for (const edge of edgesFrom.get(branch.node) ?? []) {
        if (reached.has(edge.to)) continue;
        reached.add(edge.to);
        used.add(edge);
        const child = branchAt(edge.to, edge);
        branch.children.push(child);
        waiting.push(child);
      }
    }
  }
  // Children come after their parents, so from the end each branch is whole when it is added up.
  for (const branch of branches.toReversed()) {
    for (const child of branch.children) {
      branch.resources += child.resources;
      branch.findings += child.findings;
      branch.worst = LEVELS.find((level) => level === branch.worst || level === child.worst);
    }
  }
  return { roots, others: edges.filter((edge) => !used.has(edge) && edge.from !== edge.to) };
}

function branchAt(node: GraphNode, edge: GraphEdge | undefined): Branch {
  return { node, edge, children: [], resources: 1, findings: node.findings.length, worst: node.worst };
}
