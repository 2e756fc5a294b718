import { Fragment } from '../resource/resource-classes.js';
import type { CatalogClass, EntityClass, FragmentClass, ViewClass } from '../resource/resource-classes.js';
import { newNode, pathOf } from './nodes.js';
import type {
  CatalogNode,
  EntityNode,
  LinkingNode,
  MapName,
  ResourceNode,
  FragmentNode,
  ViewNode,
} from './nodes.js';
import {
  ClassChecks,
  classMapOf,
  isCatalogClass,
  isEntityClass,
  isFragmentClass,
  isViewClass,
} from './class-options.js';
import { literalStart, readClassIri, variablesIn, isExternal, resolveSegments } from './declared-iri.js';
import type { Findings, Whereabouts } from './declaration-findings.js';
import { memberFragment, isMemberFragment } from './implied-classes.js';
import { leavesReadingToStore } from './class-methods.js';
import { describeClass } from './describe-class.js';
import { PathRegistry } from './path-registry.js';
import { isKeywords, propertiesOf } from '../resource/schema.js';
import { suggestion } from '../protocol/edit-distance.js';

type Placed = Pick<ResourceNode, 'segments' | 'variables'>;

/** Turns classes of views and fragments, the parts of catalogs and entities, into nodes at their paths. */
export class PartBuilder {
  readonly #paths: PathRegistry;
  readonly #classes: ClassChecks;
  readonly #findings: Findings;

  constructor(paths: PathRegistry, classes: ClassChecks, findings: Findings) {
    this.#paths = paths;
    this.#classes = classes;
    this.#findings = findings;
  }

  view(declared: ViewClass, parent: LinkingNode): ViewNode | undefined {
    if (this.#classes.check(declared, 'View') === undefined) return undefined;
    const where = { class: declared.name, member: 'iri', iri: declared.options.iri };
    const placed = this.#leaf(declared.options.iri, parent, where);
    if (placed === undefined) return undefined;
    const node = newNode<ViewNode>({
      kind: 'view',
      class: declared,
      className: declared.name,
      ...placed,
      parent,
    });
    const existing = this.#paths.take(node, false, where);
    return existing === 'taken' ? undefined : (existing ?? node);
  }

  fragment(declared: FragmentClass, parent: LinkingNode, via: Whereabouts): FragmentNode | undefined {
    if (!isMemberFragment(declared) && this.#classes.check(declared, 'Fragment') === undefined)
      return undefined;
    const { member } = declared.options;
    if (
      declared.prototype.value === Fragment.prototype.value &&
      (member === undefined || parent.kind === 'catalog')
    ) {
      this.#findings.add(
        via,
        `${declared.name} names no member of an entity's body (option member) and does not override value(): there is nothing to serve`,
      );
      return undefined;
    }
    if (member !== undefined && parent.kind === 'entity') this.#checkMember(member, parent, via);
    const iri = fragmentIri(declared);
    const where = isMemberFragment(declared)
      ? via
      : { class: declared.name, member: 'iri', ...(iri !== undefined && { iri }) };
    const placed = this.#leaf(iri, parent, where);
    if (placed === undefined) return undefined;
    const node = newNode<FragmentNode>({
      kind: 'fragment',
      class: declared,
      className: declared.name,
      ...placed,
      parent,
      ...(member !== undefined && { member }),
    });
    const existing = this.#paths.take(node, false, where);
    return existing === 'taken' ? undefined : (existing ?? node);
  }

  #checkMember(member: string, owner: EntityNode, where: Whereabouts): void {
    const body: unknown = owner.class.options.body;
    const members = Object.keys(propertiesOf(body));
    // A body that is no schema of an object is a finding of its own.
    if (!isKeywords(body) || body['type'] !== 'object' || members.includes(member)) return;
    this.#findings.add(
      where,
      `${JSON.stringify(member)} is no member of the body (it has ${members.join(', ')})${suggestion(member, members)}`,
    );
  }

  #leaf(text: unknown, parent: LinkingNode, where: Whereabouts): Placed | undefined {
    const iri = readClassIri(text, false, where, this.#findings);
    if (iri === undefined) return this.#paths.lose(literalStart(text), parent);
    if (variablesIn(iri.segments).length > 0) {
      this.#findings.add(where, 'has a variable in its path; declare it as query variable ({?name}) instead');
    } else if (iri.absolute && parent.variables.length > 0) {
      this.#findings.add(
        where,
        `starts at the root, but what it is part of is at ${pathOf(parent)}; write it relative to that`,
      );
    }
    const segments = resolveSegments(iri, parent.segments) ?? [];
    return { segments, variables: variablesIn(segments) };
  }
}

/** Where a fragment is, below what it is part of: its own IRI, or the name of its member. */
export function fragmentIri({ options }: FragmentClass): string | undefined {
  const { iri, member } = (options as FragmentClass['options'] | undefined) ?? {};
  return iri ?? (typeof member === 'string' ? encodeURIComponent(member) : undefined);
}

/** One entry of an IRI map before its IRI was followed. */
export interface MapEntry {
  readonly map: MapName;
  readonly name: string;
  /** The IRI or template as it was declared. */
  readonly iri: string;
  /** The same as the document shows it. */
  readonly href: string;
  /** The resource that the entry itself declares; undefined where its IRI is to be followed. */
  readonly built?: ResourceNode;
}

/** Turns resource classes into nodes at their paths. */
export class NodeBuilder {
  readonly paths: PathRegistry;
  /** The entries of each node's maps, in the order of their declaration. */
  readonly entries: Map<LinkingNode, MapEntry[]> = new Map();
  readonly #findings: Findings;
  readonly #classes: ClassChecks;
  readonly #parts: PartBuilder;

  constructor(findings: Findings) {
    this.#findings = findings;
    this.paths = new PathRegistry(findings);
    this.#classes = new ClassChecks(findings);
    this.#parts = new PartBuilder(this.paths, this.#classes, findings);
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
      readsItsStore: leavesReadingToStore(declared, trial),
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
    // One that could not be built was reported, and is no link.
    const entryFor = (iri: string, built: ResourceNode | undefined) =>
      built && { map, name, iri, href: hrefOf(iri, node), built };
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
      `must be a class that extends ${expected}, or an IRI; found ${describeClass(value)}`,
    );
    return undefined;
  }
}

/** An IRI as a document at this node shows it: one from the root becomes relative, so that any prefix may stand before the API. */
function hrefOf(text: string, node: LinkingNode): string {
  if (!text.startsWith('/') || isExternal(text)) return text;
  return `${'../'.repeat(node.segments.length) || (text === '/' ? './' : '')}${text.slice(1)}`;
}
