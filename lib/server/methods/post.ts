import { asOne, withTimeout } from '../request-context.js';
import type { RequestContext, HttpResponse, Visit } from '../request-context.js';
import type { CatalogNode, EntityNode } from '../../resource/nodes.js';
import { hideReferences } from '../guard.js';
import { catalogValidators } from '../render/lists.js';
import { isConditional, requirePreconditions } from '../preconditions.js';
import { forChange } from '../render/documents.js';
import { EntityWriting, accept } from './change-entity.js';
import type { AnyCatalog } from './change-entity.js';
import { idempotencyKey, once } from '../idempotency.js';
import { bodyOf, readSent } from '../request-body.js';
import type { EntityBody } from '../request-body.js';

/** POST: makes an entity of the document, under an id that the catalog gives. */
export async function create(visit: Visit, node: CatalogNode): Promise<HttpResponse> {
  const key = idempotencyKey(visit);
  const received = await readSent(visit);
  const body = accept(node.entity as EntityNode, bodyOf(received.value, visit));
  const run = (part: Visit) => createOf(part, node, body);
  if (key !== undefined) return once(visit, key, received, run);
  return isConditional(visit.incoming) ? asOne(visit, visit.exchange.path, run) : run(visit);
}

async function createOf(visit: Visit, node: CatalogNode, body: EntityBody): Promise<HttpResponse> {
  const { served, exchange, incoming } = visit;
  const entity = node.entity as EntityNode;
  if (isConditional(incoming)) {
    requirePreconditions(visit, forChange(await catalogValidators(served, exchange, node)));
  }
  const catalog = exchange.catalogAt(node) as unknown as AnyCatalog;
  if (served.guard !== undefined) hideReferences(served, exchange, entity, body);
  const created = await withTimeout(served, exchange, catalog.create(body));
  if (typeof created?.id !== 'string') {
    throw new TypeError(
      `${node.className}.create() gives the entity with its id; found ${JSON.stringify(created)}`,
    );
  }
  const there: RequestContext = exchange.at(entity, [...exchange.values, created.id]);
  return new EntityWriting({ ...visit, exchange: there }, entity).created(created, created.id);
}
