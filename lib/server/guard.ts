// What the guard lets a caller see and do. Without a guard there is nothing to ask, and no function here is called.
import { inspect } from 'node:util';
import type { Method } from '../resource/catalog.js';
import { isImpliedRoot } from '../resource/declaration/implied-classes.js';
import type { EntityNode, Link, ResourceNode } from '../resource/nodes.js';
import type { Segment } from '../resource/tree.js';
import type { Access, Guard } from './access.js';
import type { EntityBody } from './request-body.js';
import { paramsOf } from './request-context.js';
import type { RequestContext } from './request-context.js';

/** Whether the caller may use a method of the resource that the request is for. */
export function isPermitted(
  { api: { guard }, node, state, params }: RequestContext,
  method: Method,
): boolean {
  return guard === undefined || ask(guard, node, method, state, params);
}

/** @throws {TypeError} where the guard says neither true nor false: a promise would pass for yes */
function ask(
  guard: Guard,
  node: ResourceNode,
  method: Method,
  state: Access['state'],
  params: Access['params'],
): boolean {
  const verdict: unknown = guard({
    resource: node.class,
    parent: node.parent?.class,
    method,
    state,
    params,
  });
  if (typeof verdict === 'boolean') return verdict;
  throw new TypeError(`a guard says true or false at once; found ${inspect(verdict)}`);
}

/** The methods that this caller may use. */
export function permittedMethods(request: RequestContext): readonly Method[] {
  const { methods } = request.node;
  return request.api.guard === undefined ? methods : methods.filter((method) => isPermitted(request, method));
}

/**
 * The outermost resource on the path of a request that the caller may not see. Nothing below it is there for that
 * caller either, whatever the guard would say of it.
 *
 * @returns undefined where the caller may see them all, the one that the request is for included
 */
export function findHidden(request: RequestContext): ResourceNode | undefined {
  const { api, node, state, values } = request;
  const { guard, declaration } = api;
  if (guard === undefined) return undefined;
  for (const above of declaration.tree.along(node.segments)) {
    // No guard knows the root that shoji() makes.
    if (above.kind === 'catalog' && isImpliedRoot(above.class)) continue;
    if (!ask(guard, above, 'GET', state, paramsOf(above, values))) return above;
  }
  return isPermitted(request, 'GET') ? undefined : node;
}

/** Which links the guard lets this caller see; undefined where there is no guard, and all are seen. */
export function linkFilter(request: RequestContext): ((link: Link) => boolean) | undefined {
  if (request.api.guard === undefined) return undefined;
  return ({ target }) => target === undefined || mayFollow(request, target);
}

/** Whether the guard lets this caller come to where a link of the document leads. */
function mayFollow({ api, node, state, values }: RequestContext, target: ResourceNode): boolean {
  const { guard, declaration } = api;
  if (guard === undefined) return true;
  const shared = sharedLength(node.segments, target.segments);
  return [...declaration.tree.along(target.segments), target].every((step) => {
    const { segments, variables } = step;
    // The caller has the document, and so was let through what its own path leads through.
    if (segments.length <= shared && step !== target) return true;
    const isKnown = (index: number) => index < variablesIn(target.segments, shared);
    // Which entity it is, only the client knows that follows the template.
    if (step.kind === 'entity' && step !== target && !isKnown(variables.length - 1)) return true;
    const params = Object.fromEntries(
      variables.flatMap((name, index) => (isKnown(index) ? [[name, values[index] ?? '']] : [])),
    );
    return ask(guard, step, 'GET', state, params);
  });
}

/**
 * Has what a client sent refused where it refers to what the caller may not see, as the store refuses what refers to
 * nothing. Without a guard it does nothing.
 *
 * @param before - the body that it takes the place of: a reference that is left as it is tells nothing new
 */
export function hideReferences(
  request: RequestContext,
  { parent, references }: EntityNode,
  body: EntityBody,
  before: EntityBody = {},
): void {
  if (references.length === 0) return;
  const unseen = references.flatMap(({ member, catalog }) => {
    const value = Object.hasOwn(body, member) ? (body[member] ?? null) : null;
    if (catalog.entity === undefined || value === null || value === before[member]) return [];
    const id = typeof value === 'string' ? value : JSON.stringify(value);
    const values = [...request.values.slice(0, catalog.variables.length), id];
    const isHidden = findHidden(request.at(catalog.entity, values)) !== undefined;
    return isHidden ? [[member, value] as const] : [];
  });
  request.unseen =
    unseen.length === 0 ? undefined : { catalog: parent.storeName, references: new Map(unseen) };
}

/** How many segments two declared paths have in common at their beginning. */
function sharedLength(one: readonly Segment[], other: readonly Segment[]): number {
  const differing = one.findIndex((segment, index) => {
    const against = other[index];
    if (against === undefined) return true;
    return 'literal' in segment
      ? !('literal' in against) || against.literal !== segment.literal
      : !('variable' in against);
  });
  return differing === -1 ? one.length : differing;
}

function variablesIn(segments: readonly Segment[], length: number): number {
  return segments.slice(0, length).filter((segment) => 'variable' in segment).length;
}

/**
 * The caller of the request, as the option `caller` names it.
 *
 * @returns undefined where that is not known, or the option is not given
 * @throws {TypeError} where it gives something else: a promise would be the same caller for all
 */
export function callerOf({ api, state }: RequestContext): string | undefined {
  const caller: unknown = api.caller?.(state);
  if (caller === undefined || caller === '') return undefined;
  if (typeof caller === 'string') return caller;
  throw new TypeError(`the option caller gives a string at once, or undefined; found ${inspect(caller)}`);
}

/** Whether a caller that the API does not know is to be told how to become known. */
export function needsChallenge(request: RequestContext): boolean {
  const { caller, challenge } = request.api;
  return caller !== undefined && challenge !== undefined && callerOf(request) === undefined;
}
