import { randomUUID } from 'node:crypto';

/** Ids that are fit for header fields, logs and file names alike. */
const SAFE = /^[\w.-]{1,128}$/;

/**
 * The id of a request: the one that a proxy or the client gave it in `X-Request-Id`, so that the logs of both
 * can be brought together, or else a fresh one.
 *
 * @param given - the field's value; one that is not 1 to 128 of `A-Z a-z 0-9 . _ -` is not taken over
 */
export function requestIdOf(given: string | undefined): string {
  return given !== undefined && SAFE.test(given) ? given : randomUUID();
}
