import { LONE_SURROGATE } from '../protocol/iri/characters.js';
import { validate } from '../protocol/validate.js';
import type { CollectionPlan } from '../store/store.js';
import { requiredReadOnlyPaths } from './body-schema.js';
import { Catalog } from '../resource/resource-classes.js';
import type { CatalogClass, ResourceClass } from '../resource/resource-classes.js';
import { expandPath } from './nodes.js';
import type { CatalogNode, EntityNode, ResourceNode } from './nodes.js';
import { Rendering } from './rendering.js';
import { isKeywords, propertiesOf } from '../resource/schema.js';
import type { ResourceTree } from './resource-tree.js';
import { declareMethods, requiresIfMatch } from './allowed-methods.js';
import { Constraints } from './constraints.js';
import type { Findings } from './declaration-findings.js';
import { LinkResolver } from './link-resolver.js';
import { impliedRoot } from './implied-classes.js';
import { checkTable } from './existing-table.js';
import { checkPaging, notePaging, pageLinkOf } from './paging.js';
import { NodeBuilder } from './node-builder.js';
import { SchemaCompiler } from './schema-compiler.js';
import { declareSchemas } from './schemas.js';
import { describeClass } from './describe-class.js';
import { isCatalogClass, isEntityClass, isFragmentClass, isViewClass } from './class-options.js';
import { checkCollections, collectionPlansOf, searchableOf } from './collection-plans.js';

/** All that is known of an API before its first request. */
export interface Declaration {
  readonly root: CatalogNode;
  readonly tree: ResourceTree<ResourceNode>;
  /** The places of each class. */
  readonly places: ReadonlyMap<ResourceClass, readonly ResourceNode[]>;
  /** What a store is told. */
  readonly plans: readonly CollectionPlan[];
}

/** What of an API's options belongs to its declaration. */
export interface DeclarationOptions {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly absoluteLinks?: boolean | undefined;
  readonly base?: string | undefined;
  /** Whether changes need `If-Match`, and get 428 without it, where a class does not say. Default false. */
  readonly requireIfMatch?: boolean | undefined;
}

/**
 * Checks all declarations and makes them ready to serve.
 *
 * @param given - one root class, or classes that the root is to link to; where one of them has the IRI `/`
 *   it is the root, and links to the others itself
 * @returns undefined where no root could be made of them; the findings say why
 * @throws {DeclarationError} where something that was found wrong keeps the rest from being looked at
 */
export function declare(
  given: unknown,
  options: DeclarationOptions,
  findings: Findings,
): Declaration | undefined {
  try {
    return declareAll(given, options, findings);
  } catch (error) {
    // What was found explains what it led to, such as an accessor that throws before there is a request.
    findings.throwIfAny();
    throw error;
  }
}

function declareAll(
  given: unknown,
  options: DeclarationOptions,
  findings: Findings,
): Declaration | undefined {
  const classes: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const declared of classes) checkGiven(declared, findings);
  if (classes.length === 0) {
    findings.add(
      { class: 'shoji()' },
      'takes at least one class that extends Catalog or View; found an empty array',
    );
  }
  const catalogs = classes.filter(isCatalogClass);
  const views = classes.filter(isViewClass);

  const builder = new NodeBuilder(findings);
  const root = catalogs.find((declared) => ['/', ''].includes(iriOf(declared)));
  if (root === undefined) {
    const implied = builder.catalog(impliedRoot({ catalogs, views }, options, findings));
    return implied && finish(implied, builder, options, findings);
  }
  const built = builder.catalog(root);
  for (const declared of catalogs) if (declared !== root) builder.catalog(declared, built);
  for (const view of views) {
    findings.add({ class: view.name }, `is given beside the root class ${root.name}; put it into its views`);
  }
  for (const name of ['title', 'description'] as const) {
    if (options[name] === undefined) continue;
    findings.add(
      { class: 'shoji()', member: 'options', name },
      `is for a root that shoji() makes; write it among the options of the root class ${root.name}`,
    );
  }
  return built && finish(built, builder, options, findings);
}

function iriOf({ options }: CatalogClass): string {
  // What is no option of its class is found where the class is looked at.
  return (options as CatalogClass['options'] | undefined)?.iri ?? ' ';
}

function checkGiven(declared: unknown, findings: Findings): void {
  if (isCatalogClass(declared) || isViewClass(declared)) return;
  const advice = isEntityClass(declared)
    ? '; give it to Catalog.of()'
    : isFragmentClass(declared)
      ? '; put it into the fragments of a catalog or entity'
      : '';
  findings.add(
    { class: 'shoji()' },
    `takes classes that extend Catalog or View; found ${describeClass(declared)}${advice}`,
  );
}

function finish(
  root: CatalogNode,
  builder: NodeBuilder,
  options: DeclarationOptions,
  findings: Findings,
): Declaration {
  const { nodes, tree } = builder.paths;
  const places = byClass(nodes);
  const catalogs = nodes.filter((node) => node.kind === 'catalog');
  catalogs.forEach(notePaging);
  const links = new LinkResolver(builder, findings);
  links.followAll(root);

  const compiler = new SchemaCompiler(findings);
  for (const node of nodes) declareSchemas(node, compiler, findings);
  links.checkRequiredVariables(root);
  const constraints = new Constraints(links, places, findings);
  for (const node of nodes) if (node.kind === 'entity') constraints.declare(node);
  for (const node of catalogs) {
    node.searchable = searchableOf(node);
    checkPaging(node, findings);
    node.links = [...node.links, ...pageLinkOf(node)];
    checkTable(node, findings);
    findUnusedVariables(node, findings);
  }
  checkCollections(catalogs, findings);
  for (const node of nodes) {
    declareMethods(node, findings);
    node.requireIfMatch = requiresIfMatch(node, options.requireIfMatch === true);
  }
  for (const node of nodes) if (node.kind === 'entity') findUnfilledMembers(node, findings);
  for (const node of nodes) {
    // What was found wrong of a class already would only be found again in its documents.
    if ((node.kind === 'catalog' || node.kind === 'entity') && !findings.concern(node.className))
      render(node, options, findings);
  }
  return { root, tree, places, plans: collectionPlansOf(nodes) };
}

/** A variable that neither selects by a member nor reaches a list() of the class would be taken and ignored. */
function findUnusedVariables(node: CatalogNode, findings: Findings): void {
  if (node.class.prototype.list !== Catalog.prototype.list || findings.concern(node.className)) return;
  for (const name of Object.keys(propertiesOf(node.class.options.query))) {
    if (node.searchable.includes(name)) continue;
    findings.add(
      { class: node.className, member: 'query', name },
      'names no member of the bodies that the catalog lists, so that nothing would look at it; override list(query), or rename it',
    );
  }
}

/** What only the server writes, and every body has, is written by nobody where nothing of the class makes entities. */
function findUnfilledMembers(
  { class: declared, className, parent, methods }: EntityNode,
  findings: Findings,
): void {
  const { create, read } = parent.class.prototype;
  const isMade = parent.methods.includes('POST') || (parent.ids === 'client' && methods.includes('PUT'));
  // A collection of its own may fill it, as the columns of a table may.
  const isKeptByStore = parent.readsItsStore || read !== Catalog.prototype.read;
  if (
    !isKeywords(declared.options.body) ||
    !isMade ||
    !isKeptByStore ||
    create !== Catalog.prototype.create ||
    parent.class.options.table !== undefined
  )
    return;
  for (const path of requiredReadOnlyPaths(declared.options.body)) {
    findings.add(
      { class: className, member: 'body', name: path.join('.') },
      `is required and read-only, and nothing writes it: override create(body) of ${parent.className} to do so, give it a default, or make it optional`,
    );
  }
}

/** Renders what is fixed of a node's documents, and proves that the protocol's own schema accepts it. */
function render(node: CatalogNode | EntityNode, options: DeclarationOptions, findings: Findings): void {
  const { title, description } = node.class.options;
  const names = node.links.map(({ map, name }) => [{ member: map, name }, name] as const);
  for (const [where, text] of [
    [{ member: 'title' }, title],
    [{ member: 'description' }, description],
    ...names,
  ] as const) {
    if (text === undefined || !LONE_SURROGATE.test(text)) continue;
    findings.add(
      { class: node.className, ...where },
      'holds half of a surrogate pair, which no document can carry; write the whole character',
    );
  }
  const { absoluteLinks = false, base = '' } = options;
  const listed = node.kind === 'catalog' ? (node.listing?.href('') ?? '') : '';
  node.rendering = new Rendering(
    `shoji:${node.kind}`,
    { title, description },
    node.links,
    absoluteLinks,
    JSON.stringify([base, listed]),
  );
  const sample = node.rendering.document({
    self: expandPath(node, node.variables),
    last: node.kind === 'catalog' ? '"entities":[]' : '"body":{}',
  });
  for (const finding of validate(JSON.parse(sample)).findings) {
    if (finding.level === 'error') {
      findings.add(
        { class: node.className },
        `renders no valid document: ${finding.message} (at ${finding.pointer})`,
      );
    }
  }
}

function byClass(nodes: readonly ResourceNode[]): ReadonlyMap<ResourceClass, readonly ResourceNode[]> {
  const places = new Map<ResourceClass, ResourceNode[]>();
  for (const node of nodes) places.set(node.class, [...(places.get(node.class) ?? []), node]);
  return places;
}
