import type { Finding, UnlocatedFinding } from './findings.js';
import { locateAll, positionsIn } from './json/locate.js';
import { pointerTree } from './json-pointer.js';
import type { PointerTree } from './json-pointer.js';
import { unitLength } from './json/read.js';
import type { JsonFault } from './json/read.js';

/**
 * Gives findings and the faults of a text their lines and columns, and puts them in its order.
 *
 * @param text - the text that the findings' document was read from; it is JSON if there are findings
 */
export function locateInText(
  findings: readonly UnlocatedFinding[],
  faults: readonly (UnlocatedFinding & Pick<JsonFault, 'offset'>)[],
  text: string,
): readonly Finding[] {
  if (findings.length === 0 && faults.length === 0) return [];
  const pointers = new Set(findings.map(({ pointer }) => pointer));
  const starts: ReadonlyMap<string, number> = pointers.size === 0 ? new Map() : locateAll(text, pointers);
  const positionOf = positionsIn(text);
  return [...faults, ...findings.map((finding) => ({ ...finding, offset: offsetOf(finding, starts, text) }))]
    .toSorted((one, other) => one.offset - other.offset)
    .map(({ rule, level, pointer, message, see, offset }) => {
      const { line, column } = positionOf(offset);
      return { rule, level, pointer, line, column, message, see };
    });
}

function offsetOf(
  { pointer, at }: UnlocatedFinding,
  starts: ReadonlyMap<string, number>,
  text: string,
): number {
  const start = starts.get(pointer) ?? 0;
  if (at === undefined || text[start] !== '"') return start;
  let offset = start + 1;
  for (let unit = 0; unit < at; unit += 1) offset += unitLength(text, offset);
  return offset;
}

/** Puts findings in the order of their document, where there is no text to go by. */
export function sortByDocument(findings: readonly UnlocatedFinding[], document: unknown): readonly Finding[] {
  if (findings.length === 0) return [];
  const ranks = rankPointers(document, new Set(findings.map(({ pointer }) => pointer)));
  return findings
    .toSorted(
      (one, other) =>
        (ranks.get(one.pointer) ?? 0) - (ranks.get(other.pointer) ?? 0) || (one.at ?? 0) - (other.at ?? 0),
    )
    .map(({ rule, level, pointer, message, see }) => ({ rule, level, pointer, message, see }));
}

/** The steps that a value has, in its own order. */
function inOrder(steps: ReadonlyMap<string, PointerTree>, value: object): readonly [string, PointerTree][] {
  // Of an array, the order is known without naming all its items.
  if (Array.isArray(value)) {
    return [...steps]
      .filter(([token]) => Object.hasOwn(value, token))
      .toSorted(([one], [other]) => +one - +other);
  }
  return Object.keys(value).flatMap((token): [string, PointerTree][] => {
    const inner = steps.get(token);
    return inner === undefined ? [] : [[token, inner]];
  });
}

/** Numbers the pointers by when a reader comes past the values that they lead to. */
function rankPointers(document: unknown, pointers: Iterable<string>): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  const left = [{ tree: pointerTree(pointers), value: document }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { tree, value } = next;
    if (tree.pointer !== undefined) ranks.set(tree.pointer, ranks.size);
    if (tree.inner === undefined || typeof value !== 'object' || value === null) continue;
    // What goes in last comes out first.
    for (const [token, inner] of inOrder(tree.inner, value).toReversed()) {
      left.push({ tree: inner, value: Reflect.get(value, token) as unknown });
    }
  }
  return ranks;
}

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
export function locateInSource<Said extends Pointing>(
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
