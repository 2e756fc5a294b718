import type { Finding, Level } from '../../protocol/findings.js';
import { nearness } from '../../protocol/edit-distance.js';
import type { CrawledApi } from '../crawl/crawled-api.js';
import type { CheckedLink } from '../crawl/crawled-link.js';
import type { VisitedResource } from '../crawl/visited-resource.js';
import { isObject } from '../../protocol/json/values.js';

/** The documentation of a check, as `shoji check --explain NAME` and the reports show it. */
export interface CheckPage {
  /** Stable, in lower case with hyphens. */
  readonly name: string;
  /** The thing that it makes sure of, in one line. */
  readonly summary: string;
  /** Why a user of the API trips over it where it fails. */
  readonly explanation: string;
  /** The section of an RFC, of the protocol or of your own rules that asks for it. */
  readonly see: string;
}

/**
 * One thing to make sure of in an API that is crawled. Write one of your own, and give it to {@link check}
 * beside those that there are: the reports and the exit code treat all alike.
 *
 * A check yields a {@link Remark} for each thing that is wrong. Where a request of its own gets no response,
 * the check of that resource ends with a finding that says so.
 *
 * @example
 * import { check, CHECKS, type Check } from 'koa-shoji/check';
 *
 * const title: Check = {
 *   name: 'title',
 *   summary: 'every catalog has a title',
 *   explanation: 'A catalog without a title is shown to people by its IRI.',
 *   see: 'our style guide, section 2',
 *   *ofResource({ kind, shoji }) {
 *     if (kind !== 'catalog' || typeof shoji?.['title'] === 'string') return;
 *     yield { rule: 'no-title', level: 'warning', message: 'it has no "title"; give it one' };
 *   },
 * };
 *
 * for await (const { iri, message } of check('https://api.example.org/', { checks: [...CHECKS, title] })) {
 *   console.log(iri, message);
 * }
 */
export interface Check extends CheckPage {
  /** Whether `ofResource` is called for resources that did not answer 2xx, too. */
  readonly always?: boolean;
  /** Called once for each resource, with its response and its document; it may request more of the resource. */
  readonly ofResource?: (resource: VisitedResource) => Remarks;
  /** Called once for each link, when it is known where it leads. */
  readonly ofLink?: (link: CheckedLink) => Remarks;
  /** Called once, when all is crawled. */
  readonly ofApi?: (api: CrawledApi) => Remarks;
}

/** The remarks of one check, each as soon as it is made: write a generator, `async` where it awaits something. */
export type Remarks = Iterable<Remark> | AsyncIterable<Remark>;

/** One thing that a check has found; {@link CheckFinding} is the same with the name of the check. */
export interface Remark {
  /** Tells apart the different things that one check finds; in lower case with hyphens. */
  readonly rule: string;
  /** Errors make `shoji check` exit with 1, warnings where `--max-warnings` says so, notes never. */
  readonly level: Level;
  /** Says what is wrong, and after a semicolon what to do about it. */
  readonly message: string;
  /** The resource in question by default; of a link, the document that it stands in. */
  readonly iri?: string;
  /** JSON Pointer into the document; `''` by default, the whole document, or the link. */
  readonly pointer?: string;
  readonly line?: number;
  readonly column?: number;
  /** The check's own by default. */
  readonly see?: string;
  /**
   * Folds findings that all resources have, such as what a framework answers to OPTIONS: those of one rule with the
   * same text here are reported once, at the start, if there are as many of them as resources.
   */
  readonly foldBy?: string;
}

/** One thing that a check has found in a live API, and where. */
export interface CheckFinding extends Finding {
  /** The name of the check; `rule` tells apart what it finds. */
  readonly check: string;
  /**
   * The resource that this is about, as an absolute IRI; `pointer` leads into its document. A link that
   * leads nowhere is the fault of the document that it stands in.
   */
  readonly iri: string;
}

/** Thrown by `check()` for options, or for a check, that it cannot follow; the message says what to write instead. */
export class CheckOptionsError extends TypeError {
  override readonly name: string = 'CheckOptionsError';
  readonly code = 'SHOJI_CHECK_OPTIONS';
}

/** @throws {CheckOptionsError} where a value is no check: it has no name, documents nothing, or looks at nothing */
export function assertCheck(value: unknown): asserts value is Check {
  if (!isObject(value)) {
    throw new CheckOptionsError(
      `${JSON.stringify(value) ?? String(value)} is no check; write an object with a name, a summary, an explanation, ` +
        `"see", and a function ${FUNCTIONS.join(', ')}`,
    );
  }
  const { name, ...members } = value as Record<string, unknown>;
  if (typeof name !== 'string' || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
    throw new CheckOptionsError(
      name === undefined
        ? 'A check has no name; write one in lower case with hyphens, such as "page-size"'
        : `A check has the name ${JSON.stringify(name)}; write one in lower case with hyphens, such as "page-size"`,
    );
  }
  for (const text of TEXTS) {
    if (typeof members[text] !== 'string' || members[text] === '') {
      throw new CheckOptionsError(
        `The check "${name}" has no ${text}, which reports show; write it as a string`,
      );
    }
  }
  for (const member of Object.keys(members)) {
    const meant = MEMBERS.find((known) => nearness(member, known) !== undefined);
    if (!MEMBERS.includes(member) && meant !== undefined) {
      throw new CheckOptionsError(`The check "${name}" has "${member}"; did you mean "${meant}"?`);
    }
  }
  for (const member of FUNCTIONS) {
    if (members[member] !== undefined && typeof members[member] !== 'function') {
      throw new CheckOptionsError(
        `The check "${name}" has ${member}, which is no function; write a generator`,
      );
    }
  }
  if (FUNCTIONS.every((member) => members[member] === undefined)) {
    throw new CheckOptionsError(
      `The check "${name}" looks at nothing; write a function ${FUNCTIONS.slice(0, -1).join(', ')} or ${FUNCTIONS.at(-1)}`,
    );
  }
}

const TEXTS = ['summary', 'explanation', 'see'] as const;
const FUNCTIONS = ['ofResource', 'ofLink', 'ofApi'] as const;
const MEMBERS: readonly string[] = ['name', ...TEXTS, 'always', ...FUNCTIONS];
