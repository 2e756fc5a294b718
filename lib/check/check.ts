import { DIALECT_CHOICES } from '../protocol/dialects/dialects.js';
import { CHECKS } from './checks.js';
import { assertCheck, type Check, type CheckFinding, CheckOptionsError } from './checks/check-definition.js';
import { createClient } from './client/http-client.js';
import { canonicalIri, originOf } from './crawl/canonical-iri.js';
import type { CrawlOptions, Survey } from './crawl/crawled-api.js';
import { Crawler, type CrawlSettings } from './crawl/crawler.js';

/**
 * Checks a live API: follows its links from one IRI, breadth first, and gives the findings as they come.
 * The findings about one resource stand together, but for what can only be said at the end, and resources in
 * the order in which links lead to them, so that the same API gives the same findings again.
 *
 * Nothing is fetched before the iteration begins, and nothing more once it is left. Nothing but GET, HEAD,
 * OPTIONS and TRACE is sent, unless `options.write` names a catalog that may be written to.
 *
 * @param url - where to begin: the root of the API, absolute
 * @throws {CheckOptionsError} for a URL that cannot be fetched, and for options and checks that mean nothing
 *
 * @example
 * import { writeFile } from 'node:fs/promises';
 * import { check, htmlReport, type CheckFinding } from 'koa-shoji/check';
 *
 * const run = check('https://api.example.org/', { documents: 200 });
 * const findings: CheckFinding[] = [];
 * for await (const finding of run) findings.push(finding);
 *
 * await writeFile('report.html', htmlReport({ survey: run.survey, findings }, { checks: run.checks }));
 * if (findings.some(({ level }) => level === 'error')) process.exitCode = 1;
 */
export function check(url: string, options: CheckOptions = {}): CheckRun {
  const settings = readSettings(url, options);
  const stop = new AbortController();
  const signals = options.signal === undefined ? [stop.signal] : [stop.signal, options.signal];
  const client = createClient(settings.start, { ...options, signal: AbortSignal.any(signals) });
  const crawler = new Crawler(settings, client, stop);
  const findings = crawler.findings();
  return {
    checks: settings.checks,
    [Symbol.asyncIterator]: () => findings,
    get survey(): Survey {
      return crawler.survey;
    },
  };
}

/** Options of {@link check}: which checks to make, and how far to crawl. */
export interface CheckOptions extends CrawlOptions {
  /**
   * The checks to make, all of {@link CHECKS} by default: the names of some, or checks of your own beside them, as in
   * `[...CHECKS, mine]`.
   */
  readonly checks?: readonly (string | Check)[];
}

/** A check of an API under way: iterate over it once for its findings, then read what the API was found to be. */
export interface CheckRun extends AsyncIterable<CheckFinding> {
  /** The checks that are made, in their order; reports show which of them found nothing. */
  readonly checks: readonly Check[];
  /** The state at present; complete when the iteration has ended. */
  readonly survey: Survey;
}

/** @throws {CheckOptionsError} for an IRI that cannot be crawled from, and for options that mean nothing */
function readSettings(url: string, options: CheckOptions): CrawlSettings {
  const origin = originOf(url);
  const start = canonicalIri(url);
  if (origin === undefined || start === undefined) {
    throw new CheckOptionsError(
      `${JSON.stringify(url)} is no IRI that can be fetched; write an absolute one, such as "https://api.example.org/"`,
    );
  }
  const { dialect = 'draft-02', known = [], write } = options;
  if (!DIALECT_CHOICES.includes(dialect)) {
    throw new CheckOptionsError(
      `There is no dialect ${JSON.stringify(dialect)}; write one of: ${DIALECT_CHOICES.join(', ')}`,
    );
  }
  for (const iri of [...known, ...(write === undefined ? [] : [write.catalog])]) {
    if (typeof iri !== 'string')
      throw new CheckOptionsError(`${JSON.stringify(iri)} is no IRI; write a string`);
  }
  for (const name of ['bytes', 'timeout'] as const) readLimit(name, options[name], 1, 1);
  readLimit('redirects', options.redirects, 0, 0);
  if (options.rate !== undefined && !(options.rate > 0)) {
    throw new CheckOptionsError(
      `The option rate is ${options.rate}; write a number above 0, or leave it out`,
    );
  }
  return {
    start,
    origins: new Set([origin, ...(options.origins ?? []).map(readOrigin)]),
    dialect,
    checks: readChecks(options.checks),
    depth: readLimit('depth', options.depth, Infinity, 0),
    documents: readLimit('documents', options.documents, 1000, 1),
    time: readLimit('time', options.time, 600_000, 1),
    concurrency: readLimit('concurrency', options.concurrency, 4, 1),
    isAuthorized: Object.keys(options.headers ?? {}).length > 0,
    options,
  };
}

function readLimit(name: string, value: number | undefined, otherwise: number, least: number): number {
  if (value === undefined) return otherwise;
  if ((Number.isSafeInteger(value) || value === Infinity) && value >= least) return value;
  throw new CheckOptionsError(
    `The option ${name} is ${String(value)}; write a whole number of at least ${least}, or leave it out`,
  );
}

function readOrigin(text: string): string {
  const origin = originOf(text);
  if (origin !== undefined) return origin;
  throw new CheckOptionsError(
    `${JSON.stringify(text)} is no origin; write one such as "https://api.example.org"`,
  );
}

/** Ours come first, in their own order, then those of the caller's. */
function readChecks(given: CheckOptions['checks']): readonly Check[] {
  if (given === undefined) return CHECKS;
  if (!Array.isArray(given)) {
    throw new CheckOptionsError('The option checks is no list; write one, such as [...CHECKS, mine]');
  }
  const own = new Set<Check>();
  const names = new Set<string>();
  for (const each of given as readonly (string | Check)[]) {
    if (typeof each === 'string') names.add(each);
    else {
      assertCheck(each);
      if (CHECKS.includes(each)) names.add(each.name);
      else own.add(each);
    }
  }
  const known = CHECKS.map(({ name }) => name);
  const unknown = [...names].filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new CheckOptionsError(
      `There is no check ${unknown.map((name) => JSON.stringify(name)).join(' or ')}; the checks are: ${known.join(', ')}`,
    );
  }
  const checks = [...CHECKS.filter(({ name }) => names.has(name)), ...own];
  const twice = checks.find(({ name }, index) => checks.findIndex((other) => other.name === name) < index);
  if (twice === undefined) return checks;
  throw new CheckOptionsError(`Two checks have the name "${twice.name}"; give each one of its own`);
}
