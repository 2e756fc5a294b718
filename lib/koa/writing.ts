import { create } from './creating.js';
import { etagAs } from './entity-tags.js';
import { EntityWriting } from './entity-writing.js';
import type { Answer } from './incoming.js';
import { patchIndex } from './index-patch.js';
import { representationHeaders } from './methods.js';
import { removeMember, replaceValue } from './value-writing.js';
import type { Visit } from './visit.js';

/**
 * Carries out a method that changes something, which the resource is known to allow.
 *
 * @param type - the media type that the answer goes under
 * @throws {Problem} what stands against it; then nothing was changed
 * @throws {StoreConflict} what the store has against it
 */
export async function write(visit: Visit, type: string): Promise<Answer> {
  const answer = await act(visit);
  return answer.body === undefined ? answer : asType(answer, visit, type);
}

/** An answer with a representation, as the media type that the client chose. */
function asType({ headers, ...answer }: Answer, { served, exchange: { node } }: Visit, type: string): Answer {
  const { ETag: etag } = headers;
  return {
    ...answer,
    headers: {
      ...headers,
      ...representationHeaders(served, type),
      ...(etag !== undefined && { ETag: etagAs(type, node, etag) }),
    },
  };
}

function act(visit: Visit): Promise<Answer> {
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
