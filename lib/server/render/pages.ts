// One page of a catalog, and the way to the next.
import type { Collection } from '../../resource/collection.js';
import { queryOf } from '../../resource/iris.js';
import type { CatalogNode, PageLimits } from '../../resource/nodes.js';
import { badQuery } from '../../resource/query-schema.js';
import { selectionOf } from '../../resource/selection.js';
import type { Searching } from '../../resource/selection.js';
import { PositionError } from '../../store/errors.js';
import type { Page, PageRequest } from '../../store/store.js';

type Query = Readonly<Record<string, unknown>>;

/**
 * Which page a query asks for.
 *
 * @param node - a catalog that is given out in pages
 * @param query - as its schema has read it
 */
export function pageRequestOf(node: Searching & { readonly page: PageLimits }, query: Query): PageRequest {
  const { after, limit } = query;
  return {
    ...selectionOf(node, query),
    limit: typeof limit === 'number' ? limit : node.page.size,
    ...(typeof after === 'string' && { after }),
  };
}

/**
 * The page that a query asks for.
 *
 * @param node - a catalog that is given out in pages
 * @throws {ProblemError} `bad-query`, naming `after`, where that is no position in the list
 */
export async function readPage<Body extends object>(
  node: Searching & { readonly page: PageLimits },
  collection: Collection<Body>,
  query: Query,
): Promise<Page<Body>> {
  try {
    return await collection.page(pageRequestOf(node, query));
  } catch (error) {
    if (!(error instanceof PositionError)) throw error;
    const message = 'is no position in this list; take one from a link that the list gives';
    throw badQuery([{ pointer: '/after', message, rule: 'position' }], error);
  }
}

/**
 * The reference from a page to the next one, which keeps all other variables of the query.
 *
 * @param next - as the page has it
 */
export function nextReference(node: Pick<CatalogNode, 'query'>, query: Query, next: string): string {
  return queryOf(node.query?.names ?? [], { ...query, after: next });
}
