import type { Reply } from './exchange.js';

/**
 * How long a server that has too much to do asks to be left alone. Only seconds are read: a date says how
 * long to wait only where the clocks of both sides agree.
 *
 * @returns milliseconds; undefined where it does not ask, or asks in another way
 * @see RFC 9110, section 10.2.3, and RFC 6585, section 4
 */
export function readRetryAfter({ status, headers }: Reply): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const value = headers.get('retry-after') ?? '';
  return /^[0-9]+$/.test(value) ? Number(value) * 1000 : undefined;
}
