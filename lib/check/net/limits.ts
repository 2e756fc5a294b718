import type { FetchOptions } from '../options.js';

/** The longest that a timer can wait for, in milliseconds; a longer time ends at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Most redirects after one another that can be asked for. */
const MOST_REDIRECTS = 5;

/** The limits of {@link FetchOptions}, with what holds where nothing is said. */
export interface Limits {
  readonly redirects: number;
  readonly bytes: number;
  readonly timeout: number;
  readonly concurrency: number;
  readonly rate: number;
}

/** @throws {RangeError} for a number under which nothing could be fetched, or is none */
export function readLimits({
  redirects = MOST_REDIRECTS,
  bytes = 16 * 1024 * 1024,
  timeout = 10_000,
  concurrency = 4,
  rate = Infinity,
}: FetchOptions): Limits {
  return {
    redirects: Math.min(atLeast(0, 'redirects', redirects), MOST_REDIRECTS),
    bytes: atLeast(1, 'bytes', bytes),
    timeout: Math.min(atLeast(1, 'timeout', timeout), LONGEST_TIMER),
    concurrency: Math.floor(atLeast(1, 'concurrency', concurrency)),
    rate: above(0, 'rate', rate),
  };
}

function atLeast(least: number, name: string, value: number): number {
  if (value >= least) return value;
  throw new RangeError(`The option ${name} is ${value}; write a number of at least ${least}`);
}

function above(bound: number, name: string, value: number): number {
  if (value > bound) return value;
  throw new RangeError(`The option ${name} is ${value}; write a number above ${bound}`);
}
