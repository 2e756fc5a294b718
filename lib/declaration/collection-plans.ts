import type { CollectionPlan, MemberPlan, SortedSearch } from '../store/store.js';
import { Catalog } from '../resource/resource-classes.js';
import { memberTypeOf, propertiesOf } from '../resource/schema.js';
import type { CatalogNode, EntityNode, ResourceNode } from './nodes.js';
import { uniqueOf } from './constraints.js';
import type { Findings } from './declaration-findings.js';
import { tablePlanOf } from './existing-table.js';

/** What a store is told of the catalogs that keep entities in it. */
export function collectionPlansOf(nodes: readonly ResourceNode[]): readonly CollectionPlan[] {
  const catalogs = nodes.filter((node) => node.kind === 'catalog');
  return catalogs.flatMap((node) => {
    const { entity } = node;
    if (entity === undefined) return [];
    const table = tablePlanOf(node);
    const lists = catalogs.filter(({ listing }) => listing?.entity === entity);
    const sortedSearches = sortedSearchesOf(lists);
    return {
      collection: node.storeName,
      ids: node.ids,
      depth: node.variables.length,
      ...keptWithin(node),
      members: membersOf(entity, lists),
      ...(sortedSearches.length > 0 && { sortedSearches }),
      unique: uniqueOf(entity),
      references: entity.references.map(({ member, catalog }) => ({ member, collection: catalog.storeName })),
      ...(table !== undefined && { table }),
    };
  });
}

/** Finds catalogs that would keep their entities under one name. */
export function checkCollections(nodes: readonly CatalogNode[], findings: Findings): void {
  const holders = new Map<string, CatalogNode>();
  for (const node of nodes) {
    const { collection } = node.class.options;
    if (node.entity === undefined) {
      if (collection === undefined) continue;
      const where = { class: node.className, member: 'collection' };
      findings.add(
        where,
        'names nothing: the catalog is made of no entity class, or lists what another one keeps',
      );
      continue;
    }
    const other = holders.get(node.storeName);
    if (other === undefined) {
      holders.set(node.storeName, node);
      continue;
    }
    const [named, unnamed] = collection === undefined ? [other, node] : [node, other];
    findings.add(
      { class: named.className, member: 'collection' },
      `is ${JSON.stringify(node.storeName)}, under which ${unnamed.className} keeps its entities already; give one another name`,
    );
  }
}

/**
 * The members that a store looks at.
 *
 * @param lists - the catalogs that list the entities
 */
function membersOf(entity: EntityNode, lists: readonly CatalogNode[]): readonly MemberPlan[] {
  const indexed = new Set(lists.flatMap(({ searchable, sortable }) => [...searchable, ...sortable]));
  const held = [...uniqueOf(entity).flat(), ...entity.references.map(({ member }) => member)];
  const schemas = propertiesOf(entity.class.options.body);
  return [...new Set([...indexed, ...held])].map((name) => ({
    name,
    type: memberTypeOf(schemas[name] ?? {}),
    indexed: indexed.has(name),
  }));
}

/** The members that a list can be searched by and sorted by at once. */
function sortedSearchesOf(lists: readonly CatalogNode[]): readonly SortedSearch[] {
  const pairs = lists.flatMap(({ searchable, sortable }) =>
    searchable.flatMap((searched) => sortable.map((sorted) => ({ searched, sorted }))),
  );
  const apart = pairs.filter(({ searched, sorted }) => searched !== sorted);
  return [...new Map(apart.map((pair) => [JSON.stringify(pair), pair])).values()];
}

/**
 * The catalog whose entities a catalog stands within, as the store is told of it: not where the class
 * draws and makes them itself, for then the store does not know them.
 */
function keptWithin(node: CatalogNode): { parent?: string } {
  const [above] = node.above;
  if (above === undefined) return {};
  const { class: owner, storeName } = above.parent;
  const { read, create } = owner.prototype;
  const elsewhere = read !== Catalog.prototype.read && create !== Catalog.prototype.create;
  return elsewhere ? {} : { parent: storeName };
}

/** The query variables of a catalog that name a member of the bodies it lists, and so search by it. */
export function searchableOf({ class: declared, listing }: CatalogNode): readonly string[] {
  const members = propertiesOf(listing?.entity.class.options.body);
  return Object.keys(propertiesOf(declared.options.query)).filter((name) => Object.hasOwn(members, name));
}
