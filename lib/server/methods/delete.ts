import { ProblemError } from '../../http/problem.js';
import type { EntityNode, FragmentNode } from '../../resource/nodes.js';
import { findOwner, memberValidators } from '../render/documents.js';
import type { HttpResponse } from '../http-message.js';
import type { RequestContext } from '../request-context.js';
import { catalogFor, idOf, retryOnConflict, versionOf } from './change-entity.js';
import { partialBody, patchEntity } from './patch.js';

/** DELETE: of an entity, or of a fragment whose member the schema lets be absent. */
export async function remove(request: RequestContext): Promise<HttpResponse> {
  const { node } = request;
  if (node.kind === 'entity') await removeEntity(request, node);
  else await removeMember(request, node as FragmentNode);
  return { status: 204, headers: {} };
}

async function removeEntity(request: RequestContext, node: EntityNode): Promise<void> {
  const found = await request.findEntity(node);
  const catalog = catalogFor(request, node);
  await retryOnConflict(request, node, found, (current) =>
    catalog.remove(idOf(request, node), versionOf(current, request.isConditional)),
  );
}

async function removeMember(request: RequestContext, node: FragmentNode): Promise<void> {
  const owner = await findOwner(request, node);
  const { member = '', parent } = node;
  if (owner === undefined || parent.kind !== 'entity' || !Object.hasOwn(owner.body, member)) {
    throw new ProblemError('not-found');
  }
  const patch = partialBody({ [member]: undefined });
  await patchEntity(request, parent, owner, patch, memberValidators(member));
}
