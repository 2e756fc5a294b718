import { formatHttpDate, lastModifiedAt } from '../http/http-date.js';
import type { ApiContext } from './served.js';

/** How far behind a replica may be until a date that it gives is taken for the last one, in milliseconds. */
const LAG = 60_000;

/**
 * How long the `Date` of an answer may lag behind, in milliseconds: Node makes it once a second, or later where it is
 * busy. No Last-Modified may be later (RFC 9110, section 8.8.2.1).
 */
const DATE_LAG = 900;

/** The latest time that each store has promised nothing more of. */
const settled = new WeakMap<ApiContext['store'], number>();

/** Something that may know when it last changed, such as an entity. */
export interface Dated {
  readonly updated?: Date | undefined;
}

/** A value of `Last-Modified`. */
export interface LastModified {
  readonly text: string;
  /** Whether it stays what it is for as long as nothing changes: the second of the change is over. */
  readonly lasting: boolean;
}

/** What is sent in an answer that is made now; undefined where it is not known. */
export function lastModifiedOf({ store, replica }: ApiContext, dated: Dated): LastModified | undefined {
  const changed = dated.updated?.getTime();
  if (changed === undefined) return undefined;
  const now = Date.now();
  const time = lastModifiedAt(changed, now);
  const isOver = time >= changed && now > time + (replica === store ? DATE_LAG : LAG);
  // What is dated within the second may still come, from a write that is under way or after the clock is set back.
  const lasting = isOver && (time <= (settled.get(store) ?? -Infinity) || settle(store, time));
  return { text: formatHttpDate(lasting ? time : Math.min(time, lastModifiedAt(changed, changed))), lasting };
}

function settle(store: ApiContext['store'], time: number): boolean {
  if (store.settles?.(time) === false) return false;
  settled.set(store, time);
  return true;
}
