import type { Validators } from '../../http/preconditions.js';
import { ProblemError } from '../../http/problem.js';
import { withDefaults } from '../../resource/defaults.js';
import { toJsonText } from '../../resource/json-text.js';
import type { FragmentNode, ViewNode } from '../../resource/nodes.js';
import { asOne, withTimeout } from '../request-context.js';
import type { HttpResponse, Visit } from '../request-context.js';
import { oneMember, partialBody } from './body-patch.js';
import { isConditional, requirePreconditions } from '../preconditions.js';
import { EntityWriting } from './change-entity.js';
import { findOwner, instantiate, memberValidators, representValue } from '../render/documents.js';
import { invalid, readSent } from '../request-body.js';

type ValueNode = FragmentNode | ViewNode;

/** PUT of a value: a member of an entity's body, or what a class takes by its `replace`. */
export async function replaceValue(visit: Visit, node: ValueNode): Promise<HttpResponse> {
  const { served, exchange } = visit;
  const owner = await findOwner(served, exchange, node);
  const { value } = await readSent(visit);
  const { parent } = node;
  if (node.kind === 'fragment' && node.member !== undefined && parent.kind === 'entity' && owner) {
    const { member } = node;
    const whole = parent.body.filledMember(member, value);
    const writing = new EntityWriting(visit, parent);
    exchange.entity = await writing.change(owner, oneMember(member, whole), memberValidators(member));
  } else {
    const whole = withDefaults(node.class.schema, value);
    const errors = node.schema?.errors(whole) ?? [];
    if (errors.length > 0) throw invalid(errors);
    const given = await replaceByClass(visit, node, whole);
    if (given !== undefined) {
      return { status: 200, headers: { 'content-location': exchange.self }, body: toJsonText(given) };
    }
  }
  const { etag, text } = await representValue(served, exchange, node);
  const headers = { 'content-location': exchange.self, ...(etag !== undefined && { etag }) };
  return { status: 200, headers, body: await text() };
}

/** Gives the value to the class: with preconditions, as one with looking at what is there. */
function replaceByClass(visit: Visit, node: ValueNode, value: unknown): Promise<unknown> {
  const replace = async ({ served, exchange }: Visit) =>
    withTimeout(served, exchange, instantiate(node).replace?.(value, exchange as never));
  if (!isConditional(visit.incoming) && !node.requireIfMatch) return replace(visit);
  const conditionally = async (part: Visit) => {
    requirePreconditions(part, await currentValidators(part, node));
    return replace(part);
  };
  // The store keeps apart what is in it, and not what a class keeps elsewhere: that is done by their turns.
  return asOne(visit, visit.exchange.path, conditionally);
}

/** Of the value as GET gives it; undefined where it gives none. */
async function currentValidators(
  { served, exchange }: Visit,
  node: ValueNode,
): Promise<Validators | undefined> {
  try {
    return await representValue(served, exchange, node);
  } catch (error) {
    if (error instanceof ProblemError && error.type === 'not-found') return undefined;
    throw error;
  }
}

/** DELETE of a fragment whose member the schema lets be absent. */
export async function removeMember(visit: Visit, node: FragmentNode): Promise<HttpResponse> {
  const owner = await findOwner(visit.served, visit.exchange, node);
  const { member = '', parent } = node;
  if (owner === undefined || parent.kind !== 'entity' || !Object.hasOwn(owner.body, member)) {
    throw new ProblemError('not-found');
  }
  const writing = new EntityWriting(visit, parent);
  await writing.change(owner, partialBody({ [member]: undefined }), memberValidators(member));
  return { status: 204, headers: {} };
}
