import { formatHttpDate } from '../http/http-date.js';
import { lastModifiedAt } from '../http/last-modified.js';

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
export function lastModifiedOf(dated: Dated): LastModified | undefined {
  const changed = dated.updated?.getTime();
  if (changed === undefined) return undefined;
  const time = lastModifiedAt(changed, Date.now());
  return { text: formatHttpDate(time), lasting: time >= changed };
}
