import { parseDate } from '../date.js';
import { quote } from '../json/quote.js';
import { DRAFT_02 } from '../sources.js';
import type { Remark, Subject } from './rule.js';

/** `updated` is a date between two `#`. */
export function* updatedDate({ document }: Subject): Generator<Remark> {
  const { updated } = document;
  if (typeof updated !== 'string') return;
  const date = parseDate(updated);
  if (date === undefined) {
    yield {
      rule: 'malformed-date',
      level: 'error',
      pointer: '/updated',
      message:
        `${quote(updated)} is no date; write an RFC 3339 date-time between two "#", ` +
        'such as "#2003-12-13T18:30:02Z#"',
      see: 'RFC 3339, section 5.6',
    };
  } else if (!date.marked) {
    yield {
      rule: 'bare-date',
      level: 'warning',
      pointer: '/updated',
      message: `dates stand between two "#" in Shoji; write ${quote(`#${updated}#`)}`,
      see: DRAFT_02,
    };
  }
}
