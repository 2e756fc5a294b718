import { Catalog } from '../catalog.js';
import type { Method } from '../catalog.js';
import type { BodySchema } from '../body-schema.js';
import type { CatalogNode, FragmentNode, ResourceNode, ViewNode } from '../nodes.js';
import type { Findings } from './findings.js';
import { isMethods } from './statics.js';

/** Finds out which methods a node answers, from what its class declares and overrides. */
export function declareMethods(node: ResourceNode, findings: Findings): void {
  const possible = POSSIBLE[node.kind](node as never);
  const chosen = node.kind === 'view' ? undefined : node.class.methods;
  // What is no list of methods was found by its static.
  if (!isMethods(chosen)) {
    node.methods = possible;
    return;
  }
  for (const method of chosen.filter((wanted) => !possible.includes(wanted))) {
    findings.add(
      { class: node.className, member: 'methods' },
      `${method} is nothing that this ${node.kind} can answer; it can answer ${possible.join(', ')}`,
    );
  }
  node.methods = possible.filter((method) => chosen.includes(method));
}

const POSSIBLE = {
  catalog: ofCatalog,
  entity: (): readonly Method[] => ['GET', 'PUT', 'PATCH', 'DELETE'],
  fragment: ofFragment,
  view: ofView,
};

function ofCatalog(node: CatalogNode): readonly Method[] {
  const creates = node.class.prototype.create !== Catalog.prototype.create;
  // Where clients choose ids, they do so by PUT; a POST would leave the id open.
  return node.entity !== undefined && (creates || node.ids !== 'client') ? ['GET', 'POST'] : ['GET'];
}

function ofFragment(node: FragmentNode): readonly Method[] {
  const owner = node.parent;
  if (node.member === undefined || owner.kind === 'catalog')
    return writableByClass(node) ? ['GET', 'PUT'] : ['GET'];
  // Undefined where its schema was refused, which is a finding of its own.
  const body = owner.body as BodySchema | undefined;
  if (body === undefined || body.isReadOnly(node.member) || !owner.methods.includes('PATCH')) return ['GET'];
  return body.required.has(node.member) ? ['GET', 'PUT'] : ['GET', 'PUT', 'DELETE'];
}

function ofView(node: ViewNode): readonly Method[] {
  return writableByClass(node) ? ['GET', 'PUT'] : ['GET'];
}

function writableByClass(node: FragmentNode | ViewNode): boolean {
  return node.class.prototype.replace !== undefined && node.class.schema !== undefined;
}
