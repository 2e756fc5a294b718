import { JSON_PATCH_MEDIA_TYPE } from '../../http/json-patch.js';
import { MERGE_PATCH_MEDIA_TYPE } from '../../http/merge-patch.js';
import type { EntityNode } from '../../resource/nodes.js';
import { entityResponse } from '../render/documents.js';
import { readBody, requireEntityBody } from '../request-body.js';
import type { HttpResponse } from '../http-message.js';
import type { RequestContext } from '../request-context.js';
import { jsonPatchBody, mergePatchBody, partialBody } from './body-patch.js';
import type { BodyPatch } from './body-patch.js';
import { patchEntity } from './change-entity.js';
import { patchIndex } from './patch-index.js';

/** PATCH: of an entity, in the format that the Content-Type names; of a catalog, by its `index`. */
export async function patch(request: RequestContext): Promise<HttpResponse> {
  const { node } = request;
  if (node.kind === 'catalog') return patchIndex(request, node);
  const entity = node as EntityNode;
  const found = await request.findEntity(entity);
  const change = await readPatch(request);
  return entityResponse(request, entity, await patchEntity(request, entity, found, change));
}

async function readPatch(request: RequestContext): Promise<BodyPatch> {
  const { type, value } = await readBody(request);
  switch (type) {
    case MERGE_PATCH_MEDIA_TYPE:
      return mergePatchBody(value);
    case JSON_PATCH_MEDIA_TYPE:
      return jsonPatchBody(value, request.api.bodyLimit);
    default:
      return partialBody(requireEntityBody(value, request));
  }
}
