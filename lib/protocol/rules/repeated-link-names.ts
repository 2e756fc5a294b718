import { quote } from '../json/quote.js';
import { IRI_MAPS } from '../sources.js';
import { linksOf } from './members.js';
import type { Remark, Subject } from './rule.js';

/** No name stands in two maps, or a client that looks it up cannot tell its links apart. */
export function* repeatedLinkNames(subject: Subject): Generator<Remark> {
  const firstMembers = new Map<string, string>();
  for (const { member, name, pointer } of linksOf(subject)) {
    if (name === undefined) continue;
    const first = firstMembers.get(name);
    if (first === undefined) firstMembers.set(name, member);
    else {
      yield {
        rule: 'repeated-link-name',
        level: 'warning',
        pointer,
        message:
          `the name ${quote(name)} stands in "${first}" too, so that a client that looks it up ` +
          'cannot tell the two links apart; rename one of them',
        see: IRI_MAPS,
      };
    }
  }
}
