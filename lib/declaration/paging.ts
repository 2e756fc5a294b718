import { Catalog } from '../resource/resource-classes.js';
import type { CatalogNode, Link } from './nodes.js';
import { propertiesOf } from '../resource/schema.js';
import type { Keywords } from '../resource/schema.js';
import type { Findings } from './declaration-findings.js';
import { ComparedMembers } from './compared-members.js';
import { isNames, isPage } from './class-options.js';

/** Names of the links that the document of a paged catalog has beside those that its class declares. */
export const PAGE_LINKS = ['page', 'next'] as const;

/** The query variables that the options `sort` and `page` bring, as a schema has them. */
export function pagingVariables({ sortable, page }: Pick<CatalogNode, 'sortable' | 'page'>): Keywords {
  return {
    ...(sortable.length > 0 && {
      sort: { type: 'string', enum: sortable.flatMap((member) => [member, `-${member}`]) },
    }),
    ...(page !== undefined && {
      after: { type: 'string' },
      limit: { type: 'integer', minimum: 1, maximum: page.max },
    }),
  };
}

/** How many entities a client may ask for where the class does not say, unless its pages are larger. */
const MAX_LIMIT = 1000;

/** Notes how a catalog is given out, as far as its options are of their types. */
export function notePaging(node: CatalogNode): void {
  const { page, sort } = node.class.options;
  if (isPage(page)) {
    node.page = typeof page === 'number' ? { size: page, max: Math.max(page, MAX_LIMIT) } : { ...page };
  }
  if (isNames(sort)) node.sortable = sort;
}

/** Finds what stands against giving a catalog out in pages, or sorted. */
export function checkPaging(node: CatalogNode, findings: Findings): void {
  checkList(node, findings);
  const body = new ComparedMembers(node.listing?.entity.class.options.body, findings);
  const where = { class: node.className, member: 'sort' };
  body.checkTwice(node.sortable, where);
  for (const name of new Set(node.sortable)) {
    const type = body.check(name, { ...where, name });
    if (type !== undefined && name.startsWith('-')) {
      findings.add(
        { ...where, name },
        'begins with -, which says in the variable sort that the order is descending; rename the member',
      );
    }
  }
  checkNames(node, findings);
}

/** The link from the document of a paged catalog to any of its pages. */
export function pageLinkOf(node: CatalogNode): readonly Link[] {
  if (node.page === undefined || node.query === undefined) return [];
  const [name] = PAGE_LINKS;
  return [
    { map: 'catalogs', name, href: `{?${node.query.names.map(variableName).join(',')}}`, target: node },
  ];
}

/** A name as a template can hold it (RFC 6570, section 2.3); servers decode it. */
export function variableName(name: string): string {
  if (/^\w+(?:\.\w+)*$/.test(name)) return name;
  return [...new TextEncoder().encode(name)]
    .map((byte) => String.fromCharCode(byte))
    .map((c) => (/\w/.test(c) ? c : `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`))
    .join('');
}

function checkList({ class: declared, className, page, sortable }: CatalogNode, findings: Findings): void {
  const asked = { page: page !== undefined, sort: sortable.length > 0 };
  for (const member of ['page', 'sort'] as const) {
    if (!asked[member]) continue;
    if (declared.entity === undefined && declared.options.entities === undefined) {
      findings.add(
        { class: className, member },
        'is for entities, and the catalog lists none; give Catalog.of() their class, or drop it',
      );
    } else if (declared.prototype.list !== Catalog.prototype.list) {
      findings.add(
        { class: className, member },
        `is carried out by the store, which does not know what the overridden list() gives; drop one of the two`,
      );
    }
  }
}

/** Finds query variables and links of the class that are named as those that paging brings. */
function checkNames(node: CatalogNode, findings: Findings): void {
  const { query } = node.class.options;
  for (const name of Object.keys(pagingVariables(node))) {
    if (!Object.hasOwn(propertiesOf(query), name)) continue;
    findings.add(
      { class: node.className, member: 'query', name },
      `is a variable that the option ${name === 'sort' ? 'sort' : 'page'} brings by itself; leave it away, or rename yours`,
    );
  }
  if (node.page === undefined) return;
  for (const { map, name } of node.links) {
    if (!PAGE_LINKS.some((taken) => taken === name)) continue;
    findings.add(
      { class: node.className, member: map, name },
      'is a link that the document of a paged catalog has by itself; rename yours',
    );
  }
}
