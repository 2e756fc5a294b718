import type { ResourceKind } from '../survey.js';
import { cut, harmless } from './harmless.js';
import { edgeLabel, linkGraph, nodeLabel } from './link-graph.js';
import type { GraphEdge, GraphNode } from './link-graph.js';
import type { CheckResult } from './result.js';

/** What stands around a node's text. */
const SHAPES: Readonly<Record<ResourceKind, readonly [opening: string, closing: string]>> = {
  catalog: ['[[', ']]'],
  entity: ['[', ']'],
  view: ['{{', '}}'],
  order: ['[/', '/]'],
  value: ['([', '])'],
  unknown: ['(', ')'],
};

/**
 * Writes the link graph as a flowchart of Mermaid, whole: kinds are shapes, findings are classes, and links
 * that were not followed are dotted.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function graphMermaid(result: CheckResult): string {
  const { nodes, edges } = linkGraph(result);
  return `flowchart LR
${nodes.map((node) => `  ${nodeMermaid(node)}\n`).join('')}${edges.map((edge) => `  ${edgeMermaid(edge)}\n`).join('')}  classDef error stroke:#b3261e,stroke-width:3px
  classDef warning stroke:#8a5a00,stroke-width:3px
  classDef note stroke:#1f5fa8,stroke-width:3px
`;
}

function nodeMermaid(node: GraphNode): string {
  const [opening, closing] = SHAPES[node.kind];
  const marked = node.worst === undefined ? '' : `:::${node.worst}`;
  return `n${node.index}${opening}${quoted(cut(nodeLabel(node), 80))}${closing}${marked}`;
}

function edgeMermaid(edge: GraphEdge): string {
  const arrow = edge.links.some(({ followed }) => followed) ? '-->' : '-.->';
  return `n${edge.from.index} ${arrow}|${quoted(cut(edgeLabel(edge), 80))}| n${edge.to.index}`;
}

/** A quoted string; all that could mean something to Mermaid, Markdown or HTML is a numeric entity. */
function quoted(text: string): string {
  return `"${harmless(text).replaceAll(
    /[^\p{L}\p{N} /:.,·…-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  )}"`;
}
