import { validate } from '../../protocol/validate.js';
import { Catalog } from '../catalog.js';
import type { BodySchema } from '../body-schema.js';
import type { CatalogPlan } from '../../store/store.js';
import type { CatalogClass, ResourceClass, ViewClass } from '../classes.js';
import type { CatalogNode, EntityNode, ResourceNode } from '../nodes.js';
import { expandPath } from '../nodes.js';
import { Rendering } from '../rendering.js';
import type { ResourceTree } from '../tree.js';
import { declareMethods } from './capabilities.js';
import type { Findings } from './findings.js';
import { Following, declaredQuery } from './following.js';
import { Planting, rootOf } from './planting.js';
import { SchemaCompiler } from './schema-compiler.js';
import { declareSchemas } from './schemas.js';
import { isCatalogClass, isViewClass, nameOf } from './statics.js';

/** All that is known of an API before its first request. */
export interface Declaration {
  readonly root: CatalogNode;
  readonly tree: ResourceTree<ResourceNode>;
  /** The places of each class. */
  readonly places: ReadonlyMap<ResourceClass, readonly ResourceNode[]>;
  /** What a store is told. */
  readonly plans: readonly CatalogPlan[];
}

/** What of an API's options decides how documents look. */
export interface DeclarationOptions {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly absoluteLinks?: boolean | undefined;
}

/**
 * Checks all declarations and makes them ready to serve.
 *
 * @param given - one root class, or classes that the root is to link to; where one of them has the IRI `/`
 *   it is the root, and links to the others itself
 * @returns undefined where no root could be made of them; the findings say why
 */
export function declare(
  given: unknown,
  options: DeclarationOptions,
  findings: Findings,
): Declaration | undefined {
  const classes = Array.isArray(given) ? given : [given];
  const catalogs = classes.filter(isCatalogClass);
  const views = classes.filter(isViewClass);
  for (const other of classes.filter((value) => !isCatalogClass(value) && !isViewClass(value))) {
    findings.add({ class: 'shoji()' }, `takes classes that extend Catalog or View; found ${nameOf(other)}`);
  }
  if (classes.length === 0) {
    findings.add({ class: 'shoji()' }, 'takes at least one class that extends Catalog or View; found an empty array');
  }

  const planting = new Planting(findings);
  const root = catalogs.find(({ iri }) => iri === '/' || iri === '');
  const planted = planting.catalog(root ?? linkingRoot(catalogs, views, options, findings));
  if (root !== undefined) {
    for (const declared of catalogs) if (declared !== root) planting.catalog(declared, planted);
    if (!Array.isArray(given) || planted === undefined) return planted && finish(planted, planting, options, findings);
    for (const view of views) findings.add({ class: view.name }, `is given beside the root class ${root.name}; put it into its views`);
  }
  return planted && finish(planted, planting, options, findings);
}

/** The root that links to each class by the last segment of its path: `users/` as `users`. */
function linkingRoot(
  catalogs: readonly CatalogClass[],
  views: readonly ViewClass[],
  options: DeclarationOptions,
  findings: Findings,
): CatalogClass {
  const { title, description } = options;
  return rootOf(byName(catalogs, findings), byName(views, findings), {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
  });
}

function byName<C extends CatalogClass | ViewClass>(classes: readonly C[], findings: Findings): Record<string, C> {
  const named: Record<string, C> = Object.create(null) as Record<string, C>;
  for (const declared of classes) {
    const path = String(declared.iri).split(/[?{]/)[0] ?? '';
    const name = path.split('/').findLast((segment) => segment !== '') ?? declared.name;
    const other = named[name];
    if (other !== undefined && other !== declared) {
      findings.add({ class: declared.name, member: 'iri', iri: declared.iri }, `would be linked to as ${JSON.stringify(name)}, as ${other.name} is; give one another IRI, or give shoji() a root class that names them`);
    }
    named[name] = declared;
  }
  return named;
}

function finish(root: CatalogNode, planting: Planting, options: DeclarationOptions, findings: Findings): Declaration {
  new Following(planting, findings).followAll(root);
  const compiler = new SchemaCompiler(findings);
  for (const node of planting.nodes) declareSchemas(node, compiler, findings);
  for (const node of planting.nodes) if (node.kind === 'catalog') node.searchable = searchable(node);
  for (const node of planting.nodes) declareMethods(node, findings);
  for (const node of planting.nodes) {
    if (node.kind === 'catalog' || node.kind === 'entity') render(node, options.absoluteLinks ?? false, findings);
  }
  return { root, tree: planting.tree, places: byClass(planting.nodes), plans: plansOf(planting.nodes) };
}

/** Renders what is fixed of a node's documents, and proves that the protocol's own schema accepts it. */
function render(node: CatalogNode | EntityNode, absolute: boolean, findings: Findings): void {
  const { title, description } = node.class;
  node.rendering = new Rendering(`shoji:${node.kind}`, { title, description }, node.links, absolute);
  const sample = node.rendering.document({
    self: expandPath(node, node.variables),
    last: node.kind === 'catalog' ? '"entities":[]' : '"body":{}',
  });
  for (const finding of validate(JSON.parse(sample)).findings) {
    if (finding.level === 'error') {
      findings.add({ class: node.className }, `renders no valid document: ${finding.message} (at ${finding.pointer})`);
    }
  }
}

function byClass(nodes: readonly ResourceNode[]): ReadonlyMap<ResourceClass, readonly ResourceNode[]> {
  const places = new Map<ResourceClass, ResourceNode[]>();
  for (const node of nodes) places.set(node.class, [...(places.get(node.class) ?? []), node]);
  return places;
}

function plansOf(nodes: readonly ResourceNode[]): readonly CatalogPlan[] {
  const catalogs = nodes.filter((node) => node.kind === 'catalog');
  return catalogs
    .filter((node) => node.entity !== undefined)
    .map((node) => ({
      catalog: node.storeName,
      ids: node.ids,
      ...keptWithin(node),
      searched: [...new Set(catalogs.filter((other) => other.listing?.entity === node.entity).flatMap((other) => other.searchable))],
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

function searchable(node: CatalogNode): readonly string[] {
  const members = (node.listing?.entity.body as BodySchema | undefined)?.members;
  return members === undefined ? [] : declaredQuery(node).filter((name) => members.has(name));
}
