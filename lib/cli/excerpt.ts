import type { Finding } from '../protocol/findings.js';
import { printable } from './io.js';

/** How many characters of a line are shown, at most. */
const WIDTH = 100;

/** A part of a line, fit for a terminal, to point into. */
export interface Excerpt {
  readonly text: string;
  /** How many characters stand before the place that is pointed at. */
  readonly before: number;
}

/**
 * Cuts out what findings point at. Findings in the order of the text cost one pass over it together.
 *
 * @returns a function from a finding to its excerpt
 */
export function excerptsOf(text: string): (finding: Finding) => Excerpt {
  const lineEnd = /\r\n|\n|\r/g;
  let line = 1;
  let start = 0;
  return ({ line: wanted = 1, column = 1 }) => {
    if (wanted < line) {
      line = 1;
      start = 0;
    }
    lineEnd.lastIndex = start;
    for (; line < wanted && lineEnd.test(text); line += 1) start = lineEnd.lastIndex;
    return excerptAround(text, start, start + column - 1);
  };
}

/** A part of the line that begins at `lineStart`, with the offset in it. */
function excerptAround(text: string, lineStart: number, offset: number): Excerpt {
  // Beyond what can be shown, it does not matter where the line ends.
  const rest = text.slice(offset, offset + WIDTH + 1);
  const lineRest = /^[^\r\n]*/.exec(rest)?.[0] ?? '';
  const lineEnd = offset + lineRest.length;
  const start = Math.max(lineStart, Math.min(offset - WIDTH / 2, lineEnd - WIDTH));
  const end = Math.min(lineEnd, start + WIDTH);
  const left = (start > lineStart ? '…' : '') + printable(text.slice(start, offset));
  const right = printable(text.slice(offset, end)) + (end < lineEnd ? '…' : '');
  return { text: left + right, before: Array.from(left).length };
}
