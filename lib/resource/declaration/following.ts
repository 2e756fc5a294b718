import { UriTemplate, UriTemplateError } from '../../protocol/uri-template.js';
import type { CatalogNode, EntityNode, Link, MapName, ResourceNode } from '../nodes.js';
import { encodeSegment, pathOf } from '../nodes.js';
import type { Keywords } from '../schema.js';
import type { Segment } from '../tree.js';
import type { DeclaredIri } from './declared-iri.js';
import { isExternal, readDeclaredIri, resolveSegments } from './declared-iri.js';
import type { Findings, Whereabouts } from './findings.js';
import { suggestion } from './findings.js';
import type { LinkingNode, MapEntry, Planting } from './planting.js';

const KIND_OF_MAP: Readonly<Record<MapName, ResourceNode['kind']>> = {
  catalogs: 'catalog',
  fragments: 'fragment',
  views: 'view',
};
const MAP_OF_KIND = { catalog: 'catalogs', fragment: 'fragments', view: 'views' } as const;

/** Follows every IRI of the declarations to the resource that it leads to, and finds those that lie. */
export class Following {
  readonly #planting: Planting;
  readonly #findings: Findings;

  constructor(planting: Planting, findings: Findings) {
    this.#planting = planting;
    this.#findings = findings;
  }

  followAll(root: CatalogNode): void {
    for (const [node, entries] of this.#planting.entries) {
      node.links = entries.flatMap((entry) => this.#link(node, entry) ?? []);
      if (node.kind === 'catalog') this.#listing(node);
    }
    this.#reach(root);
  }

  #link(node: LinkingNode, { map, name, href, planted }: MapEntry): Link | undefined {
    const where = { class: node.className, member: map, name, iri: href };
    if (isExternal(href)) return this.#external(href, where) ? { map, name, href } : undefined;
    const iri = readDeclaredIri(href);
    if ('message' in iri) {
      if (planted === undefined) this.#findings.add(where, iri.message);
      return undefined;
    }
    const target = planted ?? this.#target(iri, node, where);
    if (target === undefined) return undefined;
    if (target.kind !== KIND_OF_MAP[map]) {
      const belongs = target.kind === 'entity' ? 'list it in entities' : `put it into ${MAP_OF_KIND[target.kind]}`;
      this.#findings.add(where, `leads to ${target.className}, which is no ${KIND_OF_MAP[map]} but ${target.kind === 'entity' ? 'an' : 'a'} ${target.kind}; ${belongs}`);
      return undefined;
    }
    if (planted === undefined) this.#queryVariables(iri, target, where);
    return { map, name, href, target };
  }

  #external(href: string, where: Whereabouts): boolean {
    try {
      UriTemplate.parse(href);
      return true;
    } catch (error) {
      if (!(error instanceof UriTemplateError)) throw error;
      this.#findings.add(where, error.message);
      return false;
    }
  }

  #target(iri: DeclaredIri, from: LinkingNode, where: Whereabouts): ResourceNode | undefined {
    const segments = resolveSegments(iri, from.segments);
    const found = segments === undefined ? undefined : this.#planting.tree.at(segments);
    if (segments === undefined || found === undefined) {
      const paths = this.#planting.nodes.map((node) => pathOf(node));
      const path = segments === undefined ? iri.text : pathOf({ segments, kind: iri.slash ? 'catalog' : 'view' });
      this.#findings.add(where, `leads to no declared resource (${path})${suggestion(path, paths)}`);
      return undefined;
    }
    const { resource, slash } = found;
    if (slash !== iri.slash) {
      this.#findings.add(where, `leads to ${resource.className} only by a redirect: its path is ${pathOf(resource)}, ${slash ? 'with' : 'without'} the slash`);
      return undefined;
    }
    this.#pathVariables(segments, resource, where);
    return resource;
  }

  /** A variable in the path of a link is the one that the target declares at this place. */
  #pathVariables(segments: readonly Segment[], target: ResourceNode, where: Whereabouts): void {
    segments.forEach((segment, index) => {
      const declared = target.segments[index];
      if (!('variable' in segment) || declared === undefined || !('variable' in declared)) return;
      if (declared.variable === segment.variable) return;
      this.#findings.add(where, `the variable ${segment.variable} is none that ${target.className} declares; write {${declared.variable}}, as in ${pathOf(target)}`);
    });
  }

  #queryVariables(iri: DeclaredIri, target: ResourceNode, where: Whereabouts): void {
    const declared = declaredQuery(target);
    for (const name of iri.query.filter((variable) => !declared.includes(variable))) {
      const known = declared.length === 0 ? 'it declares none' : `it declares ${declared.join(', ')}`;
      this.#findings.add(where, `the variable ${name} is none that ${target.className} declares in its query (${known})${suggestion(name, declared)}`);
    }
  }

  /** What the document lists: the catalog's own entities, or those of the catalog that a template leads to. */
  #listing(node: CatalogNode): void {
    const { entity } = node.class;
    if (node.entity !== undefined) {
      node.listing = { entity: node.entity, href: hrefWith(node.entity.segments.slice(node.segments.length)) };
      return;
    }
    if (typeof entity !== 'string') return;
    const where = { class: node.className, member: 'entity', iri: entity };
    const iri = isExternal(entity) ? { message: 'leads out of the API; a catalog lists entities of this one' } : readDeclaredIri(entity);
    if ('message' in iri) return this.#findings.add(where, iri.message);
    const target = this.#target(iri, node, where);
    if (target === undefined) return;
    if (target.kind !== 'entity') {
      return this.#findings.add(where, `leads to ${target.className}, which is no entity; write a template such as "../{id}/"`);
    }
    const missing = target.parent.variables.find((variable) => !node.variables.includes(variable));
    if (missing !== undefined) {
      return this.#findings.add(where, `leads to entities below {${missing}}, which the path ${pathOf(node)} does not know`);
    }
    const last = iri.segments.findLastIndex((segment) => 'variable' in segment);
    const shared = iri.segments.slice(0, last).some((segment) => 'variable' in segment);
    if (last === -1 || shared) {
      return this.#findings.add(where, 'has one variable, the id of the entity; climb with .. to what the paths share');
    }
    node.listing = { entity: target as EntityNode, href: hrefWith(iri.segments) };
  }

  #reach(root: CatalogNode): void {
    const reached = new Set<ResourceNode>([root]);
    // A set gives what is added while it is walked, so that this visits all that can be reached.
    for (const node of reached) {
      if (node.kind !== 'catalog' && node.kind !== 'entity') continue;
      for (const { target } of node.links) if (target !== undefined) reached.add(target);
      if (node.kind === 'catalog' && node.listing !== undefined) reached.add(node.listing.entity);
    }
    for (const node of this.#planting.nodes) {
      if (reached.has(node)) continue;
      this.#findings.add(
        { class: node.className },
        `nothing links to it at ${pathOf(node)}, so that no client can find it; link to it from a catalog that the root leads to`,
      );
    }
  }
}

/** The query variables that a node's class declares, by its schema. */
export function declaredQuery(node: ResourceNode): readonly string[] {
  const query = node.kind === 'catalog' || node.kind === 'view' ? (node.class.query as Keywords | undefined) : undefined;
  return Object.keys((query?.['properties'] as object | undefined) ?? {});
}

function hrefWith(segments: readonly Segment[]): (id: string) => string {
  return (id) =>
    `${segments.map((segment) => encodeSegment('literal' in segment ? segment.literal : id)).join('/')}/`;
}
