import { resolveIri } from '../../../lib/protocol/iri/resolve-iri.js';
import { error, warning } from './mutation.js';
import type { Mutation } from './mutation.js';
import { ofKind } from './sites.js';
import type { Sites } from './sites.js';
import { copyOf, inside, leaf, memberOf } from './tree.js';
import type { Member, Tree } from './tree.js';

/** What stands twice and may stand once. */
export function* doubled(sites: Sites): Generator<Mutation> {
  yield* namesIn(sites.root);
  yield* entities(sites);
  yield* linkNames(sites);
  yield* unnamedLinks(sites);
  yield* indexEntries(sites);
}

/** One name twice in an object of the text, with the same value and with others, at every depth. */
function* namesIn(tree: Tree): Generator<Mutation> {
  if (tree.kind === 'table') {
    for (const [index, { name, value }] of tree.members.entries()) {
      for (const place of new Set([index + 1, tree.members.length])) {
        // The last one counts, so that a copy of the value leaves the document the same.
        const again: Member = { name, value: copyOf(value) };
        yield {
          what: `the name ${JSON.stringify(name)} twice`,
          touches: [tree],
          apply: () => {
            tree.members.splice(place, 0, again);
            return [error('duplicate-name', again)];
          },
        };
      }
    }
  }
  for (const value of inside(tree)) yield* namesIn(value);
}

/** Ways to write the same reference: as it is, with dot segments, and absolute where `self` is. */
function spellings(text: string, self: string | undefined): readonly string[] {
  const isFolder = /^[^/:?#.][^:?#]*\/$/.test(text);
  const dotted = isFolder ? [`./${text}`, `x/../${text}`, `././${text}`, `${text}./`, `${text}x/../`] : [];
  const origin = /^https?:\/\/[^/]+/.exec(self ?? '')?.[0];
  if (self === undefined || origin === undefined) return [text, ...dotted];
  const absolute = resolveIri(text, self);
  if (!absolute.startsWith(`${origin}/`)) return [text, ...dotted, absolute];
  const path = absolute.slice(origin.length);
  return [text, ...dotted, absolute, absolute.slice(absolute.indexOf('//')), path];
}

function selfOf({ root }: Sites): { readonly tree: readonly Tree[]; readonly text: string | undefined } {
  const value = memberOf(root, 'self')?.value;
  const text = value?.kind === 'leaf' && typeof value.value === 'string' ? value.value : undefined;
  return { tree: value === undefined ? [] : [value], text };
}

/** One entity twice, by the same reference and by every other one. */
function* entities(sites: Sites): Generator<Mutation> {
  const self = selfOf(sites);
  for (const { value: list } of ofKind(sites, 'iris')) {
    if (list.kind !== 'list') continue;
    for (const item of list.items) {
      if (item.kind !== 'leaf' || typeof item.value !== 'string') continue;
      for (const spelling of spellings(item.value, self.text)) {
        const again = leaf(spelling);
        yield {
          what: `the entity ${item.value} again as ${spelling}`,
          touches: [list, ...self.tree],
          apply: () => (list.items.push(again), [warning('repeated-entity', again)]),
        };
      }
    }
  }
}

/** One name in two maps of links. */
function* linkNames(sites: Sites): Generator<Mutation> {
  const maps = ofKind(sites, 'links').map(({ value }) => value);
  for (const [index, first] of maps.entries()) {
    for (const second of maps.slice(index + 1)) {
      if (first.kind !== 'table' || second.kind !== 'table') continue;
      for (const { name } of first.members) {
        const value = leaf('somewhere/else/');
        yield {
          what: `the name ${name} in two maps`,
          touches: [first, second],
          apply: () => (second.members.push({ name, value }), [warning('repeated-link-name', value)]),
        };
      }
    }
  }
}

/** One link twice in an array of links. */
function* unnamedLinks(sites: Sites): Generator<Mutation> {
  const self = selfOf(sites);
  for (const { value: list, within } of ofKind(sites, 'links')) {
    if (list.kind !== 'list') continue;
    for (const item of list.items) {
      if (item.kind !== 'leaf' || typeof item.value !== 'string') continue;
      const isTemplate = item.value.includes('{');
      for (const spelling of isTemplate ? [item.value] : spellings(item.value, self.text)) {
        const again = leaf(spelling);
        yield {
          what: `the link ${item.value} again as ${spelling} in ${within}`,
          touches: [list, ...self.tree],
          apply: () => (list.items.push(again), [warning('repeated-link', again)]),
        };
      }
    }
  }
}

/** One entry of an index twice, by another reference. */
function* indexEntries(sites: Sites): Generator<Mutation> {
  const self = selfOf(sites);
  for (const { value: index } of ofKind(sites, 'index')) {
    if (index.kind !== 'table') continue;
    for (const { name } of index.members) {
      for (const spelling of spellings(name, self.text).slice(1)) {
        if (memberOf(index, spelling) !== undefined) continue;
        const value = copyOf({ kind: 'table', members: [] });
        yield {
          what: `the entry ${name} of index again as ${spelling}`,
          touches: [index, ...self.tree],
          apply: () => (index.members.push({ name: spelling, value }), [warning('repeated-entity', value)]),
        };
      }
    }
  }
}
