import { draft01 } from '../dialects/draft-01.js';
import type { Json } from '../documents.js';
import { quote } from '../json/quote.js';
import { stringsIn } from '../rules/members.js';
import { nameLinks, type UnnamedLink } from './link-names.js';
import type { Loss } from './loss.js';
import type { Step } from './step.js';

/** Draft 01 to draft 02: arrays of links become maps, whose names are made from the links. */
export const fromDraft01: Step = ({ document }) => {
  const losses: Loss[] = [];
  const links: UnnamedLink[] = [];
  for (const member of draft01.linkMembers) {
    const targets = new Set<string>();
    for (const { text: target, pointer } of stringsIn(document[member], member)) {
      if (targets.has(target)) losses.push({ pointer, message: repeated(target, member) });
      else {
        targets.add(target);
        links.push({ member, target });
      }
    }
  }
  const maps = new Map<string, [name: string, target: string][]>();
  const names = nameLinks(links);
  for (const [index, { member, target }] of links.entries()) {
    const map = maps.get(member) ?? [];
    map.push([names[index] ?? '', target]);
    maps.set(member, map);
  }
  const named = (member: string, value: Json): Json =>
    draft01.linkMembers.includes(member) ? Object.fromEntries(maps.get(member) ?? []) : value;
  return {
    document: Object.fromEntries(
      Object.entries(document).map(([member, value]) => [member, named(member, value)]),
    ),
    losses,
  };
};

function repeated(target: string, member: string): string {
  return (
    `the link ${quote(target)} stands in ${quote(member)} more than once, ` +
    'and is kept once: its name is made from it, and no two links of draft 02 have one name'
  );
}
