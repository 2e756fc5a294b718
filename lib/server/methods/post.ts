import { expandPath } from '../../declaration/nodes.js';
import type { CatalogNode, EntityNode } from '../../declaration/nodes.js';
import { hideReferences } from '../guard.js';
import { readIdempotencyKey, runOnce } from '../idempotency.js';
import { requirePreconditions } from '../require-preconditions.js';
import { entityResponse, validatorsForChange } from '../render/entities.js';
import { catalogValidators } from '../render/lists.js';
import { readBody, requireEntityBody, requireNewBody } from '../request-body.js';
import type { EntityBody } from '../request-body.js';
import type { HttpResponse } from '../http-message.js';
import type { RequestContext } from '../request-context.js';

/** POST to a catalog: makes an entity of the document, under an id that the catalog gives. */
export async function post(request: RequestContext): Promise<HttpResponse> {
  const node = request.node as CatalogNode;
  const key = readIdempotencyKey(request);
  const received = await readBody(request);
  const body = requireNewBody(node.entity as EntityNode, requireEntityBody(received.value, request));
  const create = (part: RequestContext) => createEntity(part, node, body);
  if (key !== undefined) return runOnce(request, key, received, create);
  return request.isConditional ? request.inExclusiveTransaction(request.path, create) : create(request);
}

async function createEntity(
  request: RequestContext,
  node: CatalogNode,
  body: EntityBody,
): Promise<HttpResponse> {
  const entity = node.entity as EntityNode;
  if (request.isConditional) {
    requirePreconditions(request, validatorsForChange(await catalogValidators(request, node)));
  }
  const catalog = request.catalogAt(node);
  if (request.api.guard !== undefined) hideReferences(request, entity, body);
  const created = await request.withTimeout(catalog.create(body));
  if (typeof created?.id !== 'string') {
    throw new TypeError(
      `${node.className}.create() gives the entity with its id; found ${JSON.stringify(created)}`,
    );
  }
  const there = request.at(entity, [...request.values, created.id]);
  requireReachable(there, entity, created.id);
  return entityResponse(there, entity, created, 201);
}

/**
 * Holds a class to what its catalog makes: an entity that a request can reach.
 *
 * @throws {TypeError} where no path leads to it
 */
export function requireReachable(request: RequestContext, node: EntityNode, id: string): void {
  // Such as `..`, or the name of a view beside the entities: no request would ever reach it.
  const match = request.api.declaration.tree.find(expandPath(node, request.values));
  if (match?.resource === node) return;
  const { className } = node.parent;
  throw new TypeError(`no path leads to an entity with the id ${JSON.stringify(id)} in ${className}`);
}
