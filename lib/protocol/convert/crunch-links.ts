import { draft02 } from '../dialects/draft-02.js';
import type { Json, JsonObject } from '../documents.js';
import { quote } from '../json/quote.js';
import { formatPointer } from '../json-pointer.js';
import { isJsonObject } from '../rules/members.js';
import type { Loss } from './loss.js';
import type { Subject } from './step.js';

/** What became of the links that draft 02 has no members for. */
export interface Relinked {
  /** From members of draft 02 to what they hold now; only those which got links. */
  readonly maps: ReadonlyMap<string, JsonObject>;
  readonly losses: readonly Loss[];
  /** As in a step's result. */
  readonly moved: ReadonlyMap<string, string>;
}

/** Where the links of Crunch's own maps go, and why that says no less than the truth. */
export const MAPS_MOVED: ReadonlyMap<string, { readonly to: string; readonly reason: string }> = new Map([
  ['orders', { to: 'views', reason: 'an order is an arrangement of entities' }],
  ['folder_trees', { to: 'catalogs', reason: 'a tree of folders is a catalog of folders' }],
]);

/** Gives the links of a Crunch document to the members of draft 02. */
export function relink({ document, namesOf }: Subject): Relinked {
  const maps = new Map<string, JsonObject>();
  const moved = new Map<string, string>();
  const losses: Loss[] = [...urlsLost(document['urls'], namesOf('urls'))];
  const taken = new Set(draft02.linkMembers.flatMap((member) => namesOf(member)));
  for (const [from, { to, reason }] of MAPS_MOVED) {
    const links = document[from];
    const names = namesOf(from);
    if (!isJsonObject(links) || names.length === 0) continue;
    losses.push({
      pointer: formatPointer([from]),
      message: `draft 02 has no ${quote(from)}; the links stand among the others of ${quote(to)}, since ${reason}`,
    });
    const entries = names.map((name): [string, Json] => {
      const pointer = formatPointer([from, name]);
      const free = freeName(name, from, taken);
      if (free !== name) losses.push({ pointer, message: renamed(name, free) });
      taken.add(free);
      moved.set(formatPointer([to, free]), pointer);
      return [free, links[name] ?? null];
    });
    const own = document[to];
    maps.set(to, Object.fromEntries([...(isJsonObject(own) ? Object.entries(own) : []), ...entries]));
  }
  return { maps, losses, moved };
}

function urlsLost(urls: Json | undefined, names: readonly string[]): readonly Loss[] {
  if (!isJsonObject(urls)) return [];
  return names.flatMap((name) => {
    const link = urls[name];
    if (typeof link !== 'string') return [];
    const message =
      `the link ${quote(name)} to ${quote(link)} is lost: draft 02 links to catalogs, fragments and views, ` +
      'and nothing tells which of them this is; add it to one of their maps if you know';
    return [{ pointer: formatPointer(['urls', name]), message }];
  });
}

function freeName(name: string, member: string, taken: ReadonlySet<string>): string {
  let free = name;
  while (taken.has(free)) free += ` (${member})`;
  return free;
}

function renamed(name: string, free: string): string {
  return `the link ${quote(name)} is called ${quote(free)} now, because another link has its name; tell clients that bind to it`;
}
