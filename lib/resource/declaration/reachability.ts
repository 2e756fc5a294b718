import type { ResourceNode } from '../nodes.js';
import { pathOf } from '../nodes.js';
import type { Findings } from './findings.js';

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
