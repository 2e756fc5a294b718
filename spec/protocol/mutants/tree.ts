import type { Json } from '../../../lib/protocol/documents.js';

/** A string, number, boolean or null; `literal` is how the text spells it where that is not JSON.stringify's way. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly value: string | number | boolean | null;
  readonly literal?: string;
}

export interface List {
  readonly kind: 'list';
  readonly items: Tree[];
}

/** An object, whose names may stand twice as they may in a text. */
export interface Table {
  readonly kind: 'table';
  readonly members: Member[];
}

export interface Member {
  name: string;
  value: Tree;
}

/** A JSON document that can be changed in place, and each of whose values is told apart from its equals. */
export type Tree = Leaf | List | Table;

export function leaf(value: string | number | boolean | null): Leaf {
  return { kind: 'leaf', value };
}

export function treeOf(json: Json): Tree {
  if (typeof json !== 'object' || json === null) return leaf(json);
  if (Array.isArray(json)) return { kind: 'list', items: json.map(treeOf) };
  const members = Object.entries(json).map(([name, value]) => ({ name, value: treeOf(value) }));
  return { kind: 'table', members };
}

export function copyOf(tree: Tree): Tree {
  if (tree.kind === 'leaf') return { ...tree };
  if (tree.kind === 'list') return { kind: 'list', items: tree.items.map(copyOf) };
  return { kind: 'table', members: tree.members.map(({ name, value }) => ({ name, value: copyOf(value) })) };
}

export function inside(tree: Tree): readonly Tree[] {
  if (tree.kind === 'leaf') return [];
  return tree.kind === 'list' ? tree.items : tree.members.map(({ value }) => value);
}

/** Whether one value is another one or stands in it. */
export function holds(outer: Tree, inner: Tree): boolean {
  return outer === inner || inside(outer).some((value) => holds(value, inner));
}

/** The member of that name, or undefined. */
export function memberOf(tree: Tree, name: string): Member | undefined {
  return tree.kind === 'table' ? tree.members.find((member) => member.name === name) : undefined;
}
