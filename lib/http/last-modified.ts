/**
 * The second to name in `Last-Modified`. While the second of the change lasts it is the one before the
 * change, with which nothing is validated, because further changes may come within it. Once it is over it is
 * the next full second: whatever changes from then on is later.
 *
 * @param changed - when the representation last changed, in milliseconds since the epoch
 * @param now - when the answer is made, in milliseconds since the epoch
 * @returns a full second, no later than `now`, in milliseconds since the epoch
 * @see RFC 9110, section 8.8.2
 */
export function lastModifiedAt(changed: number, now: number): number {
  const next = Math.ceil(changed / 1000) * 1000;
  if (now > next) return next;
  // A server must not name a date that is later than the answer (section 8.8.2.1).
  return Math.min(next, Math.ceil(now / 1000) * 1000) - 1000;
}
