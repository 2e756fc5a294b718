import { Catalog } from '../catalog.js';
import type { CatalogClass, EntityClass, FragmentClass, ViewClass } from '../classes.js';
import { Fragment } from '../fragment.js';
import type { CatalogNode, EntityNode, FragmentNode, MapName, ResourceNode, ViewNode } from '../nodes.js';
import { newNode, pathOf } from '../nodes.js';
import type { IdKind } from '../../store/store.js';
import type { Segment } from '../tree.js';
import { ResourceTree } from '../tree.js';
import type { DeclaredIri } from './declared-iri.js';
import { climbs, isExternal, readDeclaredIri, resolveSegments } from './declared-iri.js';
import type { Findings, Whereabouts } from './findings.js';
import type { BaseName } from './statics.js';
import { checkStatics, isCatalogClass, isFragmentClass, isViewClass, nameOf } from './statics.js';

/** One entry of an IRI map before its IRI was followed. */
export interface MapEntry {
  readonly map: MapName;
  readonly name: string;
  /** The IRI or template as the document shows it. */
  readonly href: string;
  /** The resource that the entry itself declares; undefined where its IRI is to be followed. */
  readonly planted?: ResourceNode;
}

/** A catalog or an entity, whose document has maps. */
export type LinkingNode = CatalogNode | EntityNode;

/** The first path segment of what the server answers itself. */
const RESERVED = 'problems';

/** Turns resource classes into nodes at their paths. */
export class Planting {
  readonly tree: ResourceTree<ResourceNode> = new ResourceTree();
  readonly nodes: ResourceNode[] = [];
  /** The entries of each node's maps, in the order of their declaration. */
  readonly entries: Map<LinkingNode, MapEntry[]> = new Map();
  readonly #findings: Findings;
  readonly #checked = new Set<unknown>();
  readonly #storeNames = new Set<string>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** @param above - the classes that the path has led through, outermost first */
  catalog(declared: CatalogClass, parent?: LinkingNode, above: readonly unknown[] = []): CatalogNode | undefined {
    this.#check(declared, 'Catalog');
    const where = { class: declared.name, member: 'iri', iri: declared.iri };
    if (above.includes(declared)) {
      this.#findings.add(where, 'declares itself within itself without end; link back by an IRI such as "../"');
      return undefined;
    }
    const iri = this.#iri(declared.iri, where, true);
    if (iri === undefined) return undefined;
    const segments = (parent === undefined ? iri.segments : resolveSegments(iri, parent.segments)) ?? [];
    const variables = this.#variables(segments, where);
    if (variables.length > (iri.absolute ? 0 : (parent?.variables.length ?? 0))) {
      this.#findings.add(where, 'the IRI of a catalog has no variable in its path; only entities have one, their id');
      return undefined;
    }
    const node = newNode<CatalogNode>({
      kind: 'catalog',
      class: declared,
      className: declared.name,
      segments,
      variables,
      // At a path of its own it is within nothing, whatever linked to it first.
      ...(parent && (!iri.absolute || parent.variables.length === 0) && { parent }),
      storeName: this.#storeName(segments),
      ids: (declared.ids as IdKind | undefined) ?? 'uuidv7',
    });
    const existing = this.#add(node, true, where);
    if (existing !== undefined) return existing as CatalogNode;
    const path = [...above, declared];
    if (typeof declared.entity === 'function') this.#entity(declared.entity as EntityClass, node, path);
    this.#maps(node, declared, path);
    return node;
  }

  #entity(declared: EntityClass, parent: CatalogNode, above: readonly unknown[]): void {
    this.#check(declared, 'Entity');
    const where = { class: declared.name, member: 'iri', iri: declared.iri };
    const iri = this.#iri(declared.iri, where, true);
    if (iri === undefined) return;
    if (iri.absolute || iri.segments.filter((segment) => 'variable' in segment).length !== 1) {
      this.#findings.add(where, 'the IRI of an entity is relative to its catalog and has one variable, the id, such as "{id}/"');
      return;
    }
    const segments = [...parent.segments, ...iri.segments];
    const node = newNode<EntityNode>({
      kind: 'entity',
      class: declared,
      className: declared.name,
      segments,
      variables: this.#variables(segments, where),
      parent,
    });
    if (this.#add(node, true, where) !== undefined) return;
    parent.entity = node;
    this.#maps(node, declared, [...above, declared]);
  }

  #maps(node: LinkingNode, declared: CatalogClass | EntityClass, above: readonly unknown[]): void {
    const entries: MapEntry[] = [];
    this.entries.set(node, entries);
    const names = new Map<string, MapName>();
    const maps = { catalogs: declared.catalogs, fragments: declared.fragments, views: declared.views };
    for (const [map, declaredMap] of Object.entries(maps) as [MapName, Readonly<Record<string, unknown>>][]) {
      for (const [name, value] of Object.entries(declaredMap ?? {})) {
        const where = { class: declared.name, member: map, name };
        const other = names.get(name);
        if (name === '') this.#findings.add(where, 'a link needs a name: clients bind to it');
        else if (other !== undefined) {
          this.#findings.add(where, `the name stands in ${other} too, and a client that looks it up cannot tell them apart; rename one`);
        }
        names.set(name, map);
        const entry = this.#mapEntry(node, map, name, value, where, above);
        if (entry !== undefined) entries.push(entry);
      }
    }
  }

  #mapEntry(
    node: LinkingNode,
    map: MapName,
    name: string,
    value: unknown,
    where: Whereabouts,
    above: readonly unknown[],
  ): MapEntry | undefined {
    if (map === 'catalogs' && isCatalogClass(value)) {
      return entryFor(map, name, hrefOf(value.iri, node), this.catalog(value, node, above));
    }
    if (map === 'views' && isViewClass(value)) {
      return entryFor(map, name, hrefOf(value.iri, node), this.#view(value, node));
    }
    if (map === 'fragments' && (isFragmentClass(value) || (node.kind === 'entity' && typeof value === 'string' && !isExternal(value)))) {
      const fragment = typeof value === 'string' ? memberFragment(value, node.className) : value;
      const iri = fragmentIri(fragment);
      return entryFor(map, name, hrefOf(iri, node), this.#fragment(fragment, iri, node, where));
    }
    if (typeof value === 'string') return { map, name, href: hrefOf(value, node) };
    const expected = { catalogs: 'Catalog', fragments: 'Fragment', views: 'View' }[map];
    this.#findings.add(where, `must be a class that extends ${expected}, or an IRI; found ${nameOf(value)}`);
    return undefined;
  }

  #view(declared: ViewClass, parent: LinkingNode): ViewNode | undefined {
    this.#check(declared, 'View');
    const where = { class: declared.name, member: 'iri', iri: declared.iri };
    const placed = this.#leaf(declared.iri, parent, where);
    if (placed === undefined) return undefined;
    const node = newNode<ViewNode>({ kind: 'view', class: declared, className: declared.name, ...placed, parent });
    return (this.#add(node, false, where) as ViewNode | undefined) ?? node;
  }

  #fragment(declared: FragmentClass, iri: string, parent: LinkingNode, via: Whereabouts): FragmentNode | undefined {
    if (!(declared.prototype instanceof MemberFragment)) this.#check(declared, 'Fragment');
    const where = { ...via, iri };
    const placed = this.#leaf(iri, parent, where);
    if (placed === undefined) return undefined;
    const { member } = declared;
    if (declared.prototype.value === Fragment.prototype.value && (member === undefined || parent.kind === 'catalog')) {
      this.#findings.add(via, 'names no member of a body (static member) and does not override value(): there is nothing to serve');
      return undefined;
    }
    const node = newNode<FragmentNode>({
      kind: 'fragment',
      class: declared,
      className: declared.name,
      ...placed,
      parent,
      ...(member !== undefined && { member }),
    });
    return (this.#add(node, false, where) as FragmentNode | undefined) ?? node;
  }

  #leaf(
    text: string,
    parent: LinkingNode,
    where: Whereabouts,
  ): Pick<ResourceNode, 'segments' | 'variables'> | undefined {
    const iri = this.#iri(text, where, false);
    if (iri === undefined) return undefined;
    const segments = resolveSegments(iri, parent.segments) ?? [];
    const variables = this.#variables(segments, where);
    if (variables.length > (iri.absolute ? 0 : parent.variables.length)) {
      this.#findings.add(where, 'has a variable in its path; declare it as query variable ({?name}) instead');
      return undefined;
    }
    return { segments, variables };
  }

  /** Checks a class once, however often it is linked to. */
  #check(declared: { readonly name: string }, base: BaseName): void {
    if (this.#checked.has(declared)) return;
    this.#checked.add(declared);
    checkStatics(declared, base, this.#findings);
  }

  #iri(text: unknown, where: Whereabouts, slash: boolean): DeclaredIri | undefined {
    if (typeof text !== 'string') {
      this.#findings.add({ class: where.class, member: 'iri' }, `is missing: declare where it is, such as static iri = "${slash ? 'users/' : 'counts'}"`);
      return undefined;
    }
    const iri = isExternal(text) ? { message: 'has a scheme or an authority; write it relative to the resource that links to it' } : readDeclaredIri(text);
    if ('message' in iri) this.#findings.add(where, iri.message);
    else if (climbs(iri)) this.#findings.add(where, 'holds . or .. segments; start with / for a path from the root of the API');
    else if (iri.slash !== slash) {
      const [path = '', query = ''] = text.split(/(?=\{[?&]|\?)/);
      this.#findings.add(
        where,
        slash
          ? `the path of a catalog or entity ends in a slash, so that relative links resolve against it; write "${path}/${query}"`
          : `the path of a view or fragment ends without a slash; write "${path.replace(/\/$/, '')}${query}"`,
      );
    } else return iri;
    return undefined;
  }

  #variables(segments: readonly Segment[], where: Whereabouts): readonly string[] {
    const variables = segments.flatMap((segment) => ('variable' in segment ? [segment.variable] : []));
    const twice = variables.find((variable, index) => variables.indexOf(variable) !== index);
    if (twice !== undefined) {
      this.#findings.add(where, `the variable ${twice} stands twice in the path ${pathOf({ segments, kind: 'catalog' })}; give one another name`);
    }
    return variables;
  }

  /** @returns the node of the same class that was at the path already, which serves for this one too */
  #add(node: ResourceNode, slash: boolean, where: Whereabouts): ResourceNode | undefined {
    const [first] = node.segments;
    if (first !== undefined && 'literal' in first && first.literal === RESERVED) {
      this.#findings.add(where, `the path /${RESERVED}/ is where the server explains its errors; choose another`);
      return undefined;
    }
    const taken = this.tree.add(node.segments, slash, node);
    if (taken === undefined) {
      this.nodes.push(node);
      return undefined;
    }
    if (taken.class === node.class && taken.kind === node.kind) return taken;
    this.#findings.add(where, `answers the path ${pathOf(node)}, which ${taken.className} answers already; give one another IRI`);
    return taken.kind === node.kind ? taken : undefined;
  }

  #storeName(segments: readonly Segment[]): string {
    const literals = segments.flatMap((segment) => ('literal' in segment ? [segment.literal] : [])).join('/');
    const name = this.#storeNames.has(literals) ? pathOf({ segments, kind: 'view' }).slice(1) : literals;
    this.#storeNames.add(name);
    return name;
  }
}

/** The entry of a class; one that could not be planted was reported, and is no link. */
function entryFor(map: MapName, name: string, href: string, planted: ResourceNode | undefined): MapEntry | undefined {
  return planted === undefined ? undefined : { map, name, href, planted };
}

/** What a string in an entity's `fragments` declares. */
abstract class MemberFragment extends Fragment {}

function memberFragment(member: string, owner: string): FragmentClass {
  const declared = class extends MemberFragment {
    static override member = member;
  };
  Object.defineProperty(declared, 'name', { value: `${owner}.fragments.${member}` });
  return declared;
}

function fragmentIri(declared: FragmentClass): string {
  return declared.iri ?? encodeURIComponent(declared.member ?? '');
}

/** An IRI as a document at this node shows it: one from the root becomes relative, so that any prefix may stand before the API. */
function hrefOf(iri: unknown, node: LinkingNode): string {
  const text = String(iri);
  if (!text.startsWith('/') || isExternal(text)) return text;
  return `${'../'.repeat(node.segments.length) || (text === '/' ? './' : '')}${text.slice(1)}`;
}

/** The root that a list of classes gets when none of them is one. */
export function rootOf(
  catalogs: Readonly<Record<string, CatalogClass>>,
  views: Readonly<Record<string, ViewClass>>,
  described: { readonly title?: string; readonly description?: string },
): CatalogClass {
  abstract class Root extends Catalog {
    static override iri = '/';
    static override catalogs = catalogs;
    static override views = views;
  }
  return Object.assign(Root as unknown as CatalogClass, described);
}
