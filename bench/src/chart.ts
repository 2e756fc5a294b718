import type { Outcome, Row } from './outcome.js';
import type { Spread } from './statistics.js';

/** Measures of the drawing, in pixels. */
const WIDTH = 860;
const LABELS = 150;
const FIGURES = 60;
const ROW = 18;
const TITLE = 44;
const TOP = 34;

/** Ratios that the axis has a line for. It is logarithmic: twice as fast is as far right as half as fast is left. */
const GRID = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16];
const LEAST = 1 / 48;
const MOST = 24;

const STYLE = `
  svg { background: #ffffff; font: 12px system-ui, sans-serif; }
  text { fill: #24292f; }
  .title { font-weight: 600; }
  .faint { fill: #656d76; }
  .grid { stroke: #d8dee4; }
  .one { stroke: #656d76; }
  .spread { stroke: #57606a; stroke-width: 3; stroke-linecap: round; opacity: 0.5; }
  .dot { fill: #57606a; }
  .ours .dot { fill: #0969da; }
  .ours .spread { stroke: #0969da; }
  .ours text { font-weight: 600; }
  .goal { stroke: #bc4c00; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; }
    text { fill: #e6edf3; }
    .faint { fill: #8d96a0; }
    .grid { stroke: #30363d; }
    .one { stroke: #8d96a0; }
    .spread { stroke: #9ea7b3; }
    .dot { fill: #9ea7b3; }
    .ours .dot { fill: #4493f8; }
    .ours .spread { stroke: #4493f8; }
    .goal { stroke: #f0883e; }
  }`;

/** All ratios as an SVG: a dot for each median, a line from quartile to quartile. */
export function chart(outcomes: readonly Outcome[]): string {
  const height = TOP + outcomes.reduce((sum, { rows }) => sum + TITLE + rows.length * ROW, 0) + ROW;
  const parts: string[] = [];
  let y = TOP;
  for (const outcome of outcomes) {
    parts.push(panel(outcome, y));
    y += TITLE + outcome.rows.length * ROW;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Ratios of all workloads">`,
    `<style>${STYLE}\n</style>`,
    `<text x="8" y="20" class="faint">Ratio to the reference of each workload, logarithmic; line from quartile to quartile; orange: what is wanted.</text>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function panel({ title, measure, lessIsBetter, reference, rows, goals }: Outcome, top: number): string {
  const wanted = (label: string) =>
    goals.find(({ of, against }) => of === label && against === reference) ?? {};
  const bottom = top + TITLE + rows.length * ROW - 6;
  const direction = lessIsBetter ? ', less is better' : '';
  return [
    `<text x="8" y="${top + 18}" class="title">${escaped(title)}</text>`,
    `<text x="${WIDTH - 8}" y="${top + 18}" class="faint" text-anchor="end">${escaped(`${measure}, ratio to ${reference}${direction}`)}</text>`,
    ...GRID.map((ratio) => gridLine(ratio, top + TITLE - 6, bottom)),
    ...rows.map((row, index) => rowMarks(row, top + TITLE + index * ROW + ROW / 2, wanted(row.label))),
  ].join('\n');
}

function gridLine(ratio: number, top: number, bottom: number): string {
  const x = place(ratio);
  const name = ratio < 1 ? `1/${1 / ratio}` : String(ratio);
  return [
    `<line class="${ratio === 1 ? 'one' : 'grid'}" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/>`,
    `<text x="${x}" y="${top - 3}" class="faint" text-anchor="middle" font-size="9">${name}</text>`,
  ].join('');
}

function rowMarks({ label, ratio }: Row, y: number, goal: { atLeast?: number; atMost?: number }): string {
  const wanted = goal.atLeast ?? goal.atMost;
  const mark =
    wanted === undefined
      ? ''
      : `<line class="goal" x1="${place(wanted)}" x2="${place(wanted)}" y1="${y - 7}" y2="${y + 7}"/>`;
  return [
    `<g class="${label.startsWith('shoji') ? 'ours' : 'theirs'}">`,
    `<text x="${LABELS - 8}" y="${y + 4}" text-anchor="end">${escaped(label)}</text>`,
    mark,
    spreadMarks(ratio, y),
    `<text x="${WIDTH - 8}" y="${y + 4}" text-anchor="end">${ratio.median.toFixed(2)}</text>`,
    '</g>',
  ].join('');
}

function spreadMarks({ median, lower, upper }: Spread, y: number): string {
  return [
    `<line class="spread" x1="${place(lower)}" x2="${place(upper)}" y1="${y}" y2="${y}"/>`,
    `<circle class="dot" cx="${place(median)}" cy="${y}" r="4.5"/>`,
  ].join('');
}

/** Where on the axis a ratio is; what is off it stands at its end. */
function place(ratio: number): string {
  const within = Math.min(MOST, Math.max(LEAST, ratio));
  const part = Math.log(within / LEAST) / Math.log(MOST / LEAST);
  return (LABELS + part * (WIDTH - LABELS - FIGURES)).toFixed(1);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
