import type { Dialect } from '../../protocol/dialects/dialects.js';
import type { ResourceKind } from '../survey.js';
import type { Expected } from './resource.js';

const VALUES: ReadonlySet<string> = new Set(['fragments', 'views']);

/** What a link's member promises: nothing but the members that a dialect names promise anything. */
export function expectedOf(member: string): Expected {
  if (member === 'urls' || member === 'specification') return 'any';
  return VALUES.has(member) ? 'value' : 'document';
}

const DRAFT: Readonly<Record<string, readonly ResourceKind[]>> = {
  catalogs: ['catalog'],
  entities: ['entity'],
  fragments: ['value'],
  views: ['value'],
};

/** As seen in real documents, where an entity may have a catalog of its own, and a fragment be any resource. */
const CRUNCH: Readonly<Record<string, readonly ResourceKind[]>> = {
  catalogs: ['catalog', 'entity'],
  index: ['entity', 'catalog'],
  graph: ['entity', 'catalog'],
  views: ['value', 'view', 'entity', 'catalog'],
  orders: ['order'],
  folder_trees: ['catalog'],
};

/** The kinds that a link of a member may lead to; undefined where any will do. */
export function kindsOf(member: string, dialect: Dialect): readonly ResourceKind[] | undefined {
  return (dialect === 'crunch' ? CRUNCH : DRAFT)[member];
}
