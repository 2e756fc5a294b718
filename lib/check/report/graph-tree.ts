import type { Level } from '../../protocol/findings.js';
import { LEVELS } from './check-result.js';
import { edgeLabel, type GraphEdge, type GraphNode, groupBy, type LinkGraph } from './link-graph.js';

/** A link graph, cut down to what can be drawn. */
export interface GraphTree {
  /** The start, and what no link leads to. */
  readonly roots: readonly DrawnItem[];
  /** From each resource to what stands for it. */
  readonly itemOf: ReadonlyMap<GraphNode, DrawnItem>;
  /** The edges that the tree has no room for. */
  readonly others: readonly GraphEdge[];
}

/** A card of the drawing: a resource, or many folded into one. */
export interface DrawnItem {
  /** The resource; where there are many, the first. */
  readonly node: GraphNode;
  /** How many siblings this stands for, where they are folded. */
  readonly folded?: number;
  /** How many resources this stands for: siblings and what is only reached through them. */
  readonly resources: number;
  readonly findings: number;
  readonly worst: Level | undefined;
  /** The name of the link that leads here; undefined at the start, and where nothing leads. */
  readonly label: string | undefined;
  readonly followed: boolean;
  readonly children: DrawnItem[];
}

/** A resource, and what is first reached through it. */
interface Branch {
  readonly node: GraphNode;
  /** The links from the branch above; undefined at a root. */
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
 * Makes a tree of a link graph: each resource below the first that leads to it, siblings of a kind folded
 * into one where they are many and nothing was found about them.
 */
export function graphTree(graph: LinkGraph): GraphTree {
  const { roots, others } = spanningTree(graph);
  const itemOf = new Map<GraphNode, DrawnItem>();
  let room = MAX_RESOURCES;
  const drawn: DrawnItem[] = [];
  const waiting: { branches: readonly Branch[]; into: DrawnItem[]; depth: number }[] = [
    { branches: roots, into: drawn, depth: 0 },
  ];
  // By breadth, so that what is near to the start is drawn while there is room.
  for (const { branches, into, depth } of waiting) {
    for (const siblings of groupBy(branches, siblingKey).values()) {
      const shown = depth > MAX_DEPTH ? new Set<Branch>() : shownAmong(siblings, Math.max(room, 0));
      room -= shown.size;
      for (const branch of shown) {
        const item = itemFor(branch, [], undefined);
        itemOf.set(branch.node, item);
        into.push(item);
        waiting.push({ branches: branch.children, into: item.children, depth: depth + 1 });
      }
      const rest = siblings.filter((branch) => !shown.has(branch));
      const [first, ...more] = rest;
      if (first === undefined) continue;
      const fold = itemFor(first, more, rest.length);
      for (const node of nodesWithin(rest)) itemOf.set(node, fold);
      into.push(fold);
    }
  }
  return { roots: drawn, itemOf, others };
}

/** How many resources are drawn in all, before the rest is folded. */
const MAX_RESOURCES = 400;

/** Entities of one catalog are alike; two catalogs that are linked by different names are not. */
function siblingKey({ node, edge }: Branch): string {
  return `${node.kind} ${edge?.links[0].member ?? ''}`;
}

/** How many links away from the start resources are drawn. */
const MAX_DEPTH = 16;

function shownAmong(siblings: readonly Branch[], room: number): ReadonlySet<Branch> {
  const isNamed = siblings.some(({ edge }) => edge?.links[0].name !== undefined);
  if (siblings.length <= Math.min(isNamed ? MAX_NAMED_SIBLINGS : MAX_SIBLINGS, room))
    return new Set(siblings);
  const remarkable = siblings.filter(({ findings }) => findings > 0).slice(0, MAX_REMARKABLE);
  const samples = siblings.filter(({ findings }) => findings === 0).slice(0, FOLD_SAMPLES);
  const chosen = new Set([...remarkable, ...samples].slice(0, room));
  const shown = siblings.filter((branch) => chosen.has(branch));
  // To fold a single one saves nothing.
  return new Set(siblings.length - shown.length === 1 && room > shown.length ? siblings : shown);
}

/** The same for those that have names: each of them means something else. */
const MAX_NAMED_SIBLINGS = 24;

/** How many siblings of one kind, from one member, are drawn without folding them. */
const MAX_SIBLINGS = 6;

/** Of siblings that are folded, how many are drawn because there are findings about them. */
const MAX_REMARKABLE = 40;

/** Of siblings that are folded, how many are drawn all the same, to show what they are like. */
const FOLD_SAMPLES = 3;

function itemFor(first: Branch, more: readonly Branch[], folded: number | undefined): DrawnItem {
  const branches = [first, ...more];
  const sum = (figure: 'resources' | 'findings') =>
    branches.reduce((total, branch) => total + branch[figure], 0);
  const alone = folded === undefined;
  return {
    node: first.node,
    ...(!alone && { folded }),
    resources: alone ? 1 : sum('resources'),
    findings: alone ? first.node.findings.length : sum('findings'),
    worst: alone ? first.node.worst : LEVELS.find((level) => branches.some(({ worst }) => worst === level)),
    label: alone ? first.edge && edgeLabel(first.edge) : first.edge?.links[0].member,
    followed: first.edge?.links.some(({ followed }) => followed) ?? true,
    children: [],
  };
}

function nodesWithin(branches: readonly Branch[]): readonly GraphNode[] {
  const found = [...branches];
  for (const { children } of found) for (const child of children) found.push(child);
  return found.map(({ node }) => node);
}

/**
 * Chooses, for each resource, the shortest way there from the start.
 *
 * @returns the branches of the start and of what it does not lead to; and the edges that lie on no way
 */
function spanningTree({ start, nodes, edges }: LinkGraph): {
  readonly roots: readonly Branch[];
  readonly others: readonly GraphEdge[];
} {
  const edgesFrom = groupBy(edges, ({ from }) => from);
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
