import type { CatalogNode } from './nodes.js';
import type { Keywords } from './schema.js';

/** Names of the links that the document of a paged catalog has beside those that its class declares. */
export const PAGE_LINKS = ['page', 'next'] as const;

/** The query variables that `static sort` and `static page` bring, as a schema has them. */
export function pagingVariables({ sortable, page }: Pick<CatalogNode, 'sortable' | 'page'>): Keywords {
  return {
    ...(sortable.length > 0 && {
      sort: { type: 'string', enum: sortable.flatMap((member) => [member, `-${member}`]) },
    }),
    ...(page !== undefined && {
      after: { type: 'string' },
      limit: { type: 'integer', minimum: 1, maximum: page.most },
    }),
  };
}
