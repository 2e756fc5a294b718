import type { ResourceClass } from '../resource/resource-classes.js';
import { pathOf } from './nodes.js';
import type { CatalogNode, EntityNode, ResourceNode } from './nodes.js';
import { classMapOf, isCatalogClass, isNames } from './class-options.js';
import type { Findings, Whereabouts } from './declaration-findings.js';
import type { LinkResolver } from './link-resolver.js';
import { describeClass } from './describe-class.js';
import { ComparedMembers } from './compared-members.js';

type Places = ReadonlyMap<ResourceClass, readonly ResourceNode[]>;

/** Checks what the store is to hold of an entity's bodies, and finds the catalogs that they refer to. */
export class Constraints {
  readonly #links: LinkResolver;
  readonly #places: Places;
  readonly #findings: Findings;

  constructor(links: LinkResolver, places: Places, findings: Findings) {
    this.#links = links;
    this.#places = places;
    this.#findings = findings;
  }

  declare(node: EntityNode): void {
    const body = new ComparedMembers(node.class.options.body, this.#findings);
    this.#checkUnique(node, body);
    const references = classMapOf(node.class, 'references', this.#findings);
    node.references = Object.entries(references).flatMap(([member, value]) => {
      const where = { class: node.className, member: 'references', name: member };
      const type = body.check(member, where);
      const catalog = this.#catalog(value, node, where);
      if (catalog === undefined) return [];
      if (type !== undefined) this.#checkType(type, catalog, where);
      return { member, catalog };
    });
  }

  #checkUnique(node: EntityNode, body: ComparedMembers): void {
    const where = { class: node.className, member: 'unique' };
    const groups = uniqueOf(node);
    body.checkTwice(
      groups.map((group) => group.toSorted().join(', ')),
      where,
    );
    for (const group of groups) body.checkTwice(group, where);
    for (const name of new Set(groups.flat())) body.check(name, { ...where, name });
  }

  /** The catalog that a member refers to, where it is one that an entity at this place can refer to. */
  #catalog(value: unknown, node: EntityNode, where: Whereabouts): CatalogNode | undefined {
    const candidates = this.#candidates(value, node, where);
    if (candidates.length === 0) return undefined;
    const [target] = candidates
      .filter((catalog) => standsAround(catalog, node))
      .toSorted((a, b) => b.variables.length - a.variables.length);
    const [other] = candidates;
    if (target === undefined) {
      this.#findings.add(
        where,
        `leads to ${other?.className} at ${other && pathOf(other)}, which is within other entities than ${pathOf(node)}; an entity refers to what is within none, or within the same ones`,
      );
      return undefined;
    }
    if (target.entity !== undefined) return target;
    const home = target.listing?.entity.parent;
    this.#findings.add(
      where,
      `leads to ${target.className}, which keeps no entities of its own${home === undefined ? '' : `; refer to ${home.className}, whose entities it lists`}`,
    );
    return undefined;
  }

  #candidates(value: unknown, node: EntityNode, where: Whereabouts): readonly CatalogNode[] {
    if (typeof value === 'string') {
      const found = this.#links.catalogAt(value, node, { ...where, iri: value });
      return found === undefined ? [] : [found];
    }
    if (!isCatalogClass(value)) {
      this.#findings.add(
        where,
        `must be a class that extends Catalog, or an IRI; found ${describeClass(value)}`,
      );
      return [];
    }
    const found = (this.#places.get(value) ?? []).filter((place) => place.kind === 'catalog');
    // One that was found wrong has no place.
    if (found.length === 0 && !this.#findings.concern(value.name)) {
      this.#findings.add(
        where,
        `${value.name} is no resource of this API; give it to shoji(), or link to it from a catalog`,
      );
    }
    return found;
  }

  #checkType(type: string, { ids, className }: CatalogNode, where: Whereabouts): void {
    if (type === 'string' || (type === 'number' && ids === 'integer')) return;
    this.#findings.add(
      where,
      ids === 'integer'
        ? `the member holds an id of ${className}, an integer or the same as a string; its type is ${type}`
        : `the member holds an id of ${className}, a string; its type is ${type}`,
    );
  }
}

/** The groups of members whose values, taken together, no two entities share. */
export function uniqueOf({ class: { options } }: EntityNode): readonly (readonly string[])[] {
  const { unique } = options;
  if (!Array.isArray(unique)) return [];
  return unique.map((group: unknown) => (typeof group === 'string' ? [group] : group)).filter(isNames);
}

/** Whether a catalog stands within none, or within the first of the entities that an entity's catalog is within. */
function standsAround(catalog: CatalogNode, { above }: EntityNode): boolean {
  const outermost = above.toReversed();
  return catalog.above.toReversed().every((entity, index) => entity === outermost[index]);
}
