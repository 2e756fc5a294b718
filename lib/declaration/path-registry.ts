import { pathOf } from './nodes.js';
import type { CatalogNode, LinkingNode, ResourceNode } from './nodes.js';
import { ResourceTree } from './resource-tree.js';
import type { Segment } from './resource-tree.js';
import { checkReserved } from './declared-iri.js';
import type { Findings, Whereabouts } from './declaration-findings.js';

/** The paths of an API, each of which is one resource's. */
export class PathRegistry {
  readonly tree: ResourceTree<ResourceNode> = new ResourceTree();
  readonly nodes: ResourceNode[] = [];
  readonly #findings: Findings;
  readonly #storeNames = new Set<string>();
  readonly #lost: string[] = [];

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /**
   * Gives a node its path.
   *
   * @param slash - whether the path ends in a slash
   * @returns the node of the same class that was at the path already, which serves for this one too;
   *   `'taken'` where another class has it, which is a finding; undefined where the path is the node's now
   */
  take<N extends ResourceNode>(node: N, slash: boolean, where: Whereabouts): N | 'taken' | undefined {
    checkReserved(node.segments, where, this.#findings);
    const taken = this.tree.add(node.segments, slash, node);
    if (taken === undefined) {
      this.nodes.push(node);
      return undefined;
    }
    if (taken.class === node.class && taken.kind === node.kind) return taken as N;
    const [path, other] = [pathOf(node), pathOf(taken)];
    const written = path === other ? '' : ` as ${other}`;
    this.#findings.add(
      where,
      `answers the path ${path}, which ${taken.className} answers already${written}; give one another IRI`,
    );
    this.lose(node.segments);
    return 'taken';
  }

  /** Remembers where something was declared that has no path, so that links into it are not found wrong too. */
  lose(segments: readonly Segment[], parent?: LinkingNode): undefined {
    const start = [...(parent?.segments ?? []), ...segments];
    // Below the root is everything, so that it would tell nothing.
    if (start.length > 0) this.#lost.push(pathOf({ segments: start, kind: 'catalog' }));
  }

  /** Whether a path leads into what {@link lose} was told of. */
  isLost(segments: readonly Segment[]): boolean {
    const path = pathOf({ segments, kind: 'catalog' });
    return this.#lost.some((start) => path.startsWith(start));
  }

  /**
   * The name that a store knows a catalog by: its path without variables, as long as that is the only one.
   *
   * @param above - the catalog that it stands below
   */
  storeName(segments: readonly Segment[], above: CatalogNode | undefined): string {
    const literals = literalsOf(segments);
    const ofAbove = above && literalsOf(above.segments);
    // Below a catalog whose own name stays whatever its path is, names stay too.
    if (
      above !== undefined &&
      ofAbove !== undefined &&
      this.#isNamed(above) &&
      literals.startsWith(`${ofAbove}/`)
    ) {
      return above.storeName + literals.slice(ofAbove.length);
    }
    const name = this.#storeNames.has(literals) ? pathOf({ segments, kind: 'view' }).slice(1) : literals;
    this.#storeNames.add(name);
    return name;
  }

  /** Whether the name of a catalog, or of one that it stands below, was declared. */
  #isNamed({ class: declared, parent }: CatalogNode): boolean {
    if (typeof declared.options.collection === 'string') return true;
    const above = parent?.kind === 'entity' ? parent.parent : parent;
    return above !== undefined && this.#isNamed(above);
  }
}

function literalsOf(segments: readonly Segment[]): string {
  return segments.flatMap((segment) => ('literal' in segment ? [segment.literal] : [])).join('/');
}
