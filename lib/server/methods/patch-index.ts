// PATCH of a catalog: its `index` changes and removes several entities, all of them or none.
import { parseEtagList } from '../../http/etag.js';
import { evaluate } from '../../http/preconditions.js';
import { firstErrors, MAX_ERRORS, ProblemError } from '../../http/problem.js';
import type { ErrorDetail, ProblemName } from '../../http/problem.js';
import { checkIri } from '../../protocol/iri/check-iri.js';
import { formatPointer } from '../../protocol/json-pointer.js';
import { formatValue } from '../../protocol/format-value.js';
import type { Method } from '../../resource/resource-classes.js';
import type { EntityRecord, UpdateOptions } from '../../resource/entity-record.js';
import type { CatalogNode, EntityNode, ResourceNode } from '../../declaration/nodes.js';
import { BadPathError } from '../../declaration/resource-tree.js';
import type { Match } from '../../declaration/resource-tree.js';
import { isVersionConflict, translateStoreError } from '../error-response.js';
import type { Trace } from '../error-response.js';
import { hideReferences, isPermitted, needsChallenge } from '../guard.js';
import { explainAlteredTag, requirePreconditions } from '../require-preconditions.js';
import { representEntity, validatorsForChange } from '../render/entities.js';
import { catalogValidators } from '../render/lists.js';
import {
  invalidDocument,
  MAX_SELF_LENGTH,
  readBody,
  requireDocument,
  resolveReference,
} from '../request-body.js';
import type { EntityBody } from '../request-body.js';
import { isObject } from '../../protocol/json/values.js';
import type { HttpResponse } from '../http-message.js';
import type { RequestContext } from '../request-context.js';
import { MAX_ATTEMPTS } from '../request-context.js';
import { tooManyConflicts } from '../error-response.js';
import { applyPatch, partialBody } from './patch.js';

/** Most entities that one request may change. */
const MAX_ENTRIES = 1000;

/** Longer than any entity tag that a header has room for. */
const MAX_ETAG_LENGTH = 16 * 1024;

/** Changes and removes several entities of a catalog, all of them or none. */
export async function patchIndex(request: RequestContext, node: CatalogNode): Promise<HttpResponse> {
  const entries = await readIndex(request, node);
  for (let left = MAX_ATTEMPTS; ; left--) {
    try {
      await request.inExclusiveTransaction(request.path, (part) => patchAll(part, node, entries));
      return { status: 204, headers: {} };
    } catch (error) {
      // What the client holds fast, it finds changed when it is looked at again.
      if (!isVersionConflict(error)) throw error;
      if (left === 1) throw tooManyConflicts(error);
    }
  }
}

async function patchAll(
  request: RequestContext,
  node: CatalogNode,
  entries: readonly IndexEntry[],
): Promise<void> {
  const preparation = new Preparation(request, node.entity as EntityNode);
  for (const entry of entries) await preparation.prepare(entry);
  preparation.throwIfRefused();
  if (request.isConditional) {
    requirePreconditions(request, validatorsForChange(await catalogValidators(request, node)));
  }
  for (const change of preparation.prepared) await makeChange(change, node);
}

async function makeChange(change: PreparedChange, node: CatalogNode): Promise<void> {
  const { request, id, version, update, pointer } = change;
  const catalog = request.catalogAt(node);
  try {
    if (update === undefined) await request.withTimeout(catalog.remove(id, version));
    else {
      const { body, changes } = update;
      await request.withTimeout(catalog.update(id, body, { ...version, changes }));
    }
  } catch (error) {
    throw isVersionConflict(error) ? error : locateRefusal(pointer, error);
  }
}

/** One entry of the `index`: what is to become of one entity of the catalog. */
interface IndexEntry {
  /** Where it stands in the document, as a JSON Pointer. */
  readonly pointer: string;
  /** The values of the variables in the entity's path; the last one is its id. */
  readonly values: readonly string[];
  /** The members to replace; null where the entity is to be removed. */
  readonly members: EntityBody | null;
  /** The entity tag that it must have, and where that stands. */
  readonly condition?: { readonly etag: string; readonly pointer: string } | undefined;
}

/**
 * Reads the catalog document that changes several entities: `index` has a partial body for the IRI reference of
 * each, or null where it goes, and `etags` the entity tag that it must have.
 *
 * @returns the entries, each for another entity; whether those exist is not looked at
 * @throws {ProblemError} 400, 409, 413, 415 or 422
 */
async function readIndex(request: RequestContext, node: CatalogNode): Promise<readonly IndexEntry[]> {
  const { value } = await readBody(request);
  const { index, etags = {} } = requireDocument(value, 'shoji:catalog', '"index": {"1/": {…}}', request);
  const misshapen = [...shapeErrors(index, '/index'), ...shapeErrors(etags, '/etags')];
  if (!isObject(index) || !isObject(etags)) throw invalidDocument(misshapen);

  for (const [name, map] of Object.entries({ index, etags })) {
    const { length } = Object.keys(map);
    if (length <= MAX_ENTRIES) continue;
    throw new ProblemError('content-too-large', {
      detail: `The ${name} has ${length} entries; at most ${MAX_ENTRIES} are changed at once.`,
    });
  }
  const reader = new IndexReader(request, node);
  const entries = reader.read(index, etags);
  if (reader.errors.length > 0) throw invalidDocument(firstErrors(reader.errors));
  return entries;
}

function shapeErrors(map: unknown, pointer: string): readonly ErrorDetail[] {
  if (isObject(map)) return [];
  const message = `must be an object whose members are named by IRI references of entities; found ${formatValue(map)}`;
  return [{ pointer, message, rule: 'index' }];
}

class IndexReader {
  readonly errors: ErrorDetail[] = [];
  readonly #request: RequestContext;
  readonly #node: CatalogNode;
  /** What paths are below, in one spelling, with a slash at the end. */
  readonly #prefix: string;

  constructor(request: RequestContext, node: CatalogNode) {
    const { api, http } = request;
    this.#request = request;
    this.#node = node;
    const prefix = `${api.base}${http.mount}/`;
    this.#prefix = resolveReference(prefix, prefix, request);
  }

  read(index: EntityBody, etags: EntityBody): readonly IndexEntry[] {
    const conditions = this.#conditions(etags);
    const byId = new Map<string, IndexEntry>();
    for (const [reference, members] of Object.entries(index)) {
      if (this.errors.length >= MAX_ERRORS) break;
      const pointer = formatPointer(['index', reference]);
      const values = this.#entityAt(reference, pointer);
      if (values === undefined) continue;
      const id = values.at(-1) as string;
      if (byId.has(id)) this.#refuse(pointer, 'leads to the same entity as another entry; give one for each');
      else if (members !== null && !isObject(members)) {
        this.#refuse(
          pointer,
          `must be an object with the members to change, or null to remove; found ${formatValue(members)}`,
        );
      } else byId.set(id, { pointer, values, members, condition: conditions.get(id) });
    }
    // What is wrong with an entry would be said twice.
    if (this.errors.length > 0) return [];
    for (const [id, { pointer }] of conditions) {
      if (!byId.has(id))
        this.#refuse(pointer, 'is for an entity that the index does not change; leave it away');
    }
    return Array.from(byId.values());
  }

  #conditions(etags: EntityBody): ReadonlyMap<string, NonNullable<IndexEntry['condition']>> {
    const byId = new Map<string, { etag: string; pointer: string }>();
    for (const [reference, etag] of Object.entries(etags)) {
      if (this.errors.length >= MAX_ERRORS) break;
      const pointer = formatPointer(['etags', reference]);
      const id = this.#entityAt(reference, pointer)?.at(-1);
      if (id === undefined) continue;
      if (byId.has(id)) this.#refuse(pointer, 'leads to the same entity as another one; give one for each');
      else if (
        typeof etag !== 'string' ||
        etag.length > MAX_ETAG_LENGTH ||
        parseEtagList(etag)?.length !== 1 ||
        etag.trim() === '*'
      ) {
        this.#refuse(
          pointer,
          `must be the entity's ETag, quotes included, such as "\\"v1\\""; found ${formatValue(etag)}`,
        );
      } else byId.set(id, { etag, pointer });
    }
    return byId;
  }

  /** The values in the path of the entity of this catalog that a reference leads to. */
  #entityAt(reference: string, pointer: string): readonly string[] | undefined {
    const match = this.#find(reference);
    const { entity } = this.#node;
    const isOwn =
      match !== undefined &&
      match.resource === entity &&
      this.#request.values.every((value, index) => value === match.values[index]);
    if (isOwn) return match.values;
    this.#refuse(
      pointer,
      `leads to no entity of this catalog; references are resolved against ${this.#request.path}`,
    );
    return undefined;
  }

  #find(reference: string): Match<ResourceNode> | undefined {
    const { api, path } = this.#request;
    if (reference.length > MAX_SELF_LENGTH || checkIri(reference) !== undefined) return undefined;
    const target = resolveReference(reference, api.base + path, this.#request);
    if (!target.startsWith(this.#prefix) || /[?#]/.test(target)) return undefined;
    try {
      return api.declaration.tree.find(`/${target.slice(this.#prefix.length)}`);
    } catch (error) {
      if (error instanceof BadPathError) return undefined;
      throw error;
    }
  }

  #refuse(pointer: string, message: string): void {
    this.errors.push({ pointer, message, rule: 'index' });
  }
}

/** One change that nothing stands against as far as can be seen. */
interface PreparedChange {
  /** The request as the entity sees it. */
  readonly request: RequestContext;
  readonly id: string;
  readonly version: { readonly version?: string };
  /** Undefined where the entity is to be removed. */
  readonly update?: { readonly body: EntityBody; readonly changes: UpdateOptions['changes'] };
  /** The entry that asks for it. */
  readonly pointer: string;
}

/** Says of which entry the store refused something. */
function locateRefusal(pointer: string, error: unknown): unknown {
  const refusal = translateStoreError(error, within(pointer));
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
  readonly prepared: PreparedChange[] = [];
  readonly #request: RequestContext;
  readonly #entity: EntityNode;
  readonly #forbidden: ErrorDetail[] = [];
  readonly #invalid: ErrorDetail[] = [];
  readonly #unconditional: ErrorDetail[] = [];
  readonly #stale: ErrorDetail[] = [];

  constructor(request: RequestContext, entity: EntityNode) {
    this.#request = request;
    this.#entity = entity;
  }

  async prepare(entry: IndexEntry): Promise<void> {
    const { pointer, values, members } = entry;
    const request = this.#request.at(this.#entity, values);
    const found = await this.#find(request);
    if (found === undefined) {
      this.#invalid.push({ pointer, message: 'leads to no entity that exists', rule: 'missing' });
      return;
    }
    if (this.#isRefused(request, members === null ? 'DELETE' : 'PATCH', pointer)) return;
    this.#requireCondition(request, found, entry);
    const id = values.at(-1) as string;
    const version = found.version === undefined ? {} : { version: found.version };
    if (members === null) {
      this.prepared.push({ request, id, version, pointer });
      return;
    }
    try {
      const patch = partialBody(members, within(pointer));
      const update = applyPatch(this.#entity.body, found.body as EntityBody, patch);
      if (request.api.guard !== undefined) {
        hideReferences(request, this.#entity, update.body, found.body as EntityBody);
      }
      this.prepared.push({ request, id, version, update, pointer });
    } catch (error) {
      if (!(error instanceof ProblemError) || error.errors === undefined) throw error;
      this.#invalid.push(...error.errors);
    }
  }

  async #find(request: RequestContext): Promise<EntityRecord | undefined> {
    // An entity that the caller may not even read does not exist for that caller.
    if (request.api.guard !== undefined && !isPermitted(request, 'GET')) return undefined;
    try {
      return await request.findEntity(this.#entity);
    } catch (error) {
      if (error instanceof ProblemError && error.type === 'not-found') return undefined;
      throw error;
    }
  }

  #isRefused(request: RequestContext, method: Method, pointer: string): boolean {
    const isMethod = this.#entity.methods.includes(method);
    if (isMethod && (request.api.guard === undefined || isPermitted(request, method))) return false;
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

  #requireCondition(request: RequestContext, found: EntityRecord, { pointer, condition }: IndexEntry): void {
    if (condition === undefined) {
      const { node } = this.#request;
      if (!node.requireIfMatch && !this.#entity.requireIfMatch) return;
      const message = 'needs the ETag that the entity has, under the same reference in "etags"';
      this.#unconditional.push({ pointer, message, rule: 'etags' });
      return;
    }
    const current = validatorsForChange(representEntity(request, this.#entity, found));
    if (evaluate({ method: 'PATCH', ifMatch: condition.etag }, current) === 'proceed') return;
    const message =
      explainAlteredTag(condition.etag, current) ?? 'is not the ETag that the entity has now; read it again';
    this.#stale.push({ pointer: condition.pointer, message, rule: 'etags' });
  }

  /** What the client may not do stands before what it did wrong, and that before what was changed meanwhile. */
  throwIfRefused(): void {
    if (this.#forbidden.length > 0) {
      throwIfAny(needsChallenge(this.#request) ? 'unauthorized' : 'forbidden', this.#forbidden);
    }
    if (this.#invalid.length > 0) throw invalidDocument(firstErrors(this.#invalid));
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
