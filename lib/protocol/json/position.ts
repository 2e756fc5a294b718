/** A place in a text. */
export interface Position {
  /** From 0, in UTF-16 code units. */
  readonly offset: number;
  /** From 1; a line ends with LF, CR, or CR LF. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/**
 * Prepares a text for questions of where its offsets are. The lines are counted once, at the first
 * question, so that many questions cost no more than one pass over the text.
 *
 * @returns a function from an offset to its position
 */
export function positionsIn(text: string): (offset: number) => Position {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { offset, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === LINE_FEED || (unit === CARRIAGE_RETURN && text.charCodeAt(at + 1) !== LINE_FEED))
      starts.push(at + 1);
  }
  return starts;
}
