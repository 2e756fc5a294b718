import { hierarchy, tree } from 'd3-hierarchy';
import type { HierarchyPointNode } from 'd3-hierarchy';
import { edgeLabel } from './link-graph.js';
import { widthOf } from './graph-svg.js';
import type { DrawnItem, GraphTree } from './graph-tree.js';

/** A card's size, and the way from the top of one to the next, in pixels. */
export const CARD = { width: 204, height: 44, row: 56 } as const;
/** The bend of an edge before it runs level under its label. */
export const BEND = 44;
/** The size of an edge's label, in pixels. */
export const LABEL_SIZE = 11;

const MARGIN = 16;
const MAX_LABEL = 150;
const MIN_GAP = 76;
/** What lies between the end of a label and the card that it leads to. */
const ARROW = 14;
/** A drawing that is higher does not fit on a screen. */
const SCREEN_HEIGHT = 900;
/** The most curves of edges beside the tree: more are not legible. */
const MAX_CURVES = 200;

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

/** A drawing's parts, with their places in pixels. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly cards: readonly PlacedItem[];
  readonly curves: readonly Curve[];
  /** How many curves there was no room for. */
  readonly omitted: number;
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

function heightOf(root: HierarchyPointNode<Pick<DrawnItem, 'children'>>): number {
  const rows = root.descendants().map(({ x }) => x);
  return Math.max(...rows) - Math.min(...rows);
}

/** Puts each card into the row of the first that it leads to, so that whoever reads from the top sees both. */
function alignToTop(root: HierarchyPointNode<Pick<DrawnItem, 'children'>>): void {
  let row = 0;
  root.eachBefore((node) => {
    node.x = row;
    if (node.children === undefined) row += CARD.row;
  });
}

/** What the layout gives: `x` runs down the page, as the tree runs across. */
interface Placeable {
  readonly data: DrawnItem;
  readonly depth: number;
  readonly x: number;
  readonly parent: Placeable | null;
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
