import { error, warning, type Mutation } from './mutation.js';
import type { Element } from './seeds.js';
import { kindsOf, ofKind, textOf, type Site, type Sites } from './sites.js';
import { copyOf, leaf, type Member, type Table } from './tree.js';

/** What is right in itself and stands where it may not. */
export function* misplaced(sites: Sites): Generator<Mutation> {
  yield* membersOfOthers(sites);
  yield* mapsInMaps(sites);
  yield* requiredInBody(sites);
  yield* crowdedGroups(sites);
}

const ELEMENTS: readonly Element[] = ['shoji:catalog', 'shoji:entity', 'shoji:view', 'shoji:order'];

/** Members that mean something in other elements of the dialect, and nothing in this one. */
function* membersOfOthers({ seed, root }: Sites): Generator<Mutation> {
  const known = kindsOf(seed);
  const elements = seed.dialect === 'crunch' ? ELEMENTS : ELEMENTS.slice(0, 2);
  const names = new Set(elements.flatMap((element) => Object.keys(kindsOf({ ...seed, element }))));
  for (const name of names) {
    if (known[name] !== undefined) continue;
    const value = leaf('anything');
    yield {
      what: `${name} in ${seed.element}`,
      touches: [root],
      apply: () => (root.members.push({ name, value }), [warning('misplaced-member', value)]),
    };
  }
}

/** A map, an array or an index that was put among the links of a map. */
function* mapsInMaps(sites: Sites): Generator<Mutation> {
  for (const { value: map, within } of ofKind(sites, 'links')) {
    for (const moved of ofKind(sites, 'links', 'iris', 'index', 'object', 'array')) {
      if (moved.value === map) continue;
      yield {
        what: `${moved.within} inside of ${within}`,
        touches: [map, moved.value],
        apply: () => {
          if (moved.within !== 'body') moved.remove();
          const value = copyOf(moved.value);
          if (map.kind === 'table') map.members.push({ name: moved.within, value });
          else if (map.kind === 'list') map.items.push(value);
          return [error('item-type', value)];
        },
      };
    }
  }
}

/** What must stand beside the body, and is in it. */
function* requiredInBody(sites: Sites): Generator<Mutation> {
  const body = sites.all.find(({ within, depth }) => within === 'body' && depth === 1)?.value;
  const self = sites.all.find(({ within }) => within === 'self');
  if (body?.kind !== 'table' || self?.member === undefined) return;
  const { member, value, remove } = self;
  yield {
    what: 'self inside of body',
    touches: [body, value],
    apply: () => {
      remove();
      body.members.push(member);
      return [error('missing-member', sites.root)];
    },
  };
}

/** Groups of an order with more than one member. */
function* crowdedGroups(sites: Sites): Generator<Mutation> {
  for (const site of ofKind(sites, 'item')) {
    const { value } = site;
    if (value.kind === 'table') yield crowd(site, value);
    else if (textOf(site) !== undefined) yield twoInPlaceOf(site);
  }
}

function crowd({ depth }: Site, group: Table): Mutation {
  return {
    what: `a group with two members at depth ${depth}`,
    touches: [group],
    apply: () => {
      group.members.push({ name: 'one more', value: { kind: 'list', items: [leaf('../8/')] } });
      return [error('order-group', group)];
    },
  };
}

function twoInPlaceOf(site: Site): Mutation {
  const members: Member[] = ['one', 'two', 'three'].map((name) => ({
    name,
    value: { kind: 'list', items: [] },
  }));
  const group: Table = { kind: 'table', members };
  return {
    what: `a group of three members at depth ${site.depth}`,
    touches: [site.value],
    apply: () => (site.replace(group), [error('order-group', group)]),
  };
}
