import type { Check, Remark, Remarks, CheckFinding } from '../checks/check-definition.js';
import type { CheckedLink } from './crawled-link.js';
import { NoResponseError } from './visited-resource.js';
import type { VisitedResource } from './visited-resource.js';
import type { CrawledApi } from './crawled-api.js';

/** Makes all checks of one resource, one after the other; a stop leaves what is known until then. */
export async function checkResource(
  checks: readonly Check[],
  resource: VisitedResource,
): Promise<readonly HeldFinding[]> {
  const findings: HeldFinding[] = [];
  const reported = new Set<unknown>();
  const asked = checks.filter(({ always }) => always === true || resource.answer !== undefined);
  for (const check of asked) {
    for await (const { habit, ...remark } of remarksOf(check.ofResource?.(resource), reported)) {
      findings.push({ finding: findingOf(check, resource.iri, remark), habit });
    }
  }
  return findings;
}

/** Makes all checks of one link. */
export async function* checkLink(
  checks: readonly Check[],
  checked: CheckedLink,
): AsyncGenerator<CheckFinding> {
  const { from, pointer } = checked.link;
  for (const check of checks) {
    for await (const remark of remarksOf(check.ofLink?.(checked))) {
      yield findingOf(check, from, { pointer, ...remark });
    }
  }
}

/** Makes the checks that wait for the end. */
export async function* checkApi(checks: readonly Check[], walked: CrawledApi): AsyncGenerator<CheckFinding> {
  for (const check of checks) {
    for await (const remark of remarksOf(check.ofApi?.(walked))) yield findingOf(check, walked.start, remark);
  }
}

/** @param reported - the failures that were spoken of already, so that one that several checks meet is told once */
async function* remarksOf(
  remarks: Remarks | undefined,
  reported: Set<unknown> = new Set(),
): AsyncGenerator<Remark> {
  if (remarks === undefined) return;
  try {
    yield* remarks;
  } catch (error) {
    if (!(error instanceof NoResponseError)) throw error;
    const { failure, method } = error;
    if (failure.reason === 'stopped' || reported.has(failure)) return;
    reported.add(failure);
    yield {
      rule: 'no-answer',
      level: 'error',
      message: `${method} got no answer that can be used: ${failure.message}`,
    };
  }
}

function findingOf(check: Check, iri: string, remark: Remark): CheckFinding {
  return { check: check.name, iri, pointer: '', see: check.see, ...remark };
}

/** A finding, and what it says that an API tends to do everywhere, if it does. */
export interface HeldFinding {
  readonly finding: CheckFinding;
  readonly habit: string | undefined;
}

/** Fewer resources than these make no habit. */
const MIN_REPEATS = 3;

/**
 * Findings about what a framework does for all resources alike, such as what it answers to OPTIONS. They are held
 * back until it is known whether all have it: a thousand times the same is told once, at the start.
 */
export class RepeatedFindings {
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
      if (first === undefined || alike.length < MIN_REPEATS || alike.length < checked) {
        yield* alike;
        continue;
      }
      const others = `all ${alike.length} resources that were checked are alike in this; the first is ${first.iri}`;
      yield { ...first, iri: start, message: `${first.message} (${others})` };
    }
  }
}
