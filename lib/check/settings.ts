import { DIALECT_CHOICES } from '../protocol/dialects/dialects.js';
import type { Dialect } from '../protocol/dialects/dialects.js';
import { CHECKS } from './checks.js';
import type { Check } from './checks/check.js';
import type { CheckOptions } from './options.js';
import { canonicalIri, originOf } from './walk/canonical-iri.js';

/** Options, judged, with their defaults. */
export interface Settings {
  /** Canonical. */
  readonly start: string;
  /** Those that may be fetched from. */
  readonly origins: ReadonlySet<string>;
  readonly dialect: Dialect | 'auto';
  readonly checks: readonly Check[];
  readonly depth: number;
  readonly documents: number;
  readonly time: number;
  readonly concurrency: number;
  /** Whether requests carry fields of the user's. */
  readonly isPrivileged: boolean;
  readonly options: CheckOptions;
}

/** @throws {TypeError} for an IRI that cannot be walked from, and for options that say nothing */
export function readSettings(url: string, options: CheckOptions): Settings {
  const origin = originOf(url);
  const start = canonicalIri(url);
  if (origin === undefined || start === undefined) {
    throw new TypeError(
      `${JSON.stringify(url)} is no IRI that can be fetched; write an absolute one, such as "https://api.example.org/"`,
    );
  }
  const { dialect = 'draft-02', known = [], write } = options;
  if (!DIALECT_CHOICES.includes(dialect)) {
    throw new TypeError(
      `There is no dialect ${JSON.stringify(dialect)}; write one of: ${DIALECT_CHOICES.join(', ')}`,
    );
  }
  for (const iri of [...known, ...(write === undefined ? [] : [write.catalog])]) {
    if (typeof iri !== 'string') throw new TypeError(`${JSON.stringify(iri)} is no IRI; write a string`);
  }
  for (const name of ['bytes', 'timeout'] as const) readLimit(name, options[name], 1, 1);
  readLimit('redirects', options.redirects, 0, 0);
  if (options.rate !== undefined && !(options.rate > 0)) {
    throw new TypeError(`The option rate is ${options.rate}; write a number above 0, or leave it out`);
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
    isPrivileged: Object.keys(options.headers ?? {}).length > 0,
    options,
  };
}

function readOrigin(text: string): string {
  const origin = originOf(text);
  if (origin !== undefined) return origin;
  throw new TypeError(`${JSON.stringify(text)} is no origin; write one such as "https://api.example.org"`);
}

function readChecks(names: readonly string[] | undefined): readonly Check[] {
  if (names === undefined) return CHECKS;
  const known = CHECKS.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new TypeError(
      `There is no check ${unknown.map((name) => JSON.stringify(name)).join(' or ')}; the checks are: ${known.join(', ')}`,
    );
  }
  return CHECKS.filter(({ name }) => names.includes(name));
}

function readLimit(name: string, value: number | undefined, otherwise: number, least: number): number {
  if (value === undefined) return otherwise;
  if ((Number.isSafeInteger(value) || value === Infinity) && value >= least) return value;
  throw new TypeError(
    `The option ${name} is ${String(value)}; write a whole number of at least ${least}, or leave it out`,
  );
}
