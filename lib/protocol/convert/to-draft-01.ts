import { draft02 } from '../dialects/draft-02.js';
import type { Json } from '../documents.js';
import { quote } from '../json/quote.js';
import { formatPointer } from '../json-pointer.js';
import { isJsonObject } from '../rules/members.js';
import type { Loss } from './loss.js';
import type { Step } from './step.js';

/** Draft 02 to draft 01: maps of links become arrays, without their names. */
export const toDraft01: Step = ({ document, namesOf }) => {
  const losses: Loss[] = [];
  const unnamed = (member: string, value: Json): Json => {
    if (!draft02.linkMembers.includes(member) || !isJsonObject(value)) return value;
    const targets = new Set<string>();
    for (const name of namesOf(member)) {
      const target = value[name];
      if (typeof target !== 'string') continue;
      targets.add(target);
      losses.push({ pointer: formatPointer([member, name]), message: nameless(name, target) });
    }
    return [...targets];
  };
  return {
    document: Object.fromEntries(
      Object.entries(document).map(([member, value]) => [member, unnamed(member, value)]),
    ),
    losses,
  };
};

function nameless(name: string, target: string): string {
  return (
    `the name ${quote(name)} is lost: links of draft 01 have none, ` +
    `so that clients find this one only by where it leads, ${quote(target)}`
  );
}
