import type { CatalogNode, EntityNode } from '../../resource/nodes.js';
import { hideReferences } from '../guard.js';
import { readIdempotencyKey, runOnce } from '../idempotency.js';
import { requirePreconditions } from '../preconditions.js';
import { entityResponse, validatorsForChange } from '../render/documents.js';
import { catalogValidators } from '../render/lists.js';
import { readBody, requireEntityBody } from '../request-body.js';
import type { EntityBody } from '../request-body.js';
import type { HttpResponse } from '../http-message.js';
import type { RequestContext } from '../request-context.js';
import { requireNewBody, requireReachable } from './change-entity.js';
import type { AnyCatalog } from './change-entity.js';

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
  const catalog = request.catalogAt(node) as unknown as AnyCatalog;
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
