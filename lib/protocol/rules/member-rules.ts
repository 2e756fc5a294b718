import { parseDate } from '../date.js';
import type { UnlocatedFinding } from '../findings.js';
import { quote } from '../format-value.js';
import { formatPointer } from '../json-pointer.js';
import { isObject } from '../json/values.js';
import { elementOf, findMisspellings } from '../members.js';
import { CRUNCH, DOCUMENTS, DRAFT_02 } from '../sources.js';
import type { Subject } from './traits.js';

/** No member stands in a document of one kind which means something in another kind only. */
export function* misplacedMembers({ document, dialect }: Subject): Generator<UnlocatedFinding> {
  const element = elementOf(document) ?? '';
  const here = dialect.members.get(element);
  if (here === undefined) return;
  for (const name of Object.keys(document)) {
    if (here.includes(name) || !dialect.names.has(name)) continue;
    const homes = [...dialect.members].filter(([, members]) => members.includes(name)).map(([home]) => home);
    yield {
      rule: 'misplaced-member',
      level: 'warning',
      pointer: `/${name}`,
      message:
        `${quote(name)} means nothing in ${quote(element)}: it is a member of ${homes.map(quote).join(' and ')}; ` +
        'correct "element", or move or rename the member',
      see: dialect.see,
    };
  }
}

/** No member that means nothing stands where a member of nearly the same name is absent. */
export function* misspeltMembers({ document, dialect }: Subject): Generator<UnlocatedFinding> {
  for (const { written, meant } of findMisspellings(document, dialect)) {
    yield {
      rule: 'misspelt-member',
      level: 'warning',
      pointer: formatPointer([written]),
      message: `${quote(written)} means nothing in Shoji; write ${quote(meant)} if that is meant`,
      see: DOCUMENTS,
    };
  }
}

/** `updated` is a date between two `#`. */
export function* updatedDate({ document }: Subject): Generator<UnlocatedFinding> {
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

/** Only a request has null in an `index`, where it removes the entity. */
export function* nullEntries({ document: { index }, role }: Subject): Generator<UnlocatedFinding> {
  if (role !== 'response' || !isObject(index)) return;
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
