/** The middle of several measurements, and how far they are apart. */
export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/** Median and quartiles. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), lower: quantile(sorted, 0.25), upper: quantile(sorted, 0.75) };
}

/** The spread of quotients, each of two measurements of the same round. */
export function ratios(values: readonly number[], references: readonly number[]): Spread {
  return spreadOf(values.map((value, index) => value / (references[index] as number)));
}

/** Between two measurements in the proportion of their distance. */
function quantile(sorted: readonly number[], part: number): number {
  const position = (sorted.length - 1) * part;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}
