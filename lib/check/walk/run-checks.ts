import type { Check, Remark, Remarks } from '../checks/check.js';
import type { CheckFinding } from '../finding.js';
import type { HeldFinding } from './habits.js';
import type { CheckedLink } from './link.js';
import { NoAnswer } from './no-answer.js';
import type { Resource } from './resource.js';
import type { Walked } from './walked.js';

/** Makes all checks of one resource, one after the other; a stop leaves what is known until then. */
export async function checkResource(
  checks: readonly Check[],
  resource: Resource,
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
export async function* checkApi(checks: readonly Check[], walked: Walked): AsyncGenerator<CheckFinding> {
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
    if (!(error instanceof NoAnswer)) throw error;
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
