import { pointerTree } from '../json-pointer.js';
import type { PointerTree } from '../json-pointer.js';
import { walkJson } from './walk.js';
import type { Container, JsonVisitor } from './walk.js';

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

/**
 * Finds the values that JSON Pointers lead to, all in one walk over the text. Where an object has a
 * name twice, it is the last member of that name, as it is for JSON.parse.
 *
 * @param text - a text that JSON.parse accepts
 * @returns from each pointer that leads to a value to the offset where that value begins
 */
export function locateAll(text: string, pointers: Iterable<string>): ReadonlyMap<string, number> {
  const visitor = new LocatingVisitor(pointers);
  walkJson(text, visitor);
  return visitor.found();
}

/**
 * Finds the value that a JSON Pointer leads to.
 *
 * @param text - any text
 * @returns where the value begins; undefined where the pointer leads nowhere or the text is no JSON
 * @see RFC 6901, section 4
 */
export function locate(text: string, pointer: string): Position | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const offset = locateAll(text, [pointer]).get(pointer);
  return offset === undefined ? undefined : positionsIn(text)(offset);
}

class LocatingVisitor implements JsonVisitor {
  readonly #root: PointerTree;
  /** How far the pointers lead into each container that is open, by its depth. */
  readonly #steps: (PointerTree | undefined)[] = [];

  constructor(pointers: Iterable<string>) {
    this.#root = pointerTree(pointers);
  }

  name(): void {}

  string(within: Container | undefined, start: number): void {
    this.#value(within, start);
  }

  number(within: Container | undefined, start: number): void {
    this.#value(within, start);
  }

  literal(within: Container | undefined, start: number): void {
    this.#value(within, start);
  }

  open(container: Container, start: number): void {
    this.#steps[container.depth] = this.#value(container.parent, start);
  }

  /** What was found, without what is in values that a later member of the same name has replaced. */
  found(): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    const steps = [this.#root];
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      if (step.pointer !== undefined) found.set(step.pointer, step.start);
      for (const inner of step.inner?.values() ?? []) {
        if (inner.containerStart === step.start) steps.push(inner);
      }
    }
    return found;
  }

  #value(within: Container | undefined, start: number): PointerTree | undefined {
    const outer = within === undefined ? undefined : this.#steps[within.depth];
    const step = within === undefined ? this.#root : outer?.inner?.get(String(within.token));
    if (step === undefined) return undefined;
    step.start = start;
    if (outer !== undefined) step.containerStart = outer.start;
    return step;
  }
}
