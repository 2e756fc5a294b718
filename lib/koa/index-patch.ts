import { evaluate } from '../http/preconditions.js';
import { firstErrors, ProblemError } from '../http/problem.js';
import type { ErrorDetail, ProblemName } from '../http/problem.js';
import type { Method } from '../resource/catalog.js';
import type { RequestContext } from '../resource/exchange.js';
import type { EntityRecord, UpdateOptions } from '../resource/found.js';
import type { CatalogNode, EntityNode } from '../resource/nodes.js';
import { isStale, refusalOf } from '../resource/refusals.js';
import type { Trace } from '../resource/refusals.js';
import { hideReferences, isChallenged, mayUse } from './access.js';
import { asOne } from './as-one.js';
import { partialBody, patched } from './body-patch.js';
import { catalogValidators } from './catalog-representation.js';
import { MOST_TRIES, alteredTag, isConditional, overtaken, requirePreconditions } from './conditions.js';
import { forChange } from './entity-tags.js';
import type { AnyCatalog } from './entity-writing.js';
import type { HttpResponse } from './incoming.js';
import { readIndex } from './index-document.js';
import type { IndexEntry } from './index-document.js';
import { findEntity, representEntity } from './representation.js';
import { invalid } from './request-document.js';
import type { EntityBody } from './request-document.js';
import { withTimeout } from './settle.js';
import type { Visit } from './visit.js';

/** One change that nothing stands against as far as can be seen. */
interface Prepared {
  readonly exchange: RequestContext;
  readonly id: string;
  readonly version: { readonly version?: string };
  /** Undefined where the entity is to be removed. */
  readonly update?: { readonly body: EntityBody; readonly changes: UpdateOptions['changes'] };
  /** The entry that asks for it. */
  readonly pointer: string;
}

/** PATCH of a catalog: changes and removes several of its entities, all of them or none. */
export async function patchIndex(visit: Visit, node: CatalogNode): Promise<HttpResponse> {
  const entries = await readIndex(visit, node);
  for (let left = MOST_TRIES; ; left--) {
    try {
      await asOne(visit, visit.exchange.path, (part) => patchAll(part, node, entries));
      return { status: 204, headers: {} };
    } catch (error) {
      // What the client holds fast, it finds changed when it is looked at again.
      if (!isStale(error)) throw error;
      if (left === 1) throw overtaken(error);
    }
  }
}

async function patchAll(visit: Visit, node: CatalogNode, entries: readonly IndexEntry[]): Promise<void> {
  const { served } = visit;
  const preparation = new Preparation(visit, node.entity as EntityNode);
  for (const entry of entries) await preparation.prepare(entry);
  preparation.throwIfRefused();
  if (isConditional(visit.incoming)) {
    requirePreconditions(visit, forChange(await catalogValidators(served, visit.exchange, node)));
  }
  for (const { exchange, id, version, update, pointer } of preparation.prepared) {
    const catalog = exchange.catalogAt(node) as unknown as AnyCatalog;
    try {
      if (update === undefined) await withTimeout(served, exchange, catalog.remove(id, version));
      else {
        const { body, changes } = update;
        await withTimeout(served, exchange, catalog.update(id, body, { ...version, changes }));
      }
    } catch (error) {
      throw isStale(error) ? error : refusalAt(pointer, error);
    }
  }
}

/** Says of which entry the store refused something. */
function refusalAt(pointer: string, error: unknown): unknown {
  const refusal = refusalOf(error, within(pointer));
  if (!(refusal instanceof ProblemError) || refusal.status !== 409 || refusal.errors !== undefined)
    return refusal;
  const { type, message } = refusal;
  return refusal.withErrors([{ pointer, message, rule: type }]);
}

function within(pointer: string): Trace {
  return (error) => ({ ...error, pointer: pointer + error.pointer });
}

/** Reads the entities that are to be changed, and finds what stands against each change. */
class Preparation {
  readonly prepared: Prepared[] = [];
  readonly #visit: Visit;
  readonly #entity: EntityNode;
  readonly #forbidden: ErrorDetail[] = [];
  readonly #invalid: ErrorDetail[] = [];
  readonly #unconditional: ErrorDetail[] = [];
  readonly #stale: ErrorDetail[] = [];

  constructor(visit: Visit, entity: EntityNode) {
    this.#visit = visit;
    this.#entity = entity;
  }

  async prepare(entry: IndexEntry): Promise<void> {
    const { pointer, values, members } = entry;
    const exchange = this.#visit.exchange.at(this.#entity, values);
    const found = await this.#find(exchange);
    if (found === undefined) {
      this.#invalid.push({ pointer, message: 'leads to no entity that exists', rule: 'missing' });
      return;
    }
    if (this.#isRefused(exchange, members === null ? 'DELETE' : 'PATCH', pointer)) return;
    this.#requireCondition(exchange, found, entry);
    const id = values.at(-1) as string;
    const version = found.version === undefined ? {} : { version: found.version };
    if (members === null) {
      this.prepared.push({ exchange, id, version, pointer });
      return;
    }
    try {
      const patch = partialBody(members, within(pointer));
      const update = patched(this.#entity.body, found.body as EntityBody, patch);
      const { served } = this.#visit;
      if (served.guard !== undefined) {
        hideReferences(served, exchange, this.#entity, update.body, found.body as EntityBody);
      }
      this.prepared.push({ exchange, id, version, update, pointer });
    } catch (error) {
      if (!(error instanceof ProblemError) || error.errors === undefined) throw error;
      this.#invalid.push(...error.errors);
    }
  }

  async #find(exchange: RequestContext): Promise<EntityRecord | undefined> {
    const { served } = this.#visit;
    // An entity that the caller may not even read does not exist for that caller.
    if (!mayUse(served, exchange, 'GET')) return undefined;
    try {
      return await findEntity(served, exchange, this.#entity);
    } catch (error) {
      if (error instanceof ProblemError && error.type === 'not-found') return undefined;
      throw error;
    }
  }

  #isRefused(exchange: RequestContext, method: Method, pointer: string): boolean {
    const isMethod = this.#entity.methods.includes(method);
    if (isMethod && mayUse(this.#visit.served, exchange, method)) return false;
    if (isMethod) {
      this.#forbidden.push({ pointer, message: `you may not ${method} this entity`, rule: 'forbidden' });
    } else {
      this.#invalid.push({
        pointer,
        message: `is of an entity that does not allow ${method}`,
        rule: 'method',
      });
    }
    return true;
  }

  #requireCondition(exchange: RequestContext, found: EntityRecord, { pointer, condition }: IndexEntry): void {
    if (condition === undefined) {
      const { node } = this.#visit.exchange;
      if (!node.requireIfMatch && !this.#entity.requireIfMatch) return;
      const message = 'needs the ETag that the entity has, under the same reference in "etags"';
      this.#unconditional.push({ pointer, message, rule: 'etags' });
      return;
    }
    const current = forChange(representEntity(this.#visit.served, exchange, this.#entity, found));
    if (evaluate({ method: 'PATCH', ifMatch: condition.etag }, current) === 'proceed') return;
    const message =
      alteredTag(condition.etag, current) ?? 'is not the ETag that the entity has now; read it again';
    this.#stale.push({ pointer: condition.pointer, message, rule: 'etags' });
  }

  /** What the client may not do stands before what it did wrong, and that before what others did meanwhile. */
  throwIfRefused(): void {
    if (this.#forbidden.length > 0) {
      const { served, exchange } = this.#visit;
      throwIfAny(isChallenged(served, exchange) ? 'unauthorized' : 'forbidden', this.#forbidden);
    }
    if (this.#invalid.length > 0) throw invalid(firstErrors(this.#invalid));
    throwIfAny('precondition-required', this.#unconditional);
    throwIfAny('precondition-failed', this.#stale);
  }
}

function throwIfAny(type: ProblemName, errors: readonly ErrorDetail[]): void {
  const [first] = errors;
  if (first === undefined) return;
  const detail = `${first.pointer}: ${first.message}. Nothing was changed.`;
  throw new ProblemError(type, { detail, errors: firstErrors(errors) });
}
