import { locateAll } from '../json/locate.js';
import { positionsIn } from '../json/position.js';

/** Something that is said of a value of the source. */
interface Pointing {
  readonly pointer: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Gives losses and findings their lines and columns, and puts them in the order of the text.
 *
 * @param text - the text that the source was read from, which is JSON
 */
export function placeInSource<Said extends Pointing>(
  sayings: readonly Said[],
  text: string,
): readonly Said[] {
  if (sayings.length === 0) return sayings;
  const pointers = sayings.map(({ pointer }) => pointer);
  const starts = locateAll(text, pointers);
  const positionOf = positionsIn(text);
  return sayings
    .map((said) => ({ said, position: positionOf(starts.get(said.pointer) ?? 0) }))
    .toSorted((one, other) => one.position.offset - other.position.offset)
    .map(({ said, position: { line, column } }) => ({ ...said, line, column }));
}
