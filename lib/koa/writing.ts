import type { Exchange } from '../resource/exchange.js';
import { refusalOf } from '../resource/refusals.js';
import { create, remove, replace, update } from './entity-writing.js';
import type { Answer, Incoming } from './incoming.js';
import type { Served } from './served.js';
import { varies } from './methods.js';
import { removeMember, replaceValue } from './value-writing.js';

/**
 * Carries out a method that changes something, which the resource is known to allow.
 *
 * @param type - the media type that the answer goes under
 * @throws {Problem} what stands against it; then nothing was changed
 */
export async function write(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
  type: string,
): Promise<Answer> {
  try {
    const answer = await act(served, exchange, incoming);
    return answer.body === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, 'Content-Type': type, Vary: varies(served) } };
  } catch (error) {
    throw refusalOf(error);
  }
}

function act(served: Served, exchange: Exchange, incoming: Incoming): Promise<Answer> {
  const { node, method } = exchange;
  switch (node.kind) {
    case 'catalog':
      return create(served, exchange, incoming, node);
    case 'entity':
      if (method === 'PUT') return replace(served, exchange, incoming, node);
      return method === 'PATCH'
        ? update(served, exchange, incoming, node)
        : remove(served, exchange, incoming, node);
    case 'fragment':
      return method === 'PUT'
        ? replaceValue(served, exchange, incoming, node)
        : removeMember(served, exchange, incoming, node);
    case 'view':
      return replaceValue(served, exchange, incoming, node);
  }
}
