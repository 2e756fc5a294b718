import { ProblemError } from '../../http/problem.js';
import type { EntityNode, FragmentNode } from '../../declaration/nodes.js';
import { findOwner, memberValidators } from '../render/entities.js';
import type { HttpResponse } from '../http-message.js';
import type { RequestContext } from '../request-context.js';
import { requireEntityPreconditions } from '../require-preconditions.js';
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
  const catalog = request.catalogAt(node.parent);
  await request.retryOnConflict(node, found, (current) => {
    if (request.hasPreconditions) requireEntityPreconditions(request, node, current);
    const { version } = current;
    return catalog.remove(
      request.idOf(node),
      request.isConditional && version !== undefined ? { version } : {},
    );
  });
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
