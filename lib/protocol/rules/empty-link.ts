import { referencesOf } from './references.js';
import type { Remark, Subject } from './rule.js';

/** No link is empty, since the empty reference leads to the document that it stands in. */
export function* emptyLink(subject: Subject): Generator<Remark> {
  for (const { kind, text, pointer } of referencesOf(subject)) {
    if (text !== '') continue;
    yield {
      rule: 'empty-link',
      level: 'warning',
      pointer,
      message: `this ${kind} is "", which leads to this document itself; write where it leads, or leave it out`,
      see: 'RFC 3986, section 4.4',
    };
  }
}
