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
 * Prepares a text for questions of where its offsets are. The lines are counted once, as far as they
 * are asked for, so that many questions cost no more than one pass over the text.
 *
 * @returns a function from an offset to its position
 */
export function positionsIn(text: string): (offset: number) => Position {
  const starts = [0];
  let counted = 0;
  return (offset) => {
    for (const end = Math.min(offset, text.length); counted < end; counted += 1) {
      const unit = text.charCodeAt(counted);
      if (unit > CARRIAGE_RETURN) continue;
      const isEnd =
        unit === LINE_FEED || (unit === CARRIAGE_RETURN && text.charCodeAt(counted + 1) !== LINE_FEED);
      if (isEnd) starts.push(counted + 1);
    }
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
