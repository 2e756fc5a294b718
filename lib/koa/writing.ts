import { create } from './creating.js';
import { etagAs } from './entity-tags.js';
import { EntityWriting } from './entity-writing.js';
import type { HttpResponse } from './incoming.js';
import { patchIndex } from './index-patch.js';
import { representationHeaders } from './methods.js';
import { removeMember, replaceValue } from './value-writing.js';
import type { Visit } from './visit.js';

/**
 * Carries out a method that changes something, which the resource is known to allow.
 *
 * @param type - the media type that the answer goes under
 * @throws@throws {ProblemError} what stands against it; then nothing was changed
 * @throws {StoreConflictError} what the store has against it
 */
export async function write(visit: Visit, type: string): Promise<HttpResponse> {
  const answer = await act(visit);
  const { status, headers: given, body } = answer;
  if (body === undefined) return answer;
  const headers = Object.assign(representationHeaders(visit.served, type), given);
  const { etag } = given;
  if (etag !== undefined) headers['etag'] = etagAs(type, visit.exchange.node, etag);
  return { status, headers, body };
}

function act(visit: Visit): Promise<HttpResponse> {
  const { node, method } = visit.exchange;
  switch (node.kind) {
    case 'catalog':
      return method === 'PATCH' ? patchIndex(visit, node) : create(visit, node);
    case 'entity': {
      const writing = new EntityWriting(visit, node);
      if (method === 'PUT') return writing.replace();
      return method === 'PATCH' ? writing.update() : writing.remove();
    }
    case 'fragment':
      return method === 'PUT' ? replaceValue(visit, node) : removeMember(visit, node);
    case 'view':
      return replaceValue(visit, node);
  }
}
