import type { Element, Seed } from './seeds.js';
import { copyOf, treeOf, type List, type Member, type Table, type Tree } from './tree.js';

/** What a value of a document has to be, as the protocol's tables say it. */
export type Kind =
  | 'element'
  | 'iri'
  | 'text'
  | 'date'
  | 'integer'
  | 'links'
  | 'link'
  | 'iris'
  | 'index'
  | 'attributes'
  | 'order'
  | 'item'
  | 'object'
  | 'array'
  | 'any';

/** A value that the protocol says something about. */
export interface Site {
  readonly kind: Kind;
  readonly value: Tree;
  /** 1 for a member of the document, more for what is inside of one. */
  readonly depth: number;
  /** The member of the document that it is, or is in. */
  readonly within: string;
  /** The member that it is the value of; undefined for an item of an array. */
  readonly member: Member | undefined;
  readonly replace: (value: Tree) => void;
  readonly remove: () => void;
}

/** A copy of a seed, to be broken. */
export interface Sites {
  readonly seed: Seed;
  readonly root: Table;
  readonly all: readonly Site[];
}

export function sitesOf(seed: Seed): Sites {
  const root = copyOf(treeOf(seed.document));
  if (root.kind !== 'table') throw new TypeError('A seed is an object');
  return { seed, root, all: [...sitesIn(root, seed)] };
}

/** The sites of some kinds. */
export function ofKind({ all }: Sites, ...kinds: readonly Kind[]): readonly Site[] {
  return all.filter(({ kind }) => kinds.includes(kind));
}

const COMMON: Readonly<Record<string, Kind>> = {
  element: 'element',
  self: 'iri',
  title: 'text',
  description: 'text',
  updated: 'date',
};

const LINKED: Readonly<Record<string, Kind>> = { catalogs: 'links', fragments: 'links', views: 'links' };

const CRUNCH: Readonly<Record<string, Kind>> = {
  orders: 'links',
  urls: 'links',
  folder_trees: 'links',
  index: 'index',
  specification: 'iri',
  graph: 'array',
};

/** What the members of a seed must be; members that are not here may be anything. */
export function kindsOf({
  dialect,
  element,
}: Pick<Seed, 'dialect' | 'element'>): Readonly<Record<string, Kind>> {
  const more = dialect === 'crunch' ? CRUNCH : {};
  switch (element) {
    case 'shoji:catalog': {
      const ofCrunch: Readonly<Record<string, Kind>> =
        dialect === 'crunch' ? { size: 'integer', body: 'object' } : {};
      return { ...COMMON, ...LINKED, ...more, entities: 'iris', ...ofCrunch };
    }
    case 'shoji:entity':
      return { ...COMMON, ...LINKED, ...more, body: 'object' };
    case 'shoji:view':
      return { ...COMMON, ...LINKED, value: 'any' };
    case 'shoji:order':
      return { ...COMMON, graph: 'order' };
  }
}

/** What each element cannot do without, apart from `element` itself; `self` in what a server sends. */
export const REQUIRED: Readonly<Record<Element, readonly string[]>> = {
  'shoji:catalog': ['self'],
  'shoji:entity': ['self', 'body'],
  'shoji:view': ['self'],
  'shoji:order': ['self', 'graph'],
};

/** What stands in a value of some kind. */
const INSIDE: Readonly<Partial<Record<Kind, Kind>>> = {
  links: 'link',
  iris: 'iri',
  index: 'attributes',
  order: 'item',
  item: 'order',
};

function* sitesIn(root: Table, seed: Seed): Generator<Site> {
  const kinds = kindsOf(seed);
  for (const member of root.members) {
    yield* around(memberSite(root, member, kinds[member.name] ?? 'any', 1, member.name));
  }
}

function* around(site: Site): Generator<Site> {
  yield site;
  const { kind, value, depth, within } = site;
  const inner = INSIDE[kind];
  if (inner === undefined) return;
  if (value.kind === 'table') {
    for (const member of value.members) yield* around(memberSite(value, member, inner, depth + 1, within));
  } else if (value.kind === 'list') {
    for (const item of value.items) yield* around(itemSite(value, item, inner, depth + 1, within));
  }
}

function memberSite(table: Table, member: Member, kind: Kind, depth: number, within: string): Site {
  return {
    kind,
    value: member.value,
    depth,
    within,
    member,
    replace: (value) => {
      member.value = value;
    },
    remove: () => {
      table.members.splice(table.members.indexOf(member), 1);
    },
  };
}

function itemSite(list: List, item: Tree, kind: Kind, depth: number, within: string): Site {
  return {
    kind,
    value: item,
    depth,
    within,
    member: undefined,
    replace: (value) => {
      list.items[list.items.indexOf(item)] = value;
    },
    remove: () => {
      list.items.splice(list.items.indexOf(item), 1);
    },
  };
}

/** The text of a value that is a string; undefined for others. */
export function textOf({ value }: Site): string | undefined {
  return value.kind === 'leaf' && typeof value.value === 'string' ? value.value : undefined;
}
