import type { Level } from '../../protocol/findings.js';
import type { Check, CheckFinding, Remark, Remarks } from '../checks/check-definition.js';
import type { CrawledApi } from './crawled-api.js';
import type { CheckedLink } from './crawled-link.js';
import { NoResponseError, type VisitedResource } from './visited-resource.js';

/** A finding about one resource, which {@link RepeatedFindings} may fold with those of others. */
export interface VisitFinding {
  readonly finding: CheckFinding;
  readonly foldBy: string | undefined;
}

/** Makes all checks of one resource, one after the other; a stop leaves what is known until then. */
export async function checkResource(
  checks: readonly Check[],
  resource: VisitedResource,
): Promise<readonly VisitFinding[]> {
  const findings: VisitFinding[] = [];
  const reported = new Set<unknown>();
  const wanted = checks.filter(({ always }) => always === true || resource.response !== undefined);
  for (const check of wanted) {
    for await (const { foldBy, ...remark } of remarksOf(check, check.ofResource?.(resource), reported)) {
      findings.push({ finding: toFinding(check, resource.iri, remark), foldBy });
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
    for await (const remark of remarksOf(check, check.ofLink?.(checked))) {
      yield toFinding(check, from, { pointer, ...remark });
    }
  }
}

/** Makes the checks that wait for the end. */
export async function* checkApi(checks: readonly Check[], api: CrawledApi): AsyncGenerator<CheckFinding> {
  for (const check of checks) {
    for await (const remark of remarksOf(check, check.ofApi?.(api)))
      yield toFinding(check, api.start, remark);
  }
}

/**
 * Gives the remarks of a check, and one more where a request of its own got no response.
 *
 * @param reported - the failures that were reported already, so that one that several checks meet is told once
 */
async function* remarksOf(
  { name }: Check,
  remarks: Remarks | undefined,
  reported: Set<unknown> = new Set(),
): AsyncGenerator<Remark> {
  if (remarks === undefined) return;
  try {
    for await (const remark of remarks) {
      if (!isRemark(remark)) {
        throw new TypeError(
          `The check "${name}" yields ${JSON.stringify(remark)}; give each remark a rule, a message, and the level ${LEVELS.join(', ')}`,
        );
      }
      yield remark;
    }
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

const LEVELS: readonly Level[] = ['error', 'warning', 'note'];

/** Whether what a check yields can be reported: JavaScript lets an author forget what the type asks for. */
function isRemark(remark: Remark | null | undefined): boolean {
  return (
    typeof remark?.rule === 'string' && typeof remark.message === 'string' && LEVELS.includes(remark.level)
  );
}

function toFinding(check: Check, iri: string, remark: Remark): CheckFinding {
  return { check: check.name, iri, pointer: '', see: check.see, ...remark };
}

/**
 * Holds back findings about what a framework does for all resources alike, such as what it answers to OPTIONS, until
 * it is known whether all have them: a thousand times the same is told once, at the start.
 */
export class RepeatedFindings {
  readonly #groups = new Map<string, CheckFinding[]>();

  /** Takes a resource's findings, and gives back those that are not held. */
  *hold(findings: readonly VisitFinding[]): Generator<CheckFinding> {
    for (const { finding, foldBy } of findings) {
      if (foldBy === undefined) {
        yield finding;
        continue;
      }
      const key = JSON.stringify([finding.check, finding.rule, foldBy]);
      const group = this.#groups.get(key);
      if (group === undefined) this.#groups.set(key, [finding]);
      else group.push(finding);
    }
  }

  /**
   * Gives the findings that were held back: one for each that all resources have, and the others as they are.
   *
   * @param checked - how many resources were checked
   */
  *rest(start: string, checked: number): Generator<CheckFinding> {
    for (const group of this.#groups.values()) {
      const [first] = group;
      if (first === undefined || group.length < MIN_REPEATS || group.length < checked) {
        yield* group;
        continue;
      }
      const others = `all ${group.length} resources that were checked are alike in this; the first is ${first.iri}`;
      yield { ...first, iri: start, message: `${first.message} (${others})` };
    }
  }
}

/** Of fewer resources than these, it says nothing that all are alike. */
const MIN_REPEATS = 3;
