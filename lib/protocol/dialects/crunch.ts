import { catalog, entity, order, view } from '../compiled/crunch.js';
import { documentRules } from '../rules/document-rules.js';
import { graphIris } from '../rules/graph-iris.js';
import { indexIris } from '../rules/index-iris.js';
import type { DialectDefinition } from './dialect.js';

/** What grew out of draft 02 at Crunch.io: an index in the place of entities, views and orders. */
export const crunch: DialectDefinition = {
  name: 'crunch',
  schemas: new Map([
    ['shoji:catalog', catalog],
    ['shoji:entity', entity],
    ['shoji:view', view],
    ['shoji:order', order],
  ]),
  linkMembers: ['catalogs', 'fragments', 'views', 'orders', 'urls', 'folder_trees'],
  links: 'named',
  iriMembers: ['self', 'specification'],
  rules: [...documentRules, indexIris, graphIris],
  see: 'Shoji, the dialect of Crunch.io',
};
