/**
 * Reads a date of HTTP in the one format that may be sent, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
 *
 * @returns milliseconds since 1970; undefined where it is none, or names another day of the week
 * @see RFC 9110, section 5.6.7
 */
export function readHttpDate(field: string): number | undefined {
  const time = Date.parse(field);
  return !Number.isNaN(time) && new Date(time).toUTCString() === field ? time : undefined;
}

/** A date as one would be sent. */
export function writeHttpDate(time: number): string {
  return new Date(time).toUTCString();
}
