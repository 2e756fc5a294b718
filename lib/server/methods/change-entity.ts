// What the methods that change one entity have in common: a change is made on what was read of it, and again where
// another change came between.
import type { Validators } from '../../http/preconditions.js';
import { ProblemError } from '../../http/problem.js';
import type { Catalog } from '../../resource/catalog.js';
import type { Awaitable, EntityRecord } from '../../resource/found.js';
import { expandPath } from '../../resource/nodes.js';
import type { EntityNode } from '../../resource/nodes.js';
import { isVersionConflict } from '../errors.js';
import { requirePreconditions } from '../preconditions.js';
import { representEntity, validatorsForChange } from '../render/documents.js';
import { invalidDocument } from '../request-body.js';
import type { EntityBody } from '../request-body.js';
import type { RequestContext } from '../request-context.js';

/** A catalog whose bodies are of a type that is known only where its class is written. */
export type AnyCatalog = Catalog<{ readonly body: { readonly type: 'object' } }>;

/** Gives what the preconditions of a request are held against; undefined where there is nothing. */
export type ValidatorsOf = (current: EntityRecord) => Validators | undefined;

/** How often a change is made again that other changes came before. */
export const MAX_ATTEMPTS: number = 20;

/** The 503 of a change that other changes kept coming before. */
export function tooManyConflicts(cause: unknown): ProblemError {
  return new ProblemError('unavailable', {
    detail: 'Others are changing the resource faster than this request can; try again.',
    headers: { 'Retry-After': '1' },
    cause,
  });
}

/** The id of the entity that a path leads to, or through. */
export function idOf({ values }: RequestContext, node: EntityNode): string {
  return values[node.variables.length - 1] as string;
}

/** An instance of the catalog's class that the entity at this path belongs to. */
export function catalogFor(request: RequestContext, node: EntityNode): AnyCatalog {
  return request.catalogAt(node.parent);
}

/**
 * Makes a change that rests on the entity as it was read. Where another change came between, it is made anew to
 * what is there then, if the preconditions still hold.
 *
 * @param found - the entity as it was read
 * @param validatorsOf - the entity's own by default
 */
export async function retryOnConflict<T>(
  request: RequestContext,
  node: EntityNode,
  found: EntityRecord,
  change: (current: EntityRecord) => Awaitable<T>,
  validatorsOf: ValidatorsOf = (current) => validatorsForChange(representEntity(request, node, current)),
): Promise<T> {
  const hasPreconditions = request.node.requireIfMatch || request.isConditional;
  const attempt = (current: EntityRecord) => {
    if (hasPreconditions) requirePreconditions(request, validatorsOf(current));
    return request.withTimeout(change(current));
  };
  try {
    return await attempt(found);
  } catch (error) {
    if (!isVersionConflict(error)) throw error;
  }
  // From the second attempt on, requests that change the same entity wait for each other.
  return request.runExclusive(expandPath(node, request.values), async () => {
    for (let left = MAX_ATTEMPTS; ; left--) {
      try {
        return await attempt(await request.findEntity(node));
      } catch (error) {
        if (!isVersionConflict(error)) throw error;
        if (left === 1) throw tooManyConflicts(error);
      }
    }
  });
}

/** @param bound - whether the version must still be the current one when the change is made */
export function versionOf({ version }: EntityRecord, bound: boolean): { version?: string } {
  return bound && version !== undefined ? { version } : {};
}

/**
 * The body of a new entity as it is to be made: what a client sent, and the defaults of what it lacks.
 *
 * @throws {ProblemError} 422, where that is not what the schema says
 */
export function requireNewBody({ body: schema }: EntityNode, body: EntityBody): EntityBody {
  const filled = schema.hasDefaults ? schema.filled(body) : body;
  const errors = schema.errors(body, '/body', filled);
  if (errors.length > 0) throw invalidDocument(errors);
  return filled;
}

/**
 * Holds a class to what its catalog makes: an entity that a request can reach.
 *
 * @throws {TypeError} where no path leads to it
 */
export function requireReachable(request: RequestContext, node: EntityNode, id: string): void {
  // Such as `..`, or the name of a view beside the entities: no request would ever reach it.
  const match = request.api.declaration.tree.find(expandPath(node, request.values));
  if (match?.resource === node) return;
  const { className } = node.parent;
  throw new TypeError(`no path leads to an entity with the id ${JSON.stringify(id)} in ${className}`);
}
