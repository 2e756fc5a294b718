import { refusalOf } from '../resource/refusals.js';
import { EntityWriting, create } from './entity-writing.js';
import type { Answer } from './incoming.js';
import { representationHeaders } from './methods.js';
import { removeMember, replaceValue } from './value-writing.js';
import type { Visit } from './visit.js';

/**
 * Carries out a method that changes something, which the resource is known to allow.
 *
 * @param type - the media type that the answer goes under
 * @throws {Problem} what stands against it; then nothing was changed
 */
export async function write(visit: Visit, type: string): Promise<Answer> {
  try {
    const answer = await act(visit);
    if (answer.body === undefined) return answer;
    return { ...answer, headers: { ...answer.headers, ...representationHeaders(visit.served, type) } };
  } catch (error) {
    throw refusalOf(error);
  }
}

function act(visit: Visit): Promise<Answer> {
  const { node, method } = visit.exchange;
  switch (node.kind) {
    case 'catalog':
      return create(visit, node);
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
