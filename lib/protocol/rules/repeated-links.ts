import { showPointer } from '../describe.js';
import { quote } from '../json/quote.js';
import { stringsIn } from './members.js';
import { repetitionsIn } from './repetitions.js';
import type { Remark, Subject } from './rule.js';

/** No two links of one array are the same: without names, nothing else tells them apart. */
export function* repeatedLinks({ document, dialect }: Subject): Generator<Remark> {
  if (dialect.links === 'named') return;
  for (const member of dialect.linkMembers) {
    const links = stringsIn(document[member], member);
    for (const { text, pointer, first } of repetitionsIn(links, document['self'])) {
      yield {
        rule: 'repeated-link',
        level: 'warning',
        pointer,
        message: `${quote(text)} leads where ${showPointer(first)} leads; give each link once`,
        see: dialect.see,
      };
    }
  }
}
