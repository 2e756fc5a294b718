import type { CatalogClass, EntityClass } from '../classes.js';
import type { CatalogNode, EntityNode, LinkingNode, MapName, ResourceNode } from '../nodes.js';
import { newNode, pathOf } from '../nodes.js';
import { CheckedClasses } from './checked-classes.js';
import { classMapOf } from './class-maps.js';
import { literalStart, readClassIri, variablesIn } from './class-iri.js';
import { isExternal, resolveSegments } from './declared-iri.js';
import type { Findings } from './findings.js';
import { memberFragment } from './implied-classes.js';
import { readsItsStore } from './own-reading.js';
import { PartPlanting, fragmentIri } from './planting-parts.js';
import { shownForClass } from './shown.js';
import { isCatalogClass, isEntityClass, isFragmentClass, isViewClass } from './statics.js';
import { TakenPaths } from './taken-paths.js';

/** One entry of an IRI map before its IRI was followed. */
export interface MapEntry {
  readonly map: MapName;
  readonly name: string;
  /** The IRI or template as it was declared. */
  readonly iri: string;
  /** The same as the document shows it. */
  readonly href: string;
  /** The resource that the entry itself declares; undefined where its IRI is to be followed. */
  readonly planted?: ResourceNode;
}

/** Turns resource classes into nodes at their paths. */
export class Planting {
  readonly paths: TakenPaths;
  /** The entries of each node's maps, in the order of their declaration. */
  readonly entries: Map<LinkingNode, MapEntry[]> = new Map();
  readonly #findings: Findings;
  readonly #classes: CheckedClasses;
  readonly #parts: PartPlanting;

  constructor(findings: Findings) {
    this.#findings = findings;
    this.paths = new TakenPaths(findings);
    this.#classes = new CheckedClasses(findings);
    this.#parts = new PartPlanting(this.paths, this.#classes, findings);
  }

  /** @param above - the classes that the path has led through, outermost first */
  catalog(
    declared: CatalogClass,
    parent?: LinkingNode,
    above: readonly unknown[] = [],
  ): CatalogNode | undefined {
    const trial = this.#classes.check(declared, 'Catalog');
    if (trial === undefined) return undefined;
    const where = { class: declared.name, member: 'iri', iri: declared.options.iri };
    const iri = readClassIri(declared.options.iri, true, where, this.#findings);
    if (iri === undefined) return this.paths.lose(literalStart(declared.options.iri), parent);
    if (above.includes(declared) && !iri.absolute) {
      this.#findings.add(
        where,
        'declares itself within itself without end; link back by an IRI such as "../"',
      );
      return undefined;
    }
    if (variablesIn(iri.segments).length > 0) {
      this.#findings.add(
        where,
        'the IRI of a catalog has no variable in its path; only entities have one, their id',
      );
    }
    const segments = resolveSegments(iri, parent?.segments ?? []) ?? [];
    const node = newNode<CatalogNode>({
      kind: 'catalog',
      class: declared,
      className: declared.name,
      segments,
      variables: variablesIn(segments),
      // At a path of its own it is within nothing, whatever linked to it first.
      ...(parent && (!iri.absolute || parent.variables.length === 0) && { parent }),
      storeName: this.#storeName(declared, segments, iri.absolute ? undefined : parent),
      ids: declared.options.ids ?? 'uuidv7',
      readsItsStore: readsItsStore(declared, trial),
      fieldsKnown: trial.instance !== undefined,
    });
    const existing = this.paths.take(node, true, where);
    if (existing !== undefined) return existing === 'taken' ? undefined : existing;
    const path = [...above, declared];
    const { entity } = declared;
    if (isEntityClass(entity) && declared.options.entities === undefined) this.#entity(entity, node, path);
    this.#maps(node, path);
    return node;
  }

  #storeName(
    { options: { collection } }: CatalogClass,
    segments: CatalogNode['segments'],
    parent: CatalogNode | EntityNode | undefined,
  ): string {
    if (typeof collection === 'string') return collection.replace(/\/+$/, '');
    return this.paths.storeName(segments, parent?.kind === 'entity' ? parent.parent : parent);
  }

  #entity(declared: EntityClass, parent: CatalogNode, above: readonly unknown[]): void {
    if (this.#classes.check(declared, 'Entity') === undefined) return;
    const { iri: text = '{id}/' } = declared.options;
    const where = { class: declared.name, member: 'iri', iri: text };
    const iri = readClassIri(text, true, where, this.#findings);
    if (iri === undefined) return this.paths.lose(literalStart(text), parent);
    const own = variablesIn(iri.segments);
    if (iri.absolute || own.length !== 1) {
      this.#findings.add(
        where,
        'the IRI of an entity is relative to its catalog and has one variable, the id, such as "{id}/"',
      );
    }
    const segments = [...parent.segments, ...iri.segments];
    const twice = own.find((variable) => parent.variables.includes(variable));
    if (twice !== undefined) {
      this.#findings.add(
        where,
        `the variable ${twice} stands twice in the path ${pathOf({ segments, kind: 'entity' })}; give one another name, such as "{${twice}_2}/"`,
      );
    }
    const variables = variablesIn(segments);
    const node = newNode<EntityNode>({
      kind: 'entity',
      class: declared,
      className: declared.name,
      segments,
      variables,
      parent,
    });
    if (this.paths.take(node, true, where) !== undefined) return;
    parent.entity = node;
    this.#maps(node, [...above, declared]);
  }

  #maps(node: LinkingNode, above: readonly unknown[]): void {
    const entries: MapEntry[] = [];
    this.entries.set(node, entries);
    const names = new Map<string, MapName>();
    for (const map of ['catalogs', 'fragments', 'views'] as const) {
      for (const [name, value] of Object.entries(classMapOf(node.class, map, this.#findings))) {
        const where = { class: node.className, member: map, name };
        const other = names.get(name);
        if (name === '') this.#findings.add(where, 'a link needs a name: clients bind to it');
        else if (other !== undefined) {
          this.#findings.add(
            where,
            `the name stands in ${other} too, and a client that looks it up cannot tell them apart; rename one`,
          );
        }
        names.set(name, map);
        const entry = this.#mapEntry(node, value, where, above);
        if (entry !== undefined) entries.push(entry);
      }
    }
  }

  #mapEntry(
    node: LinkingNode,
    value: unknown,
    where: { readonly class: string; readonly member: MapName; readonly name: string },
    above: readonly unknown[],
  ): MapEntry | undefined {
    const { member: map, name } = where;
    // One that could not be planted was reported, and is no link.
    const entryFor = (iri: string, planted: ResourceNode | undefined) =>
      planted && { map, name, iri, href: hrefOf(iri, node), planted };
    if (map === 'catalogs' && isCatalogClass(value))
      return entryFor(value.options?.iri ?? '', this.catalog(value, node, above));
    if (map === 'views' && isViewClass(value))
      return entryFor(value.options?.iri ?? '', this.#parts.view(value, node));
    if (map === 'fragments') {
      if (isFragmentClass(value))
        return entryFor(fragmentIri(value) ?? '', this.#parts.fragment(value, node, where));
      if (node.kind === 'entity' && typeof value === 'string' && !isExternal(value)) {
        const member = memberFragment(value, node.className);
        return entryFor(
          fragmentIri(member) ?? '',
          this.#parts.fragment(member, node, { ...where, iri: value }),
        );
      }
    }
    if (typeof value === 'string') return { map, name, iri: value, href: hrefOf(value, node) };
    const expected = { catalogs: 'Catalog', fragments: 'Fragment', views: 'View' }[map];
    this.#findings.add(
      where,
      `must be a class that extends ${expected}, or an IRI; found ${shownForClass(value)}`,
    );
    return undefined;
  }
}

/** An IRI as a document at this node shows it: one from the root becomes relative, so that any prefix may stand before the API. */
function hrefOf(text: string, node: LinkingNode): string {
  if (!text.startsWith('/') || isExternal(text)) return text;
  return `${'../'.repeat(node.segments.length) || (text === '/' ? './' : '')}${text.slice(1)}`;
}
