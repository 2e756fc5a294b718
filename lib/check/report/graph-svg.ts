import type { ResourceKind } from '../crawl/visited-resource.js';
import { count } from './check-result.js';
import { BEND, CARD, type Curve, fit, LABEL_SIZE, layOut, type PlacedItem } from './graph-layout.js';
import { KIND_NOUNS, kindIcon, type ReportPage } from './html-page.js';
import { type GraphNode, nodeLabel } from './link-graph.js';
import { markup, type Markup } from './markup.js';
import { truncate } from './sanitize.js';

/** Draws a link graph as SVG that needs no script: each card leads to its section of the page. */
export function graphSvg(page: ReportPage): Markup {
  const { graph, tree } = page;
  const { width, height, cards, curves, omitted } = layOut(tree);
  const described =
    `${count(graph.nodes.length, 'resource')} and ${count(graph.edges.length, 'edge')} between them, from the start ` +
    'at the left; the sections and tables below say the same in words.';
  return markup`<div class="graph" tabindex="0" role="region" aria-label="Link graph, scrollable">
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-labelledby="graph-title graph-description">
<title id="graph-title">Link graph</title>
<desc id="graph-description">${described}</desc>
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="arrow" d="M0 .8 7 4 0 7.2z"/></marker></defs>
<g class="curves">${curves.map((curve) => curveSvg(curve, curves.length <= MAX_NAMED_CURVES))}</g>
<g class="edges">${cards.map(edgeSvg)}</g>
<g class="cards">${cards.map((card) => cardSvg(card, page))}</g>
</svg>
</div>
${omitted > 0 && markup`<p class="faint">${count(omitted, 'more link')} across the tree ${omitted === 1 ? 'is' : 'are'} not drawn.</p>`}`;
}

function curveSvg({ from, to, labels }: Curve, named: boolean): Markup {
  const label = labels.slice(0, 5).join(' · ') + (labels.length > 5 ? ' …' : '');
  const { path, middle } = curvePath(from, to);
  const text =
    named &&
    markup`<text class="label" x="${middle[0]}" y="${middle[1]}" text-anchor="middle">${fit(label, LABEL_SIZE, 120)}</text>`;
  const said = `${nodeLabel(from.item.node)} → ${nodeLabel(to.item.node)}: ${label}`;
  return markup`<g class="curve"><title>${truncate(said, 300)}</title><path d="${path}" marker-end="url(#arrow)"/>${text}</g>
`;
}

/** Between cards of one column around their right; otherwise from the edges that face each other. */
function curvePath(from: PlacedItem, to: PlacedItem): { path: string; middle: readonly [number, number] } {
  const right = CARD.width;
  if (from.x === to.x) {
    const bow = Math.min(30 + Math.abs(to.y - from.y) / 8, 90);
    const x = from.x + right;
    return {
      path: `M${x} ${from.y + 8}C${x + bow} ${from.y + 8} ${x + bow} ${to.y - 8} ${x + 2} ${to.y - 8}`,
      middle: [x + Math.round(bow * 0.75), Math.round((from.y + to.y) / 2)],
    };
  }
  const down = to.y > from.y ? 1 : -1;
  const level = to.y === from.y;
  const [startX, endX] = [from.x + right * 0.4, to.x + right * 0.6].map(Math.round) as [number, number];
  const startY = from.y + (down * CARD.height) / 2;
  const endY = to.y + ((level ? down : -down) * CARD.height) / 2;
  const pull = level ? 34 : Math.max(28, Math.abs(endY - startY) / 2);
  const [pullStart, pullEnd] = [startY + down * pull, endY + (level ? down : -down) * pull];
  return {
    path: `M${startX} ${startY}C${startX} ${pullStart} ${endX} ${pullEnd} ${endX} ${endY}`,
    middle: [(startX + endX) / 2, Math.round((startY + 3 * pullStart + 3 * pullEnd + endY) / 8) - 3],
  };
}

/** How many curves have their names beside them; more would cover each other. */
const MAX_NAMED_CURVES = 24;

function edgeSvg({ item, x, y, parent, labelWidth }: PlacedItem): Markup | undefined {
  if (parent === undefined) return undefined;
  const path = edgePath(parent, { x, y });
  const label = item.label ?? '';
  const style = item.followed ? 'edge' : 'edge unfollowed';
  return markup`<g><path class="${style}" d="${path}" marker-end="url(#arrow)"/>
<text class="label" x="${x - 12}" y="${y - 6}" text-anchor="end"><title>${truncate(label, 200)}</title>${fit(label, LABEL_SIZE, labelWidth)}</text></g>
`;
}

/** Across, along a line that all edges from one card share, and across again: many stay as clear as few. */
function edgePath(from: PlacedItem, to: Pick<PlacedItem, 'x' | 'y'>): string {
  const left = from.x + CARD.width;
  const end = `H${to.x - 2}`;
  const fall = to.y - from.y;
  if (fall === 0) return `M${left} ${from.y}${end}`;
  const rail = left + BEND / 2;
  const corner = Math.min(CORNER, Math.abs(fall) / 2);
  const down = Math.sign(fall) * corner;
  return (
    `M${left} ${from.y}H${rail - corner}Q${rail} ${from.y} ${rail} ${from.y + down}` +
    `V${to.y - down}Q${rail} ${to.y} ${rail + corner} ${to.y}${end}`
  );
}

/** How round the corners of edges are. */
const CORNER = 10;

function cardSvg({ item, x, y }: PlacedItem, page: ReportPage): Markup {
  const { node, folded, findings, worst } = item;
  const title = folded === undefined ? nodeLabel(node) : `… ${moreOf(folded, node.kind)}`;
  const facts = folded === undefined ? factsOf(node) : factsOfFold(item);
  const counted = findings === 0 ? '' : `, ${count(findings, 'finding')}, worst: ${worst}`;
  const list = worst === undefined ? '#unremarkable' : '#findings';
  const target = (folded === undefined ? page.hrefOf(node) : undefined) ?? list;
  const style = [
    'card',
    ...(folded === undefined ? [] : ['folded']),
    ...(worst === undefined ? [] : [worst]),
  ];
  const left = { text: 38, width: CARD.width - 38 - 12 };
  return markup`<a ${folded === undefined && markup`id="node-${node.index}" `}href="${target}" class="${style.join(' ')}" transform="translate(${x} ${y - CARD.height / 2})" aria-label="${truncate(title, 200)}, ${facts}${counted}">
<title>${truncate(folded === undefined ? `${title}\n${node.iri}` : title, 400)}</title>
${folded !== undefined && markup`<rect class="behind" x="5" y="5" width="${CARD.width}" height="${CARD.height}" rx="9"/>`}<rect class="face" width="${CARD.width}" height="${CARD.height}" rx="9"/>
${kindIcon(node.kind)}
<text class="title" x="${left.text}" y="19">${fit(title, TITLE_SIZE, left.width)}</text>
<text class="facts" x="${left.text}" y="34">${fit(facts, FACTS_SIZE, left.width)}</text>
${findings > 0 && countMarker(findings)}</a>
`;
}

function moreOf(number: number, kind: ResourceKind): string {
  const [noun, nouns] = KIND_NOUNS[kind];
  return count(number, `more ${noun}`, `more ${nouns}`);
}

function factsOf({ kind, status }: GraphNode): string {
  return `${kind} · ${status ?? 'not fetched'}`;
}

function factsOfFold({ folded = 0, resources, findings }: PlacedItem['item']): string {
  if (resources > folded) return `and ${(resources - folded).toLocaleString('en-US')} below them`;
  return findings === 0 ? 'no findings' : 'folded';
}

const TITLE_SIZE = 13;

const FACTS_SIZE = 11;

function countMarker(findings: number): Markup {
  const shown = findings > 999 ? '999+' : String(findings);
  const width = 11 + 7 * shown.length;
  const left = CARD.width - width + 7;
  return markup`<rect class="marker" x="${left}" y="-8" width="${width}" height="18" rx="9"/><text class="count" x="${left + width / 2}" y="5" text-anchor="middle">${shown}</text>`;
}
