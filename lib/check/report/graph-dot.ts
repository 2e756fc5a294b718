import type { ResourceKind } from '../survey.js';
import { cut, harmless, isWebIri } from './harmless.js';
import { edgeLabel, linkGraph, nodeLabel } from './link-graph.js';
import type { GraphEdge, GraphNode } from './link-graph.js';
import type { CheckResult } from './result.js';

const SHAPES: Readonly<Record<ResourceKind, string>> = {
  catalog: 'folder',
  entity: 'box',
  view: 'hexagon',
  order: 'cds',
  value: 'ellipse',
  unknown: 'plaintext',
};

const COLOURS = { error: '#b3261e', warning: '#8a5a00', note: '#1f5fa8' } as const;

/**
 * Writes the link graph in the language of Graphviz, whole: kinds are shapes, findings are colours, and
 * links that were not followed are dashed.
 *
 * @see https://graphviz.org/doc/info/lang.html
 */
export function graphDot(result: CheckResult): string {
  const { nodes, edges } = linkGraph(result);
  return `digraph ${quoted(result.survey.start)} {
  rankdir=LR;
  node [fontname="sans-serif"];
  edge [fontname="sans-serif", fontsize=10];
${nodes.map((node) => `  ${nodeDot(node)}\n`).join('')}${edges.map((edge) => `  ${edgeDot(edge)}\n`).join('')}}
`;
}

function nodeDot(node: GraphNode): string {
  const { index, iri, kind, worst } = node;
  const attributes = [
    `label=${quoted(cut(nodeLabel(node), 80))}`,
    `tooltip=${quoted(iri)}`,
    `shape=${SHAPES[kind]}`,
    ...(isWebIri(iri) ? [`URL=${quoted(iri)}`] : []),
    ...(worst === undefined ? [] : [`color="${COLOURS[worst]}"`, 'penwidth=2']),
  ];
  return `n${index} [${attributes.join(', ')}];`;
}

function edgeDot(edge: GraphEdge): string {
  const style = edge.links.some(({ followed }) => followed) ? '' : ', style=dashed';
  return `n${edge.from.index} -> n${edge.to.index} [label=${quoted(cut(edgeLabel(edge), 80))}${style}];`;
}

/** A quoted string; `\` and `&` begin escapes in it, which text from elsewhere must not. */
function quoted(text: string): string {
  return `"${harmless(text)
    .replaceAll('&', '&amp;')
    .replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}
