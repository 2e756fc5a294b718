import { error, type Blame, type Mutation } from './mutation.js';
import type { Sites } from './sites.js';
import { inside, leaf, type Member, type Table, type Tree } from './tree.js';

/** Numbers that JSON.parse takes for others. */
const NUMBERS = [
  '1e999',
  '-1e999',
  '9007199254740993',
  '-123456789012345678901',
  '1e-999',
  '0.001e-1000000',
  '1234567890123456789',
];

/** Texts that not every reader and store can hold; the fault is behind the mark. */
const TEXTS: readonly (readonly [rule: string, marked: string])[] = [
  ['null-character', '¦\0'],
  ['null-character', 'before¦\0after'],
  ['lone-surrogate', '¦\uD83D'],
  ['lone-surrogate', 'a\u{1F600}¦\uDE00'],
  ['lone-surrogate', '¦\uD83D\uD83D\uDE00'],
];

/** How deep a document may nest. */
const DEPTH = 128;

/** What JSON.parse takes in silence, in every object whose names are free. */
export function* jsonFaults({ root, all }: Sites): Generator<Mutation> {
  const free = all.filter(({ kind }) => ['any', 'object', 'attributes', 'array'].includes(kind));
  for (const table of [root, ...free.flatMap(({ value }) => [...tablesIn(value)])]) {
    for (const literal of NUMBERS) {
      const value: Tree = { kind: 'leaf', value: 0, literal };
      yield adding(table, { name: 'number', value }, error('number-range', value));
    }
    for (const [rule, marked] of TEXTS) {
      const value = leaf(marked.replace('¦', ''));
      yield adding(table, { name: 'text', value }, error(rule, value, marked.indexOf('¦')));
    }
    const proto: Member = { name: '__proto__', value: leaf('x') };
    yield adding(table, proto, error('forbidden-name', proto));
    const prototype: Member = { name: 'prototype', value: leaf('x') };
    const constructor: Member = { name: 'constructor', value: { kind: 'table', members: [prototype] } };
    yield adding(table, constructor, error('forbidden-name', prototype));
  }
}

function* tablesIn(tree: Tree): Generator<Table> {
  if (tree.kind === 'table') yield tree;
  for (const value of inside(tree)) yield* tablesIn(value);
}

function adding(table: Table, member: Member, blame: Blame): Mutation {
  return {
    what: `${blame.rule} in ${JSON.stringify(member.name)}: ${JSON.stringify(member.value)}`,
    touches: [table],
    apply: () => {
      table.members.push(member);
      return [blame];
    },
  };
}

/** Nesting beyond what a reader follows. */
export function* tooDeep({ root }: Sites): Generator<Mutation> {
  const limit: Tree = { kind: 'list', items: [] };
  let value: Tree = limit;
  // The document itself is the first level.
  for (let level = DEPTH; level > 1; level -= 1) value = { kind: 'list', items: [value] };
  yield adding(root, { name: 'deep', value }, error('too-deep', limit));
}
