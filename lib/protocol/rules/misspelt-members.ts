import { quote } from '../json/quote.js';
import { formatPointer } from '../json-pointer.js';
import { misspellingsIn } from '../misspellings.js';
import { DOCUMENTS } from '../sources.js';
import type { Remark, Subject } from './rule.js';

/** No member that means nothing stands where a member of nearly the same name is absent. */
export function* misspeltMembers({ document, dialect }: Subject): Generator<Remark> {
  for (const { written, meant } of misspellingsIn(document, dialect)) {
    yield {
      rule: 'misspelt-member',
      level: 'warning',
      pointer: formatPointer([written]),
      message: `${quote(written)} means nothing in Shoji; write ${quote(meant)} if that is meant`,
      see: DOCUMENTS,
    };
  }
}
