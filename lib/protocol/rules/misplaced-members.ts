import { quote } from '../json/quote.js';
import { elementOf } from './members.js';
import type { Remark, Subject } from './rule.js';

/** No member stands in a document of one kind which means something in another kind only. */
export function* misplacedMembers({ document, dialect }: Subject): Generator<Remark> {
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
