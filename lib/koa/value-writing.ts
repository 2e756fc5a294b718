import { Problem } from '../http/problem.js';
import { formatPointer } from '../protocol/json-pointer.js';
import type { Exchange } from '../resource/exchange.js';
import { toJsonText } from '../resource/json-text.js';
import type { EntityNode, FragmentNode, ViewNode } from '../resource/nodes.js';
import { applyChanges } from './entity-writing.js';
import { requirePreconditions } from './conditions.js';
import type { Answer, Incoming } from './incoming.js';
import { findOwner, instantiate, memberValidators, representValue } from './representation.js';
import { invalid, readValue } from './request-document.js';
import type { Served } from './served.js';
import { settle } from './settle.js';

/** PUT of a value: a member of an entity's body, or what a class takes by its `replace`. */
export async function replaceValue(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
  node: FragmentNode | ViewNode,
): Promise<Answer> {
  const owner = await findOwner(served, exchange, node);
  const value = await readValue(served, incoming);
  if (
    node.kind === 'fragment' &&
    node.member !== undefined &&
    node.parent.kind === 'entity' &&
    owner !== undefined
  ) {
    const { member } = node;
    exchange.entity = await rooted(member, () =>
      applyChanges(
        served,
        exchange,
        incoming,
        node.parent as EntityNode,
        owner,
        memberValidators(member),
        () => ({ [member]: value }),
      ),
    );
  } else {
    requirePreconditions(incoming, {});
    const errors = node.schema?.errors(value) ?? [];
    if (errors.length > 0) throw invalid(errors);
    const given = await settle(served, exchange, instantiate(node).replace?.(value, exchange as never));
    if (given !== undefined) return { status: 200, headers: {}, body: toJsonText(given) };
  }
  const { etag, text } = await representValue(served, exchange, node);
  return { status: 200, headers: etag === undefined ? {} : { ETag: etag }, body: await text() };
}

/** DELETE of a fragment whose member the schema lets be absent. */
export async function removeMember(
  served: Served,
  exchange: Exchange,
  incoming: Incoming,
  node: FragmentNode,
): Promise<Answer> {
  const owner = await findOwner(served, exchange, node);
  const member = node.member ?? '';
  if (owner === undefined || !Object.hasOwn(owner.body, member)) throw new Problem('not-found');
  await applyChanges(
    served,
    exchange,
    incoming,
    node.parent as EntityNode,
    owner,
    memberValidators(member),
    () => ({ [member]: undefined }),
  );
  return { status: 204, headers: {} };
}

/** What the schema of a whole body says of one member, with pointers into the value that was sent. */
async function rooted<T>(member: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof Problem) || error.errors === undefined) throw error;
    const root = formatPointer(['body', member]);
    const cut = (pointer: string) =>
      pointer === root || pointer.startsWith(`${root}/`) ? pointer.slice(root.length) : pointer;
    throw invalid(error.errors.map((found) => ({ ...found, pointer: cut(found.pointer) })));
  }
}
