import type { CatalogPlan } from '../../store/store.js';
import { Catalog } from '../catalog.js';
import type { CatalogNode, ResourceNode } from '../nodes.js';
import { propertiesOf } from '../schema.js';

/** What a store is told of the catalogs that keep entities in it. */
export function plansOf(nodes: readonly ResourceNode[]): readonly CatalogPlan[] {
  const catalogs = nodes.filter((node) => node.kind === 'catalog');
  return catalogs
    .filter((node) => node.entity !== undefined)
    .map((node) => ({
      catalog: node.storeName,
      ids: node.ids,
      ...keptWithin(node),
      depth: node.variables.length,
      members: [
        ...new Set(
          catalogs
            .filter(({ listing }) => listing?.entity === node.entity)
            .flatMap((other) => other.searchable),
        ),
      ].map((name) => ({ name, type: 'json' as const, indexed: true })),
      unique: [],
      references: [],
    }));
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
  const members = propertiesOf(listing?.entity.class.body);
  return Object.keys(propertiesOf(declared.query)).filter((name) => Object.hasOwn(members, name));
}
