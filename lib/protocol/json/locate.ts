import { parsePointer } from '../json-pointer.js';
import { positionsIn, type Position } from './position.js';
import { walkJson, type Container, type JsonVisitor } from './walk.js';

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

/** A value that pointers lead to or through; pointers that begin alike share their first steps. */
interface Step {
  readonly pointers: string[];
  readonly next: Map<string, Step>;
  /** Where the value begins that was read last at this step. */
  start: number;
  /** Where the container begins that this value is in. */
  containerStart: number;
}

class LocatingVisitor implements JsonVisitor {
  readonly #root: Step;
  /** How far the pointers lead into each container that is open, by its depth. */
  readonly #steps: (Step | undefined)[] = [];

  constructor(pointers: Iterable<string>) {
    this.#root = treeOf(pointers);
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
      for (const pointer of step.pointers) found.set(pointer, step.start);
      for (const next of step.next.values()) {
        if (next.containerStart === step.start) steps.push(next);
      }
    }
    return found;
  }

  #value(within: Container | undefined, start: number): Step | undefined {
    const outer = within === undefined ? undefined : this.#steps[within.depth];
    const step = within === undefined ? this.#root : outer?.next.get(String(within.token));
    if (step === undefined) return undefined;
    step.start = start;
    if (outer !== undefined) step.containerStart = outer.start;
    return step;
  }
}

function treeOf(pointers: Iterable<string>): Step {
  const root = newStep();
  for (const pointer of pointers) {
    const tokens = parsePointer(pointer);
    if (tokens === undefined) continue;
    let step = root;
    for (const token of tokens) {
      const next = step.next.get(token) ?? newStep();
      step.next.set(token, next);
      step = next;
    }
    step.pointers.push(pointer);
  }
  return root;
}

function newStep(): Step {
  return { pointers: [], next: new Map(), start: -1, containerStart: -2 };
}
