import { Catalog } from '../resource/resource-classes.js';
import type { Method } from '../resource/resource-classes.js';
import type { BodySchema } from './body-schema.js';
import type { CatalogNode, FragmentNode, ResourceNode, ViewNode } from './nodes.js';
import type { Findings } from './declaration-findings.js';
import { isMethods } from './class-options.js';

/** Finds out which methods a node answers, from what its class declares and overrides. */
export function declareMethods(node: ResourceNode, findings: Findings): void {
  const possible = POSSIBLE[node.kind](node as never);
  const chosen = node.kind === 'view' ? undefined : node.class.options.methods;
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

function ofCatalog({ entity, ids, class: declared }: CatalogNode): readonly Method[] {
  if (entity === undefined) return ['GET'];
  const { create, read } = declared.prototype;
  // Where clients choose ids, they do so by PUT; a POST would leave the id open.
  const creates = create !== Catalog.prototype.create || ids !== 'client';
  const { methods: chosen } = entity.class.options;
  const changes = !isMethods(chosen) || chosen.includes('PATCH') || chosen.includes('DELETE');
  // What a class draws from elsewhere, no transaction of the store makes one change of several.
  const kept = read === Catalog.prototype.read;
  return ['GET', ...(creates ? (['POST'] as const) : []), ...(kept && changes ? (['PATCH'] as const) : [])];
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
  return node.class.prototype.replace !== undefined && node.class.options.schema !== undefined;
}

/** Whether changes of a node have to name the version that they are for: a part does as what it is part of. */
export function requiresIfMatch(node: ResourceNode, byDefault: boolean): boolean {
  const { requireIfMatch: own } = node.class.options;
  if (typeof own === 'boolean') return own;
  return node.kind === 'fragment' ? requiresIfMatch(node.parent, byDefault) : byDefault;
}
