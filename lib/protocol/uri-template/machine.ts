import type { Tokens } from './tokens.js';

/**
 * A state of a machine that reads tokens. The states of one machine are numbered from 0, and lead
 * to each other, in circles too.
 */
export type State<Mark> = { readonly id: number } & (
  | /** Reads this very token. */
    { readonly op: 'token'; readonly token: string; readonly next: State<Mark> }
    /** Reads a token of one of these kinds. */
  | { readonly op: 'kinds'; readonly kinds: number; readonly next: State<Mark> }
  /** Notes the place in the text. */
  | { readonly op: 'mark'; readonly mark: Mark; readonly next: State<Mark> }
  /** Goes on in each of these states; the earlier ones are preferred. */
  | { readonly op: 'fork'; readonly targets: readonly State<Mark>[] }
  /** Is content if no token is left. */
  | { readonly op: 'accept' }
);

/** A machine: where it starts, and how many states it has. */
export interface Machine<Mark> {
  readonly start: State<Mark>;
  readonly size: number;
}

/** A place that a run has noted. */
export interface Marked<Mark> {
  readonly mark: Mark;
  /** How many tokens stand before it. */
  readonly at: number;
}

/** One way through the text so far: a state, and the marks on the way to it, the last one first. */
interface Thread<Mark> {
  readonly state: State<Mark>;
  readonly trail: Trail<Mark> | undefined;
}

interface Trail<Mark> extends Marked<Mark> {
  readonly before: Trail<Mark> | undefined;
}

/**
 * Reads a whole text. All ways through it are followed side by side, and of those that meet in a
 * state only the preferred one goes on, so that the steps are bounded by tokens × states: no text
 * can make the machine backtrack.
 *
 * @returns the marks along the most preferred way; undefined if there is none
 * @see Russ Cox, "Regular Expression Matching: the Virtual Machine Approach" (2009), on Rob Pike's
 */
export function runMachine<Mark>(
  { start, size }: Machine<Mark>,
  { tokens, kinds }: Tokens,
): Marked<Mark>[] | undefined {
  const lastReached = new Int32Array(size).fill(-1);
  let threads: Thread<Mark>[] = [];

  /** Adds the states that can be reached without reading, in order of preference. */
  function reach(into: Thread<Mark>[], state: State<Mark>, at: number, trail: Trail<Mark> | undefined): void {
    if (lastReached[state.id] === at) return;
    lastReached[state.id] = at;
    if (state.op === 'fork') {
      for (const target of state.targets) reach(into, target, at, trail);
    } else if (state.op === 'mark') {
      reach(into, state.next, at, { mark: state.mark, at, before: trail });
    } else {
      into.push({ state, trail });
    }
  }

  reach(threads, start, 0, undefined);
  for (let at = 0; at < tokens.length && threads.length > 0; at += 1) {
    const next: Thread<Mark>[] = [];
    const token = tokens[at];
    const kind = kinds[at] ?? 0;
    for (const { state, trail } of threads) {
      const reads =
        (state.op === 'token' && state.token === token) ||
        (state.op === 'kinds' && (state.kinds & kind) !== 0);
      if (reads) reach(next, state.next, at + 1, trail);
    }
    threads = next;
  }
  const accepted = threads.find(({ state }) => state.op === 'accept');
  return accepted && marksAlong(accepted.trail);
}

function marksAlong<Mark>(trail: Trail<Mark> | undefined): Marked<Mark>[] {
  const marks: Marked<Mark>[] = [];
  for (let last = trail; last !== undefined; last = last.before) marks.push(last);
  return marks.toReversed();
}
