import type { Json } from '../protocol/documents.js';
import type { Selection } from '../store/store.js';
import type { CatalogNode } from './nodes.js';

/** What the query of a catalog may select by, and sort by. */
export type Searching = Pick<CatalogNode, 'searchable' | 'sortable'>;

type Query = Readonly<Record<string, unknown>>;

/** Which entities a query selects, and in what order: what lists of a catalog are made of, paged or not. */
export function selectionOf({ searchable, sortable }: Searching, query: Query): Selection {
  const given = searchable.filter((name) => Object.hasOwn(query, name) && query[name] !== undefined);
  const { sort } = query;
  const member = sortable.find((name) => sort === name || sort === `-${name}`);
  return {
    ...(given.length > 0 && {
      where: Object.fromEntries(given.map((name) => [name, query[name] as Json])),
    }),
    ...(member !== undefined && { order: { member, descending: sort !== member } }),
  };
}
