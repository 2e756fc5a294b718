import { UriTemplate, UriTemplateError } from '../protocol/uri-template/uri-template.js';
import { encodeSegment, pathOf } from './nodes.js';
import type { CatalogNode, Link, LinkingNode, MapName, ResourceNode } from './nodes.js';
import { pagingVariables, variableName } from './paging.js';
import { isKeywords, propertiesOf } from '../resource/schema.js';
import type { Segment } from './resource-tree.js';
import { isExternal, readDeclaredIri, resolveSegments } from './declared-iri.js';
import type { DeclaredIri } from './declared-iri.js';
import { nearest, suggestion } from '../protocol/edit-distance.js';
import type { Findings, Whereabouts } from './declaration-findings.js';
import type { MapEntry, NodeBuilder } from './node-builder.js';
import { isNames } from './class-options.js';

/**
 * Finds what no client can find, because nothing links to it.
 *
 * @param starts - the root, and what counts as linked to for other reasons
 */
export function checkReachable(
  starts: readonly ResourceNode[],
  nodes: readonly ResourceNode[],
  findings: Findings,
): void {
  const reached = new Set<ResourceNode>(starts);
  // A set gives what is added while it is walked, so that this visits all that can be reached.
  for (const node of reached) {
    if (node.kind !== 'catalog' && node.kind !== 'entity') continue;
    for (const { target } of node.links) if (target !== undefined) reached.add(target);
    if (node.kind === 'catalog' && node.listing !== undefined) reached.add(node.listing.entity);
  }
  for (const node of nodes) {
    // What hangs on something that nothing links to goes without saying.
    if (reached.has(node) || (node.parent !== undefined && !reached.has(node.parent))) continue;
    findings.add(
      { class: node.className },
      `nothing links to it at ${pathOf(node)}, so that no client can find it; link to it from a catalog that the root leads to`,
    );
  }
}

const KIND_OF_MAP: Readonly<Record<MapName, ResourceNode['kind']>> = {
  catalogs: 'catalog',
  fragments: 'fragment',
  views: 'view',
};
const MAP_OF_KIND = { catalog: 'catalogs', fragment: 'fragments', view: 'views' } as const;

/** Follows every IRI of the declarations to the resource that it leads to, and finds those that lie. */
export class LinkResolver {
  readonly #builder: NodeBuilder;
  readonly #findings: Findings;
  /** What links that were found wrong were most likely meant for. */
  readonly #meant = new Set<ResourceNode>();
  #unread = false;

  constructor(builder: NodeBuilder, findings: Findings) {
    this.#builder = builder;
    this.#findings = findings;
  }

  followAll(root: CatalogNode): void {
    for (const [node, entries] of this.#builder.entries) {
      node.links = entries.flatMap((entry) => this.#link(node, entry) ?? []);
      if (node.kind === 'catalog') this.#listing(node);
    }
    // Where a link could not be read, nobody can tell what else it would have led to.
    if (!this.#unread) checkReachable([root, ...this.#meant], this.#builder.paths.nodes, this.#findings);
  }

  /** Finds links that no client can follow, for they lack a variable. */
  checkRequiredVariables(root: CatalogNode): void {
    for (const [node, entries] of this.#builder.entries) {
      for (const { map, name, iri: text, built } of entries) {
        const target = node.links.find((link) => link.map === map && link.name === name)?.target;
        const iri = readDeclaredIri(text);
        if (target === undefined || 'message' in iri) continue;
        // An IRI that its class declares is found at the class, however often that is linked to.
        const where =
          built === undefined
            ? { class: node.className, member: map, name, iri: text }
            : { class: target.className, member: 'iri', iri: text };
        this.#requiredVariables(iri.query, target, where);
      }
    }
    // The root is where clients begin, without a link.
    this.#requiredVariables([], root, { class: root.className, member: 'query' });
  }

  /** The catalog that an IRI leads to, as one in a map of the same document would. */
  catalogAt(text: string, from: LinkingNode, where: Whereabouts): CatalogNode | undefined {
    const iri = isExternal(text)
      ? { message: 'leads out of the API; nobody could hold that what is there exists' }
      : readDeclaredIri(text);
    if ('message' in iri) {
      this.#findings.add(where, iri.message);
      return undefined;
    }
    if (iri.query.length > 0) {
      this.#findings.add(where, 'has a query, but leads to a catalog as a whole; leave the query away');
      return undefined;
    }
    const target = this.#target(iri, from, 'catalog', where);
    if (target === undefined || target.kind === 'catalog') return target;
    this.#findings.add(
      where,
      `leads to ${target.className}, which is no catalog but a${target.kind === 'entity' ? 'n' : ''} ${target.kind}`,
    );
    return undefined;
  }

  #link(node: LinkingNode, { map, name, iri: text, href, built }: MapEntry): Link | undefined {
    const where = { class: node.className, member: map, name, iri: text };
    if (isExternal(text)) return this.#external(text, where) ? { map, name, href } : undefined;
    const iri = readDeclaredIri(text);
    if ('message' in iri) {
      if (built === undefined) {
        this.#findings.add(where, iri.message);
        this.#unread = true;
      }
      return undefined;
    }
    const target = built ?? this.#target(iri, node, KIND_OF_MAP[map], where);
    if (target === undefined) return undefined;
    if (target.kind !== KIND_OF_MAP[map]) {
      this.#meant.add(target);
      const belongs =
        target.kind === 'entity' ? 'list it in entities' : `put it into ${MAP_OF_KIND[target.kind]}`;
      this.#findings.add(
        where,
        `leads to ${target.className}, which is no ${KIND_OF_MAP[map]} but ${target.kind === 'entity' ? 'an' : 'a'} ${target.kind}; ${belongs}`,
      );
      return undefined;
    }
    if (built === undefined) this.#queryVariables(iri, target, where);
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

  #target(
    iri: DeclaredIri,
    from: LinkingNode,
    wanted: ResourceNode['kind'],
    where: Whereabouts,
  ): ResourceNode | undefined {
    const segments = resolveSegments(iri, from.segments);
    const found = segments === undefined ? undefined : this.#builder.paths.tree.at(segments);
    if (segments === undefined || found === undefined || isAccident(segments, found.resource, wanted)) {
      this.#deadEnd(segments, iri, where);
      return undefined;
    }
    const { resource, slash } = found;
    if (slash !== iri.slash) {
      this.#meant.add(resource);
      this.#findings.add(
        where,
        `leads to ${resource.className} only by a redirect: its path is ${pathOf(resource)}, ${slash ? 'with' : 'without'} the slash`,
      );
      return undefined;
    }
    this.#pathVariables(segments, resource, where);
    return resource;
  }

  #deadEnd(segments: readonly Segment[] | undefined, iri: DeclaredIri, where: Whereabouts): void {
    if (segments === undefined)
      return this.#findings.add(where, 'climbs above the root of the API; take away some of its ..');
    if (this.#builder.paths.isLost(segments)) return;
    const path = pathOf({ segments, kind: iri.slash ? 'catalog' : 'view' });
    const paths = new Map(this.#builder.paths.nodes.map((node) => [pathOf(node), node]));
    const meant = paths.get(nearest(path, paths.keys()) ?? '');
    if (meant !== undefined) this.#meant.add(meant);
    this.#findings.add(where, `leads to no declared resource (${path})${suggestion(path, paths.keys())}`);
  }

  /** A variable in the path of a link is the one that the target declares at this place. */
  #pathVariables(segments: readonly Segment[], target: ResourceNode, where: Whereabouts): void {
    segments.forEach((segment, index) => {
      const declared = target.segments[index];
      if (!('variable' in segment) || declared === undefined || !('variable' in declared)) return;
      if (declared.variable === segment.variable) return;
      this.#findings.add(
        where,
        `the variable ${segment.variable} is none that ${target.className} declares; write {${declared.variable}}, as in ${pathOf(target)}`,
      );
    });
  }

  #queryVariables(iri: DeclaredIri, target: ResourceNode, where: Whereabouts): void {
    const declared = queryOf(target);
    if (declared === undefined) return;
    for (const name of iri.query.filter((variable) => !declared.includes(variable))) {
      const known = declared.length === 0 ? 'it declares none' : `it declares ${declared.join(', ')}`;
      this.#findings.add(
        where,
        `the variable ${name} is none that ${target.className} declares in its query (${known})${suggestion(name, declared)}`,
      );
    }
  }

  /** A client that follows a link has no other variables than it names; the rest is refused, each time. */
  #requiredVariables(named: readonly string[], target: ResourceNode, where: Whereabouts): void {
    if (target.kind !== 'catalog' && target.kind !== 'view') return;
    const { query } = target.class.options;
    const required: unknown = isKeywords(query) ? query['required'] : undefined;
    if (!isNames(required)) return;
    const known = queryOf(target) ?? [];
    // A variable that was found misspelt would be found to be missing, too.
    if (this.#findings.concern(target.className) || named.some((name) => !known.includes(name))) return;
    const properties = propertiesOf(query);
    for (const name of required) {
      if (named.includes(name) || properties[name]?.['default'] !== undefined) continue;
      this.#findings.add(
        where,
        `leads to ${target.className} without the query variable ${name}, which that requires; write {?${variableName(name)}} at the end, give the variable a default, or make it optional`,
      );
    }
  }

  /** What the document lists: the catalog's own entities, or those of the catalog that a template leads to. */
  #listing(node: CatalogNode): void {
    const { entities } = node.class.options;
    if (node.entity !== undefined) {
      node.listing = {
        entity: node.entity,
        href: hrefWith(node.entity.segments.slice(node.segments.length)),
      };
      return;
    }
    if (typeof entities !== 'string') return;
    const where = { class: node.className, member: 'entities', iri: entities };
    const iri = isExternal(entities)
      ? { message: 'leads out of the API; a catalog lists entities of this one' }
      : readDeclaredIri(entities);
    if ('message' in iri) {
      this.#unread = true;
      return this.#findings.add(where, iri.message);
    }
    const target = this.#target(iri, node, 'entity', where);
    if (target === undefined) return;
    if (target.kind !== 'entity') {
      return this.#findings.add(
        where,
        `leads to ${target.className}, which is no entity; write a template such as "../{id}/"`,
      );
    }
    const missing = target.parent.variables.find((variable) => !node.variables.includes(variable));
    if (missing !== undefined) {
      return this.#findings.add(
        where,
        `leads to entities below {${missing}}, which the path ${pathOf(node)} does not know`,
      );
    }
    const last = iri.segments.findLastIndex((segment) => 'variable' in segment);
    const shared = iri.segments.slice(0, last).some((segment) => 'variable' in segment);
    if (last === -1 || shared) {
      return this.#findings.add(
        where,
        'has one variable, the id of the entity; climb with .. to what the paths share',
      );
    }
    const climb = iri.absolute ? '../'.repeat(node.segments.length) : '';
    const href = hrefWith(iri.segments);
    node.listing = { entity: target, href: (id) => climb + href(id) };
  }
}

/** The query variables that a target declares; undefined where its schema is none, which is a finding of its own. */
function queryOf(target: ResourceNode): readonly string[] | undefined {
  if (target.kind !== 'catalog' && target.kind !== 'view') return [];
  const { query, iri } = target.class.options;
  if (query !== undefined && !(isKeywords(query) && query['type'] === 'object')) return undefined;
  const own = readDeclaredIri(iri);
  const brought = target.kind === 'catalog' ? Object.keys(pagingVariables(target)) : [];
  return [
    ...new Set([...Object.keys(propertiesOf(query)), ...('message' in own ? [] : own.query), ...brought]),
  ];
}

/** Whether a path only leads to a resource because an id can be any text: `seller/` is a misspelling, and no entity. */
function isAccident(
  segments: readonly Segment[],
  found: ResourceNode,
  wanted: ResourceNode['kind'],
): boolean {
  return (
    found.kind !== wanted &&
    found.segments.some((segment, index) => 'variable' in segment && 'literal' in (segments[index] ?? {}))
  );
}

/** @param segments - of which one is a variable, the id */
function hrefWith(segments: readonly Segment[]): (id: string) => string {
  const at = segments.findIndex((segment) => 'variable' in segment);
  const before = literalText(segments.slice(0, at));
  const after = `/${literalText(segments.slice(at + 1))}`;
  return (id) => `${before}${encodeSegment(id)}${after}`;
}

function literalText(segments: readonly Segment[]): string {
  return segments.map((segment) => `${'literal' in segment ? encodeSegment(segment.literal) : ''}/`).join('');
}
