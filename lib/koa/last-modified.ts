import { formatHttpDate } from '../http/http-date.js';
import { lastModifiedAt } from '../http/last-modified.js';

/** Something that may know when it last changed, such as an entity. */
export interface Dated {
  readonly updated?: Date | undefined;
}

/** What is sent of those that nothing can change. */
const sent = new WeakMap<Dated, string>();

/** The value of `Last-Modified` for an answer that is made now; undefined where it is not known. */
export function lastModifiedOf(dated: Dated): string | undefined {
  const known = sent.get(dated);
  if (known !== undefined) return known;
  const changed = dated.updated?.getTime();
  if (changed === undefined) return undefined;
  const time = lastModifiedAt(changed, Date.now());
  const text = formatHttpDate(time);
  // A date that is no earlier than the change stays what it is.
  if (time >= changed && Object.isFrozen(dated)) sent.set(dated, text);
  return text;
}
