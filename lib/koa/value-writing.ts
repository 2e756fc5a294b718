import { Problem } from '../http/problem.js';
import { formatPointer } from '../protocol/json-pointer.js';
import { toJsonText } from '../resource/json-text.js';
import type { FragmentNode, ViewNode } from '../resource/nodes.js';
import { requirePreconditions } from './conditions.js';
import { EntityWriting } from './entity-writing.js';
import type { Answer } from './incoming.js';
import { findOwner, instantiate, memberValidators, representValue } from './representation.js';
import { invalid, readValue } from './request-document.js';
import { settle } from './settle.js';
import type { Visit } from './visit.js';

/** PUT of a value: a member of an entity's body, or what a class takes by its `replace`. */
export async function replaceValue(visit: Visit, node: FragmentNode | ViewNode): Promise<Answer> {
  const { served, exchange, incoming } = visit;
  const owner = await findOwner(served, exchange, node);
  const value = await readValue(served, incoming);
  const { parent } = node;
  if (node.kind === 'fragment' && node.member !== undefined && parent.kind === 'entity' && owner) {
    const { member } = node;
    const writing = new EntityWriting(visit, parent);
    exchange.entity = await rooted(member, () =>
      writing.change(owner, { [member]: value }, memberValidators(member)),
    );
  } else {
    requirePreconditions(incoming, {});
    const errors = node.schema?.errors(value) ?? [];
    if (errors.length > 0) throw invalid(errors);
    const given = await settle(served, exchange, instantiate(node).replace?.(value, exchange as never));
    if (given !== undefined) {
      return { status: 200, headers: { 'Content-Location': exchange.self }, body: toJsonText(given) };
    }
  }
  const { etag, text } = await representValue(served, exchange, node);
  const headers = { 'Content-Location': exchange.self, ...(etag !== undefined && { ETag: etag }) };
  return { status: 200, headers, body: await text() };
}

/** DELETE of a fragment whose member the schema lets be absent. */
export async function removeMember(visit: Visit, node: FragmentNode): Promise<Answer> {
  const owner = await findOwner(visit.served, visit.exchange, node);
  const { member = '', parent } = node;
  if (owner === undefined || parent.kind !== 'entity' || !Object.hasOwn(owner.body, member)) {
    throw new Problem('not-found');
  }
  await new EntityWriting(visit, parent).change(owner, { [member]: undefined }, memberValidators(member));
  return { status: 204, headers: {} };
}

/** What the schema of a whole body says of one member, with pointers into the value that was sent. */
async function rooted<T>(member: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof Problem) || error.type !== 'invalid-document' || error.errors === undefined)
      throw error;
    const root = formatPointer(['body', member]);
    const cut = (pointer: string) =>
      pointer === root || pointer.startsWith(`${root}/`) ? pointer.slice(root.length) : pointer;
    throw invalid(error.errors.map((found) => ({ ...found, pointer: cut(found.pointer) })));
  }
}
