import type { Json } from '../../../lib/protocol/documents.js';
import { error, type Mutation } from './mutation.js';
import type { Kind, Site, Sites } from './sites.js';
import { treeOf } from './tree.js';

/** A few values of every type of JSON, an integer apart from other numbers. */
const VALUES: Readonly<Record<string, readonly Json[]>> = {
  null: [null],
  boolean: [true, false],
  integer: [0, -7],
  number: [1.5],
  string: ['', '1/', '#2019-10-27T09:15:00Z#'],
  array: [[], ['1/'], [{ '1/': '2/' }]],
  object: [{}, { href: '1/' }, { one: 'x', two: ['y'] }],
};

/** The types that a kind of value may have; all, where it is not named. */
const TYPES: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  iri: ['string'],
  text: ['string'],
  date: ['string'],
  link: ['string'],
  integer: ['integer'],
  iris: ['array'],
  order: ['array'],
  array: ['array'],
  object: ['object'],
  index: ['object'],
  attributes: ['object', 'null'],
  item: ['string', 'object'],
};

/** Values of every type that may not stand where they do. */
export function* wrongType({ seed, all }: Sites): Generator<Mutation> {
  for (const site of all) {
    const linksType = seed.dialect === 'draft-01' ? 'array' : 'object';
    const types = site.kind === 'links' ? [linksType] : TYPES[site.kind];
    if (types === undefined) continue;
    for (const [type, values] of Object.entries(VALUES)) {
      if (types.includes(type)) continue;
      for (const value of values) yield put(value, site);
    }
  }
}

function put(json: Json, site: Site): Mutation {
  return {
    what: `${JSON.stringify(json)} for ${site.kind} in ${site.within}`,
    touches: [site.value],
    apply: () => {
      const value = treeOf(json);
      site.replace(value);
      return [error(site.depth === 1 ? 'member-type' : 'item-type', value)];
    },
  };
}
