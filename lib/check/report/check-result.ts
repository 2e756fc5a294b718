import type { Level } from '../../protocol/findings.js';
import type { CheckFinding } from '../checks/check-definition.js';
import type { Survey } from '../crawl/crawled-api.js';

/** The findings and the link graph of an API: pass both to a report. */
export interface CheckResult {
  readonly survey: Survey;
  readonly findings: readonly CheckFinding[];
}

/** A result in figures. */
export interface CheckSummary {
  readonly resources: number;
  readonly links: number;
  readonly requests: number;
  readonly seconds: number;
  /** Whether the crawl came to its end. */
  readonly complete: boolean;
  /** Why it did not. */
  readonly unfinished?: string;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

/** Counts what a result holds. */
export function summaryOf({ survey, findings }: CheckResult): CheckSummary {
  const { resources, links, requests, duration, unfinished } = survey;
  const countOf = (level: Level) => findings.filter((finding) => finding.level === level).length;
  return {
    resources: resources.length,
    links: links.length,
    requests,
    seconds: Math.round(duration) / 1000,
    complete: unfinished === undefined,
    ...(unfinished !== undefined && { unfinished }),
    errors: countOf('error'),
    warnings: countOf('warning'),
    notes: countOf('note'),
  };
}

/** The levels, from the one that weighs most. */
export const LEVELS: readonly Level[] = ['error', 'warning', 'note'];

/** The level that weighs most of all findings; undefined where there are none. */
export function worstOf(findings: readonly CheckFinding[]): Level | undefined {
  return LEVELS.find((level) => findings.some((finding) => finding.level === level));
}

/** A number and what it counts: `1 error`, `1,204 links`. */
export function count(number: number, noun: string, nouns: string = `${noun}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? noun : nouns}`;
}

/** The findings in figures: `2 errors, 1 warning, 0 notes`. */
export function findingCounts({
  errors,
  warnings,
  notes,
}: Pick<CheckSummary, 'errors' | 'warnings' | 'notes'>): string {
  return `${count(errors, 'error')}, ${count(warnings, 'warning')}, ${count(notes, 'note')}`;
}
