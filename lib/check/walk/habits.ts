import type { CheckFinding } from '../finding.js';

/** A finding, and what it says that an API tends to do everywhere, if it does. */
export interface HeldFinding {
  readonly finding: CheckFinding;
  readonly habit: string | undefined;
}

/** Fewer resources than these make no habit. */
const FEWEST = 3;

/**
 * Findings about what a framework does for all resources alike, such as what it answers to OPTIONS. They are held
 * back until it is known whether all have it: a thousand times the same is told once, at the start.
 */
export class Habits {
  readonly #byHabit = new Map<string, CheckFinding[]>();

  /** Takes a resource's findings, and gives back those that are no habits. */
  *hold(findings: readonly HeldFinding[]): Generator<CheckFinding> {
    for (const { finding, habit } of findings) {
      if (habit === undefined) {
        yield finding;
        continue;
      }
      const key = JSON.stringify([finding.check, finding.rule, habit]);
      const alike = this.#byHabit.get(key);
      if (alike === undefined) this.#byHabit.set(key, [finding]);
      else alike.push(finding);
    }
  }

  /**
   * Gives the findings that were held back: one for each habit, and as many as there are of what is none.
   *
   * @param checked - how many resources were checked
   */
  *settle(start: string, checked: number): Generator<CheckFinding> {
    for (const alike of this.#byHabit.values()) {
      const [first] = alike;
      if (first === undefined || alike.length < FEWEST || alike.length < checked) {
        yield* alike;
        continue;
      }
      const others = `all ${alike.length} resources that were checked are alike in this; the first is ${first.iri}`;
      yield { ...first, iri: start, message: `${first.message} (${others})` };
    }
  }
}
