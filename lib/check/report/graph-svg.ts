import type { ResourceKind } from '../crawl/crawled-api.js';
import { truncate } from './sanitize.js';
import { nodeLabel } from './link-graph.js';
import type { GraphNode } from './link-graph.js';
import { markup } from './markup.js';
import type { Markup } from './markup.js';
import { count } from './check-result.js';
import { BEND, CARD, LABEL_SIZE, layOut } from './graph-layout.js';
import type { Curve, PlacedItem } from './graph-layout.js';
import type { Page } from './html-report.js';

/** The mean width of a letter of a sans-serif face, as a part of its size. */
const LETTER = 0.6;

/** Scripts whose characters are as wide as they are high, and emoji. */
const WIDE =
  /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\p{Emoji_Presentation}\uff00-\uff60\ufffd]/u;

/**
 * About how wide a text is, in pixels: a page without scripts cannot measure it.
 *
 * @param size - of the face, in pixels
 */
export function widthOf(text: string, size: number): number {
  // What is longer than any place for it need not be added up to its end.
  return Array.from(text.slice(0, 400)).reduce(
    (width, character) => width + widthOfCharacter(character, size),
    0,
  );
}

/** Cuts a text to a width in pixels; `…` says that there was more. */
export function fit(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text;
  let left = width - LETTER * size;
  let end = 0;
  for (const character of text) {
    left -= widthOfCharacter(character, size);
    if (left < 0) break;
    end += character.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}

function widthOfCharacter(character: string, size: number): number {
  return WIDE.test(character) ? size : LETTER * size;
}

/** What one, and what many resources of a kind are called. */
export const KIND_NOUNS: Readonly<Record<ResourceKind, readonly [noun: string, nouns: string]>> = {
  catalog: ['catalog', 'catalogs'],
  entity: ['entity', 'entities'],
  view: ['view', 'views'],
  order: ['order', 'orders'],
  value: ['value', 'values'],
  unknown: ['resource', 'resources'],
};

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

/** The form of a kind, in a square of 40 pixels. */
export function kindIcon(kind: ResourceKind): Markup {
  return markup`<path class="icon ${kind}" d="${FORMS[kind]}"/>`;
}

/** The form of a kind as a drawing of its own, for a line of text. */
export function kindSymbol(kind: ResourceKind): Markup {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="symbol" width="18" height="18" viewBox="9 11 22 22" aria-hidden="true" focusable="false">${kindIcon(kind)}</svg>`;
}

/** How many curves have their names beside them; more would cover each other. */
const MAX_NAMED_CURVES = 24;
/** How round the corners of edges are. */
const CORNER = 10;
const TITLE_SIZE = 13;
const FACTS_SIZE = 11;

/** Draws a link graph as SVG that needs no script: each card leads to its section of the page. */
export function graphSvg(page: Page): Markup {
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

function cardSvg({ item, x, y }: PlacedItem, page: Page): Markup {
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

function countMarker(findings: number): Markup {
  const shown = findings > 999 ? '999+' : String(findings);
  const width = 11 + 7 * shown.length;
  const left = CARD.width - width + 7;
  return markup`<rect class="marker" x="${left}" y="-8" width="${width}" height="18" rx="9"/><text class="count" x="${left + width / 2}" y="5" text-anchor="middle">${shown}</text>`;
}

function factsOf({ kind, status }: GraphNode): string {
  return `${kind} · ${status ?? 'not fetched'}`;
}

function factsOfFold({ folded = 0, resources, findings }: PlacedItem['item']): string {
  if (resources > folded) return `and ${(resources - folded).toLocaleString('en-US')} below them`;
  return findings === 0 ? 'no findings' : 'folded';
}

function moreOf(number: number, kind: ResourceKind): string {
  const [noun, nouns] = KIND_NOUNS[kind];
  return count(number, `more ${noun}`, `more ${nouns}`);
}
