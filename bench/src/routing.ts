import { catalogDocument, entityDocument, pageDocument, soldCounts } from './users.js';
import type { UserCatalog } from './users.js';

/** What the URL names, for contestants without a router: `/users/`, `/users/1/`, `/users/1/sold_count`, … */
const TARGET = /^(\/[^/?]+\/)(?:(\d+)\/(sold_count)?|(sold_counts))?(?:\?(.*))?$/;

/** Finds what a URL names in catalogs that are in memory; undefined where it names nothing. */
export function finder(catalogs: readonly UserCatalog[]): (url: string) => unknown {
  const byPath = new Map(catalogs.map((catalog) => [catalog.path, catalog]));
  return (url) => {
    const [, path = '', id, fragment, view, query] = TARGET.exec(url) ?? [];
    const catalog = byPath.get(path);
    if (catalog === undefined) return undefined;
    const variables = new URLSearchParams(query);
    if (view !== undefined) return soldCounts(catalog, Number(variables.get('min')));
    if (id === undefined) {
      const limit = variables.get('limit');
      if (limit === null) return catalogDocument(catalog);
      return pageDocument(catalog, Number(variables.get('after')), Number(limit));
    }
    const user = catalog.users.get(id);
    if (user === undefined) return undefined;
    return fragment === undefined ? entityDocument(`${path}${id}/`, user) : user.sold_count;
  };
}

/** The same as text, made once for each URL: what no framework can be faster than. */
export function textFinder(catalogs: readonly UserCatalog[]): (url: string) => string | undefined {
  const find = finder(catalogs);
  const texts = new Map<string, string | undefined>();
  return (url) => {
    let text = texts.get(url);
    if (text === undefined && !texts.has(url)) {
      text = JSON.stringify(find(url));
      texts.set(url, text);
    }
    return text;
  };
}
