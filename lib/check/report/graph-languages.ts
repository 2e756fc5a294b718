import type { ResourceKind } from '../crawl/visited-resource.js';
import type { CheckResult } from './check-result.js';
import { edgeLabel, type GraphEdge, type GraphNode, linkGraph, nodeLabel } from './link-graph.js';
import { isWebIri, sanitizeLine, truncate } from './sanitize.js';

/**
 * Writes the link graph in the language of Graphviz, whole: kinds are shapes, findings are colours, and
 * links that were not followed are dashed.
 *
 * @example
 * import { writeFile } from 'node:fs/promises';
 * import { check, graphDot, type CheckFinding } from 'koa-shoji/check';
 *
 * const run = check('https://api.example.org/');
 * const findings: CheckFinding[] = [];
 * for await (const finding of run) findings.push(finding);
 *
 * await writeFile('api.dot', graphDot({ survey: run.survey, findings }));
 *
 * @see https://graphviz.org/doc/info/lang.html
 */
export function graphDot(result: CheckResult): string {
  const { nodes, edges } = linkGraph(result);
  return `digraph ${quoteDot(result.survey.start)} {
  rankdir=LR;
  node [fontname="sans-serif"];
  edge [fontname="sans-serif", fontsize=10];
${nodes.map((node) => `  ${formatDotNode(node)}\n`).join('')}${edges.map((edge) => `  ${formatDotEdge(edge)}\n`).join('')}}
`;
}

/** A quoted string; `\` and `&` begin escapes in it, which text from elsewhere must not. */
function quoteDot(text: string): string {
  return `"${sanitizeLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}

function formatDotNode(node: GraphNode): string {
  const { index, iri, kind, worst } = node;
  const attributes = [
    `label=${quoteDot(truncate(nodeLabel(node), 80))}`,
    `tooltip=${quoteDot(iri)}`,
    `shape=${DOT_SHAPES[kind]}`,
    ...(isWebIri(iri) ? [`URL=${quoteDot(iri)}`] : []),
    ...(worst === undefined ? [] : [`color="${DOT_COLOURS[worst]}"`, 'penwidth=2']),
  ];
  return `n${index} [${attributes.join(', ')}];`;
}

const DOT_SHAPES: Readonly<Record<ResourceKind, string>> = {
  catalog: 'folder',
  entity: 'box',
  view: 'hexagon',
  order: 'cds',
  value: 'ellipse',
  unknown: 'plaintext',
};

const DOT_COLOURS = { error: '#b3261e', warning: '#8a5a00', note: '#1f5fa8' } as const;

function formatDotEdge(edge: GraphEdge): string {
  const style = edge.links.some(({ followed }) => followed) ? '' : ', style=dashed';
  return `n${edge.from.index} -> n${edge.to.index} [label=${quoteDot(truncate(edgeLabel(edge), 80))}${style}];`;
}

/**
 * Writes the link graph as a flowchart of Mermaid, whole: kinds are shapes, findings are classes, and links
 * that were not followed are dotted.
 *
 * @example
 * import { writeFile } from 'node:fs/promises';
 * import { check, graphMermaid, type CheckFinding } from 'koa-shoji/check';
 *
 * const run = check('https://api.example.org/');
 * const findings: CheckFinding[] = [];
 * for await (const finding of run) findings.push(finding);
 *
 * await writeFile('api.mmd', graphMermaid({ survey: run.survey, findings }));
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function graphMermaid(result: CheckResult): string {
  const { nodes, edges } = linkGraph(result);
  return `flowchart LR
${nodes.map((node) => `  ${formatMermaidNode(node)}\n`).join('')}${edges.map((edge) => `  ${formatMermaidEdge(edge)}\n`).join('')}  classDef error stroke:#b3261e,stroke-width:3px
  classDef warning stroke:#8a5a00,stroke-width:3px
  classDef note stroke:#1f5fa8,stroke-width:3px
`;
}

function formatMermaidNode(node: GraphNode): string {
  const [opening, closing] = MERMAID_SHAPES[node.kind];
  const marked = node.worst === undefined ? '' : `:::${node.worst}`;
  return `n${node.index}${opening}${quoteMermaid(truncate(nodeLabel(node), 80))}${closing}${marked}`;
}

/** The brackets around a node's text. */
const MERMAID_SHAPES: Readonly<Record<ResourceKind, readonly [opening: string, closing: string]>> = {
  catalog: ['[[', ']]'],
  entity: ['[', ']'],
  view: ['{{', '}}'],
  order: ['[/', '/]'],
  value: ['([', '])'],
  unknown: ['(', ')'],
};

/** A quoted string; all that could mean something to Mermaid, Markdown or HTML is a numeric entity. */
function quoteMermaid(text: string): string {
  return `"${sanitizeLine(text).replaceAll(
    /[^\p{L}\p{N} /:.,·…-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  )}"`;
}

function formatMermaidEdge(edge: GraphEdge): string {
  const arrow = edge.links.some(({ followed }) => followed) ? '-->' : '-.->';
  return `n${edge.from.index} ${arrow}|${quoteMermaid(truncate(edgeLabel(edge), 80))}| n${edge.to.index}`;
}
