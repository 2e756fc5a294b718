import { catalog, entity, order, view } from '../compiled/crunch.js';
import { documentErrorRules, documentRules } from '../rules/document-rules.js';
import { graphIris } from '../rules/graph-iris.js';
import { indexIris } from '../rules/index-iris.js';
import { nullEntries } from '../rules/null-entries.js';
import { CRUNCH } from '../sources.js';
import type { DialectDefinition } from './dialect.js';

const ALL = ['element', 'self', 'title', 'description', 'updated'];
const DRAFT_LINKS = ['catalogs', 'fragments', 'views'];
const LINKS = [...DRAFT_LINKS, 'orders', 'urls', 'folder_trees'];
const MORE = ['index', 'graph', 'specification', 'body'];

const MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['shoji:catalog', [...ALL, ...LINKS, ...MORE, 'entities', 'size']],
  ['shoji:entity', [...ALL, ...LINKS, ...MORE]],
  ['shoji:view', [...ALL, ...DRAFT_LINKS, 'value']],
  ['shoji:order', [...ALL, 'graph']],
]);

/** What grew out of draft 02 at Crunch.io: an index in the place of entities, views and orders. */
export const crunch: DialectDefinition = {
  name: 'crunch',
  schemas: new Map([
    ['shoji:catalog', catalog],
    ['shoji:entity', entity],
    ['shoji:view', view],
    ['shoji:order', order],
  ]),
  members: MEMBERS,
  names: new Set([...MEMBERS.values()].flat()),
  linkMembers: LINKS,
  links: 'named',
  iriMembers: ['self', 'specification'],
  rules: [...documentRules, indexIris, nullEntries, graphIris],
  errorRules: [...documentErrorRules, indexIris, graphIris],
  see: CRUNCH,
};
