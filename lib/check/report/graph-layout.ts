import { hierarchy, type HierarchyPointNode, tree } from 'd3-hierarchy';
import type { DrawnItem, GraphTree } from './graph-tree.js';
import { edgeLabel } from './link-graph.js';

/** A drawing's parts, with their places in pixels. */
interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly cards: readonly PlacedItem[];
  readonly curves: readonly Curve[];
  /** How many curves there was no room for. */
  readonly omitted: number;
}

/** A card, with its place: the left end of its middle line. */
export interface PlacedItem {
  readonly item: DrawnItem;
  readonly x: number;
  readonly y: number;
  readonly parent: PlacedItem | undefined;
  /** The room that the label of what leads here has. */
  readonly labelWidth: number;
}

/** A curve beside the tree, for one or more links. */
export interface Curve {
  readonly from: PlacedItem;
  readonly to: PlacedItem;
  readonly labels: readonly string[];
}

/** A node of d3's layout, in which `x` runs down the page, as the tree runs across. */
interface Placeable {
  readonly data: DrawnItem;
  readonly depth: number;
  readonly x: number;
  readonly parent: Placeable | null;
}

/** Places a tree from left to right, and the other edges between its cards. */
export function layOut({ roots, itemOf, others }: GraphTree): GraphLayout {
  // The roots hang on one that is not drawn, so that what no link leads to has its place, too.
  const root = tree<Pick<DrawnItem, 'children'>>()
    .nodeSize([CARD.row, 1])
    .separation((one, other) => (one.parent === other.parent ? 1 : 1.2))(
    hierarchy<Pick<DrawnItem, 'children'>>({ children: [...roots] }, ({ children }) => children),
  );
  if (heightOf(root) > SCREEN_HEIGHT) alignToTop(root);
  const drawn = root.descendants().slice(1) as unknown as readonly Placeable[];
  const top = Math.min(0, ...drawn.map(({ x }) => x));
  const gaps = gapsOf(drawn);
  const lefts = gaps.map((_, depth) =>
    gaps.slice(0, depth + 1).reduce((left, gap) => left + gap + CARD.width, MARGIN - CARD.width),
  );
  const placed = new Map<Placeable, PlacedItem>();
  for (const node of drawn) {
    placed.set(node, {
      item: node.data,
      x: lefts[node.depth - 1] ?? 0,
      y: Math.round(node.x - top) + MARGIN + CARD.height / 2,
      parent: node.parent === null ? undefined : placed.get(node.parent),
      labelWidth: (gaps[node.depth - 1] ?? 0) - BEND - ARROW,
    });
  }
  const cards = [...placed.values()];
  const curves = curvesBetween(cards, itemOf, others);
  return {
    width: Math.max(0, ...cards.map(({ x }) => x)) + CARD.width + 2 * MARGIN + BEND,
    height: Math.max(0, ...cards.map(({ y }) => y)) + CARD.height / 2 + 2 * MARGIN,
    cards,
    curves: curves.slice(0, MAX_CURVES),
    omitted: Math.max(0, curves.length - MAX_CURVES),
  };
}

/** A card's size, and the way from the top of one to the next, in pixels. */
export const CARD = { width: 204, height: 44, row: 56 } as const;

function heightOf(root: HierarchyPointNode<Pick<DrawnItem, 'children'>>): number {
  const rows = root.descendants().map(({ x }) => x);
  return Math.max(...rows) - Math.min(...rows);
}

/** A drawing that is higher does not fit on a screen. */
const SCREEN_HEIGHT = 900;

/** Puts each card into the row of the first that it leads to, so that both are seen from the top. */
function alignToTop(root: HierarchyPointNode<Pick<DrawnItem, 'children'>>): void {
  let row = 0;
  root.eachBefore((node) => {
    node.x = row;
    if (node.children === undefined) row += CARD.row;
  });
}

/** The room before each column, by the longest label that leads to it. */
function gapsOf(drawn: readonly Placeable[]): readonly number[] {
  const gaps: number[] = [0];
  for (const { depth, data } of drawn) {
    if (depth === 1) continue;
    const label = Math.min(MAX_LABEL, widthOf(data.label ?? '', LABEL_SIZE));
    gaps[depth - 1] = Math.max(gaps[depth - 1] ?? MIN_GAP, Math.ceil(label) + BEND + ARROW);
  }
  return gaps;
}

const MAX_LABEL = 150;

/**
 * About how wide a text is, in pixels: a page without scripts cannot measure it.
 *
 * @param size - of the face, in pixels
 */
function widthOf(text: string, size: number): number {
  // What is longer than any place for it need not be added up to its end.
  return Array.from(text.slice(0, 400)).reduce(
    (width, character) => width + widthOfCharacter(character, size),
    0,
  );
}

function widthOfCharacter(character: string, size: number): number {
  return WIDE.test(character) ? size : LETTER * size;
}

/** Scripts whose characters are as wide as they are high, and emoji. */
const WIDE =
  /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\p{Emoji_Presentation}\uff00-\uff60\ufffd]/u;

/** The mean width of a letter of a sans-serif face, as a part of its size. */
const LETTER = 0.6;

/** The size of an edge's label, in pixels. */
export const LABEL_SIZE = 11;

const MIN_GAP = 76;

/** The bend of an edge before it runs level under its label. */
export const BEND = 44;

/** The room between the end of a label and the card that it leads to. */
const ARROW = 14;

const MARGIN = 16;

function curvesBetween(
  cards: readonly PlacedItem[],
  itemOf: GraphTree['itemOf'],
  edges: GraphTree['others'],
): readonly Curve[] {
  const cardOf = new Map<DrawnItem | undefined, PlacedItem>(cards.map((card) => [card.item, card]));
  const curves = new Map<string, { from: PlacedItem; to: PlacedItem; labels: string[] }>();
  for (const edge of edges) {
    const from = cardOf.get(itemOf.get(edge.from));
    const to = cardOf.get(itemOf.get(edge.to));
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${from.item.node.index} ${to.item.node.index}`;
    const curve = curves.get(key) ?? { from, to, labels: [] };
    curves.set(key, curve);
    const label = edgeLabel(edge);
    if (!curve.labels.includes(label)) curve.labels.push(label);
  }
  return [...curves.values()];
}

/** The most curves of edges beside the tree: more are not legible. */
const MAX_CURVES = 200;

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
