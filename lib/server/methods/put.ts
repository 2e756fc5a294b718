import type { Validators } from '../../http/preconditions.js';
import { firstErrors, ProblemError } from '../../http/problem.js';
import { withDefaults } from '../../declaration/body-schema.js';
import type { EntityRecord } from '../../resource/entity-record.js';
import { toJsonText } from '../../declaration/json-text.js';
import type { EntityNode, FragmentNode, ViewNode } from '../../declaration/nodes.js';
import { isIdConflict } from '../error-response.js';
import { hideReferences } from '../guard.js';
import { requireEntityPreconditions, requirePreconditions } from '../require-preconditions.js';
import {
  entityResponse,
  findOwner,
  instantiate,
  memberValidators,
  representValue,
} from '../render/entities.js';
import { invalidDocument, readBody, requireEntityBody, requireNewBody } from '../request-body.js';
import type { EntityBody } from '../request-body.js';
import type { HttpResponse } from '../http-message.js';
import type { RequestContext } from '../request-context.js';
import { requireReachable } from './post.js';
import { oneMember, patchEntity } from './patch.js';

type ValueNode = FragmentNode | ViewNode;

/** PUT: of an entity, or of a value: a member of an entity's body, or what a class takes by its `replace`. */
export function put(request: RequestContext): Promise<HttpResponse> {
  const { node } = request;
  return node.kind === 'entity' ? putEntity(request, node) : putValue(request, node as ValueNode);
}

/** Replaces the body whole, or makes an entity where the catalog lets clients choose ids. */
async function putEntity(request: RequestContext, node: EntityNode): Promise<HttpResponse> {
  const { api, http } = request;
  const { 'if-none-match': ifNoneMatch } = http.req.headers;
  const found = await findExisting(request, node);
  if (found === undefined && (node.parent.ids !== 'client' || ifNoneMatch !== '*')) {
    throw nothingHere(request, node);
  }
  const { value } = await readBody(request);
  const body = requireEntityBody(value, request);
  if (found === undefined) return createEntity(request, node, requireNewBody(node, body));

  const { body: schema } = node;
  const filled = schema.filled(schema.withoutReadOnly(body));
  const errors = schema.changeErrors(filled, found.body as EntityBody);
  if (errors.length > 0) {
    const readOnly = schema.readOnlyErrors(body, '/body', found.body as EntityBody);
    throw invalidDocument(firstErrors([...readOnly, ...errors]));
  }
  const catalog = request.catalogAt(node.parent);
  const replaced = await request.retryOnConflict(node, found, (current) => {
    if (request.hasPreconditions) requireEntityPreconditions(request, node, current);
    const before = current.body as EntityBody;
    const changed = schema.readOnlyErrors(body, '/body', before);
    if (changed.length > 0) throw invalidDocument(changed);
    const lost = schema.nestedReadOnly.length === 0 ? [] : schema.lostErrors(body, before);
    if (lost.length > 0) throw invalidDocument(lost);
    const whole = schema.keepReadOnly(filled, before);
    // What is carried over from the old body or compared with it, or was asked to be unchanged, must still be
    // so when it is written.
    const bound = schema.readOnly.length > 0 || request.isConditional;
    if (api.guard !== undefined) hideReferences(request, node, whole, before);
    const { version } = current;
    return catalog.replace(request.idOf(node), whole, bound && version !== undefined ? { version } : {});
  });
  return entityResponse(request, node, replaced);
}

async function findExisting(request: RequestContext, node: EntityNode): Promise<EntityRecord | undefined> {
  try {
    return await request.findEntity(node);
  } catch (error) {
    if (error instanceof ProblemError && error.type === 'not-found') return undefined;
    throw error;
  }
}

/** Makes an entity that was not there; where another request was faster, `If-None-Match: *` has become false. */
async function createEntity(
  request: RequestContext,
  node: EntityNode,
  body: EntityBody,
): Promise<HttpResponse> {
  requirePreconditions(request, undefined);
  if (request.api.guard !== undefined) hideReferences(request, node, body);
  const id = request.idOf(node);
  try {
    const made = await request.withTimeout(request.catalogAt(node.parent).create(body, { id }));
    if (made?.id === id) {
      requireReachable(request, node, id);
      return entityResponse(request, node, made, 201);
    }
    throw new TypeError(`${node.parent.className}.create() was to use the id ${id}; found ${made?.id}`);
  } catch (error) {
    throw isIdConflict(error) ? new ProblemError('precondition-failed', { cause: error }) : error;
  }
}

/**
 * PUT that would make an entity where the caller may not see whether there is one. It is held to what any other
 * would be held to, and then refused in either case.
 */
export async function refuseId(request: RequestContext, node: EntityNode): Promise<never> {
  const { value } = await readBody(request);
  requireNewBody(node, requireEntityBody(value, request));
  requirePreconditions(request, undefined);
  throw new ProblemError('conflict', { detail: 'No entity can be made under this id; choose another.' });
}

/**
 * The 404 of an entity that is not there.
 *
 * @throws {ProblemError} 412 where the request was to change what is there
 */
export function nothingHere(request: RequestContext, { parent }: EntityNode): ProblemError {
  if (request.method !== 'PUT') return new ProblemError('not-found');
  const { 'if-match': ifMatch } = request.http.req.headers;
  // RFC 9110, section 13.1.1: If-Match is false of what does not exist.
  if (ifMatch !== undefined) requirePreconditions(request, undefined);
  const detail = 'Nothing is here. To create it, send If-None-Match: * with the PUT.';
  return new ProblemError('not-found', parent.ids === 'client' && ifMatch === undefined ? { detail } : {});
}

async function putValue(request: RequestContext, node: ValueNode): Promise<HttpResponse> {
  const owner = await findOwner(request, node);
  const { value } = await readBody(request);
  const { parent } = node;
  if (node.kind === 'fragment' && node.member !== undefined && parent.kind === 'entity' && owner) {
    const { member } = node;
    const patch = oneMember(member, parent.body.filledMember(member, value));
    request.entity = await patchEntity(request, parent, owner, patch, memberValidators(member));
  } else {
    const whole = withDefaults(node.class.options.schema, value);
    const errors = node.schema?.errors(whole) ?? [];
    if (errors.length > 0) throw invalidDocument(errors);
    const given = await replaceByClass(request, node, whole);
    if (given !== undefined) {
      return { status: 200, headers: { 'content-location': request.self }, body: toJsonText(given) };
    }
  }
  const { etag, text } = await representValue(request, node);
  const headers = { 'content-location': request.self, ...(etag !== undefined && { etag }) };
  return { status: 200, headers, body: text() };
}

/** Gives the value to the class: with preconditions, as one with looking at what is there. */
function replaceByClass(request: RequestContext, node: ValueNode, value: unknown): Promise<unknown> {
  const replace = async (part: RequestContext) =>
    part.withTimeout(instantiate(node).replace?.(value, part as never));
  if (!request.isConditional && !node.requireIfMatch) return replace(request);
  const replaceConditionally = async (part: RequestContext) => {
    requirePreconditions(part, await currentValidators(part, node));
    return replace(part);
  };
  // The store keeps apart what is in it, and not what a class keeps elsewhere: the key does.
  return request.inExclusiveTransaction(request.path, replaceConditionally);
}

/** Of the value as GET gives it; undefined where it gives none. */
async function currentValidators(request: RequestContext, node: ValueNode): Promise<Validators | undefined> {
  try {
    return await representValue(request, node);
  } catch (error) {
    if (error instanceof ProblemError && error.type === 'not-found') return undefined;
    throw error;
  }
}
