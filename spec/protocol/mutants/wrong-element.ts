import { error, warning, type Mutation } from './mutation.js';
import { ofKind, type Sites } from './sites.js';
import { leaf, memberOf, treeOf, type Tree } from './tree.js';

/** Elements that say nothing of Shoji. */
const STRANGE = [
  null,
  true,
  42,
  '',
  'catalog',
  'entity',
  'gold',
  [],
  ['shoji:catalog'],
  {},
  { is: 'shoji:entity' },
];

/** Elements that mean Shoji, and are none. */
const UNKNOWN = [
  'shoji:',
  'shoji:foo',
  'shoji:catalogs',
  'Shoji:Catalog',
  'SHOJI:ENTITY',
  'shoji: catalog',
  'shoji:entity ',
  ' shoji:entity',
];

/** Documents whose element is missing, or is no element of their dialect. */
export function* wrongElement(sites: Sites): Generator<Mutation> {
  const { seed, root } = sites;
  const [element] = ofKind(sites, 'element');
  if (element === undefined) return;
  const touches = [root];
  const ofOthers = seed.dialect === 'crunch' ? [] : ['shoji:view', 'shoji:order'];
  for (const name of [...UNKNOWN, ...ofOthers]) {
    const value = leaf(name);
    yield {
      what: `element ${name}`,
      touches,
      apply: () => (element.replace(value), [error('unknown-element', value)]),
    };
  }
  if (memberOf(root, 'body') === undefined) {
    const what = 'element of an entity where there is no body';
    const value = leaf('shoji:entity');
    yield { what, touches, apply: () => (element.replace(value), [error('missing-member', root)]) };
  }
  if (!readsLikeShoji(root)) return;
  // What has no `self` may as well be a Value document.
  const blame = memberOf(root, 'self') === undefined ? warning : error;
  for (const json of STRANGE) {
    const value = treeOf(json);
    const what = `element ${JSON.stringify(json)}`;
    yield { what, touches, apply: () => (element.replace(value), [blame('wrong-element', value)]) };
  }
  yield { what: 'no element', touches, apply: () => (element.remove(), [blame('missing-element', root)]) };
}

/** Whether the rest of a document tells that it is meant to be one of Shoji's. */
function readsLikeShoji(root: Tree): boolean {
  if (['catalogs', 'entities'].some((name) => memberOf(root, name) !== undefined)) return true;
  return memberOf(root, 'self') !== undefined && memberOf(root, 'body') !== undefined;
}
