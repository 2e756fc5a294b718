import { formatPointer } from '../json-pointer.js';
import { CRUNCH } from '../sources.js';
import { isJsonObject } from './members.js';
import type { Remark, Subject } from './rule.js';

/** Only a request has null in an `index`, where it removes the entity. */
export function* nullEntries({ document: { index }, role }: Subject): Generator<Remark> {
  if (role === 'request' || !isJsonObject(index)) return;
  for (const [name, attributes] of Object.entries(index)) {
    if (attributes !== null) continue;
    yield {
      rule: 'null-entry',
      level: 'warning',
      pointer: formatPointer(['index', name]),
      message:
        'null removes an entity, which a request can ask for (--role request); ' +
        'a document that is served gives an object of attributes, empty if need be, or leaves the entity out',
      see: CRUNCH,
    };
  }
}
