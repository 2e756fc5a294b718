/** What `node --cpu-prof` writes. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The node that was on top, sample by sample. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** Calls that were seen under the same callers, with the time that they and all below them took. */
interface Frame {
  readonly name: string;
  readonly place: string;
  time: number;
  readonly below: Map<string, Frame>;
}

const WIDTH = 1400;
const ROW = 17;

/** Narrower frames are left out, in pixels. */
const LEAST = 1;

const CHARACTER = 6.2;

/**
 * A profile as an SVG: each frame stands on its caller, as wide as the time that it took. Frames show where
 * they are from when they are pointed at.
 */
export function flameGraph(
  { nodes, samples, timeDeltas }: CpuProfile,
  placeOf: (frame: ProfileNode['callFrame']) => string,
): string {
  const own = new Map<number, number>();
  samples.forEach((id, index) => own.set(id, (own.get(id) ?? 0) + (timeDeltas[index] ?? 0)));
  const byId = new Map(nodes.map((node) => [node.id, node]));

  const merge = (node: ProfileNode, into: Frame): number => {
    const { functionName } = node.callFrame;
    if (functionName === '(idle)') return 0;
    const key = `${functionName} ${placeOf(node.callFrame)}`;
    const frame = into.below.get(key) ?? newFrame(functionName || '(anonymous)', placeOf(node.callFrame));
    into.below.set(key, frame);
    let time = own.get(node.id) ?? 0;
    for (const id of node.children ?? []) time += merge(byId.get(id) as ProfileNode, frame);
    frame.time += time;
    return time;
  };
  const all = newFrame('all', '');
  all.time = merge(nodes[0] as ProfileNode, all);

  const parts: string[] = [];
  let depth = 0;
  const draw = (frame: Frame, x: number, level: number) => {
    const width = (frame.time / all.time) * WIDTH;
    if (width < LEAST) return;
    depth = Math.max(depth, level);
    parts.push(rectangle(frame, x, level, width, all.time));
    let left = x;
    for (const one of [...frame.below.values()].toSorted((a, b) => b.time - a.time)) {
      draw(one, left, level + 1);
      left += (one.time / all.time) * WIDTH;
    }
  };
  for (const root of all.below.values()) draw(root, 0, 0);
  const height = (depth + 1) * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="10">`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function newFrame(name: string, place: string): Frame {
  return { name, place, time: 0, below: new Map() };
}

/** The product is blue, its dependencies are orange, Node is grey. */
function colourOf(place: string): string {
  if (place.startsWith('dist/')) return '#9ecbff';
  if (place.includes('node_modules/')) return '#ffd8a8';
  return '#dde1e6';
}

function rectangle(
  { name, place, time }: Frame,
  x: number,
  level: number,
  width: number,
  all: number,
): string {
  const y = level * ROW;
  const percent = ((time / all) * 100).toFixed(1);
  const shown = name.slice(0, Math.max(0, Math.floor(width / CHARACTER) - 1));
  return [
    `<g><title>${escaped(`${name} ${place} ${percent} %`)}</title>`,
    `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="${colourOf(place)}"/>`,
    `<text x="${(x + 3).toFixed(1)}" y="${y + 12}" fill="#1f2328">${escaped(shown)}</text></g>`,
  ].join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
