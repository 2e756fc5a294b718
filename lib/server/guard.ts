import { inspect } from 'node:util';
import type { Method } from '../resource/catalog.js';
import { isImpliedRoot } from '../resource/declaration/implied-classes.js';
import { paramsOf } from './request-context.js';
import type { RequestContext } from './request-context.js';
import type { EntityNode, ResourceNode } from '../resource/nodes.js';
import type { Segment } from '../resource/tree.js';
import type { EntityBody } from './request-body.js';
import { permits } from './api-context.js';
import type { Access, Guard, ApiContext } from './api-context.js';

/** Whether the caller may use a method of the resource that the request is for, as far as the guard says. */
export function mayUse(
  { guard }: ApiContext,
  { node, state, params }: RequestContext,
  method: Method,
): boolean {
  return guard === undefined || ask(guard, node, method, state, params);
}

function ask(
  guard: Guard,
  node: ResourceNode,
  method: Method,
  state: Access['state'],
  params: Access['params'],
): boolean {
  return permits(guard, { resource: node.class, parent: node.parent?.class, method, state, params });
}

/** The methods that this caller may use. */
export function allowedMethods(served: ApiContext, exchange: RequestContext): readonly Method[] {
  const { methods } = exchange.node;
  return served.guard === undefined ? methods : methods.filter((method) => mayUse(served, exchange, method));
}

/**
 * The outermost resource on the path of a request that the caller may not see. Nothing below it is there for that
 * caller either, whatever the guard would say of it.
 *
 * @returns undefined where the caller may see them all, the one that the request is for included
 */
export function firstHidden(served: ApiContext, exchange: RequestContext): ResourceNode | undefined {
  const { guard, declaration } = served;
  if (guard === undefined) return undefined;
  const { node, state, values } = exchange;
  for (const above of declaration.tree.along(node.segments)) {
    // No guard knows a class that nobody wrote.
    if (above.kind === 'catalog' && isImpliedRoot(above.class)) continue;
    if (!ask(guard, above, 'GET', state, paramsOf(above, values))) return above;
  }
  return mayUse(served, exchange, 'GET') ? undefined : node;
}

/** Whether the guard lets this caller come to where a link of the document leads. */
export function mayFollow(
  served: ApiContext,
  { node, state, values }: RequestContext,
  target: ResourceNode,
): boolean {
  const { guard, declaration } = served;
  if (guard === undefined) return true;
  const shared = sharedLength(node.segments, target.segments);
  return [...declaration.tree.along(target.segments), target].every((step) => {
    const { segments, variables } = step;
    // Who has the document was let through what its own path leads through.
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
 * nothing.
 *
 * @param before - the body that it takes the place of: who leaves a reference as it is learns nothing by it
 */
export function hideReferences(
  served: ApiContext,
  exchange: RequestContext,
  { parent, references }: EntityNode,
  body: EntityBody,
  before: EntityBody = {},
): void {
  if (references.length === 0) return;
  const unseen = references.flatMap(({ member, catalog }) => {
    const value = Object.hasOwn(body, member) ? (body[member] ?? null) : null;
    if (catalog.entity === undefined || value === null || value === before[member]) return [];
    const id = typeof value === 'string' ? value : JSON.stringify(value);
    const values = [...exchange.values.slice(0, catalog.variables.length), id];
    const isHidden = firstHidden(served, exchange.at(catalog.entity, values)) !== undefined;
    return isHidden ? [[member, value] as const] : [];
  });
  exchange.unseen =
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
 * Who sends the request, as the option `caller` says it.
 *
 * @returns undefined where that is not known, or the option is not given
 * @throws {TypeError} where it says something else: a promise would be the same caller for everybody
 */
export function callerOf({ caller }: ApiContext, state: RequestContext['state']): string | undefined {
  const who: unknown = caller?.(state);
  if (who === undefined || who === '') return undefined;
  if (typeof who === 'string') return who;
  throw new TypeError(`the option caller gives a string at once, or undefined; found ${inspect(who)}`);
}

/** Whether a caller whom the API does not know is to be told how to become known. */
export function isChallenged(served: ApiContext, { state }: RequestContext): boolean {
  const { caller, challenge } = served;
  return caller !== undefined && challenge !== undefined && callerOf(served, state) === undefined;
}
