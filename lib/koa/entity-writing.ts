import { JSON_PATCH_MEDIA_TYPE } from '../http/json-patch.js';
import { MERGE_PATCH_MEDIA_TYPE } from '../http/merge-patch.js';
import type { Validators } from '../http/preconditions.js';
import { firstErrors, ProblemError } from '../http/problem.js';
import type { Catalog } from '../resource/catalog.js';
import { isStored } from '../resource/found.js';
import type { Awaitable, EntityRecord } from '../resource/found.js';
import { expandPath } from '../resource/nodes.js';
import type { EntityNode } from '../resource/nodes.js';
import { isStale, isTaken, refusalOf } from '../resource/refusals.js';
import { hideReferences } from './access.js';
import { mergePatchBody, partialBody, patched } from './body-patch.js';
import type { BodyPatch } from './body-patch.js';
import { MOST_TRIES, isConditional, overtaken, requirePreconditions } from './conditions.js';
import { forChange } from './entity-tags.js';
import type { HttpResponse } from './incoming.js';
import { jsonPatchBody } from './json-patch-body.js';
import { findEntity, representEntity } from './representation.js';
import { bodyOf, invalid, readSent } from './request-document.js';
import type { EntityBody } from './request-document.js';
import { withTimeout } from './settle.js';
import { inTurn } from './turns.js';
import type { Visit } from './visit.js';

/** A catalog whose bodies are of a type that is known only where its class is written. */
export type AnyCatalog = Catalog<{ readonly body: { readonly type: 'object' } }>;

/** What the preconditions of a request are held against; undefined where there is nothing. */
export type ValidatorsOf = (current: EntityRecord) => Validators | undefined;

/** The methods that change one entity, for one request. */
export class EntityWriting {
  readonly #visit: Visit;
  readonly #node: EntityNode;
  readonly #id: string;
  readonly #catalog: AnyCatalog;

  constructor(visit: Visit, node: EntityNode) {
    const { exchange } = visit;
    this.#visit = visit;
    this.#node = node;
    this.#id = exchange.values[node.variables.length - 1] as string;
    this.#catalog = exchange.catalogAt(node.parent);
  }

  /** PUT: replaces the body whole, or makes an entity where the catalog lets clients choose ids. */
  async replace(): Promise<HttpResponse> {
    const { served, exchange, incoming } = this.#visit;
    const { 'if-none-match': ifNoneMatch } = incoming.req.headers;
    const found = await this.#existing();
    if (found === undefined && (this.#node.parent.ids !== 'client' || ifNoneMatch !== '*')) {
      throw nothingHere(this.#visit, this.#node);
    }
    const { value } = await readSent(this.#visit);
    const body = bodyOf(value, this.#visit);
    if (found === undefined) return this.#createHere(accept(this.#node, body));
    const { body: schema } = this.#node;
    const writable = schema.withoutReadOnly(body);
    const filled = schema.filled(writable);
    const errors = schema.changeErrors(filled, found.body as EntityBody);
    if (errors.length > 0) {
      throw invalid(
        firstErrors([...schema.readOnlyErrors(body, '/body', found.body as EntityBody), ...errors]),
      );
    }
    const replaced = await this.#overtake(found, this.#validatorsOf, (current) => {
      const changed = schema.readOnlyErrors(body, '/body', current.body as EntityBody);
      if (changed.length > 0) throw invalid(changed);
      const lost =
        schema.nestedReadOnly.length === 0 ? [] : schema.lostErrors(body, current.body as EntityBody);
      if (lost.length > 0) throw invalid(lost);
      const whole = schema.keepReadOnly(filled, current.body as EntityBody);
      // What is carried over from the old body or compared with it, or was asked to be unchanged, must still be
      // so when it is written.
      const bound = schema.readOnly.length > 0 || isConditional(incoming);
      if (served.guard !== undefined)
        hideReferences(served, exchange, this.#node, whole, current.body as EntityBody);
      return this.#catalog.replace(this.#id, whole, versionOf(current, bound));
    });
    return this.#answer(replaced);
  }

  /**
   * PUT that would make an entity where the caller may not see whether there is one. It is held to what any other
   * would be held to, and then refused in either case.
   */
  async refuseId(): Promise<never> {
    const { value } = await readSent(this.#visit);
    accept(this.#node, bodyOf(value, this.#visit));
    requirePreconditions(this.#visit, undefined);
    throw new ProblemError('conflict', { detail: 'No entity can be made under this id; choose another.' });
  }

  /** PATCH, in the format that the Content-Type names. */
  async update(): Promise<HttpResponse> {
    const { served, exchange } = this.#visit;
    const found = await findEntity(served, exchange, this.#node);
    const patch = await this.#readPatch();
    return this.#answer(await this.change(found, patch));
  }

  /** DELETE. */
  async remove(): Promise<HttpResponse> {
    const { served, exchange, incoming } = this.#visit;
    const found = await findEntity(served, exchange, this.#node);
    await this.#overtake(found, this.#validatorsOf, (current) =>
      this.#catalog.remove(this.#id, versionOf(current, isConditional(incoming))),
    );
    return { status: 204, headers: {} };
  }

  /**
   * Changes some of the body.
   *
   * @param found - the entity as it was read
   * @param validatorsOf - the entity's own by default
   * @returns the entity as it is now
   */
  change(
    found: EntityRecord,
    patch: BodyPatch,
    validatorsOf: ValidatorsOf = this.#validatorsOf,
  ): Promise<EntityRecord> {
    const { served, exchange } = this.#visit;
    return this.#overtake(found, validatorsOf, async (current) => {
      const { body, changes, trace } = patched(this.#node.body, current.body as EntityBody, patch);
      if (served.guard !== undefined)
        hideReferences(served, exchange, this.#node, body, current.body as EntityBody);
      try {
        const { version } = current;
        return await this.#catalog.update(
          this.#id,
          body,
          version === undefined ? { changes } : { version, changes },
        );
      } catch (error) {
        throw isStale(error) ? error : refusalOf(error, trace);
      }
    });
  }

  /** The answer to a request that made the entity. */
  async created(entity: EntityRecord, id: string): Promise<HttpResponse> {
    const { served, exchange } = this.#visit;
    // Such as `..`, or the name of a view beside the entities: no request would ever reach it.
    if (served.declaration.tree.find(expandPath(this.#node, exchange.values))?.resource !== this.#node) {
      const { className } = this.#node.parent;
      throw new TypeError(`no path leads to an entity with the id ${JSON.stringify(id)} in ${className}`);
    }
    return this.#answer(entity, 201);
  }

  async #readPatch(): Promise<BodyPatch> {
    const { type, value } = await readSent(this.#visit);
    switch (type) {
      case MERGE_PATCH_MEDIA_TYPE:
        return mergePatchBody(value);
      case JSON_PATCH_MEDIA_TYPE:
        return jsonPatchBody(value, this.#visit.served.bodyLimit);
      default:
        return partialBody(bodyOf(value, this.#visit));
    }
  }

  /**
   * Makes a change that rests on the entity as it was read. Where somebody else was faster, it is made anew to
   * what is there then, if the preconditions still hold.
   */
  async #overtake<T>(
    found: EntityRecord,
    validatorsOf: ValidatorsOf,
    change: (current: EntityRecord) => Awaitable<T>,
  ): Promise<T> {
    const { served, exchange, incoming } = this.#visit;
    const hasPreconditions = isConditional(incoming) || exchange.node.requireIfMatch;
    const attempt = (current: EntityRecord) => {
      if (hasPreconditions) requirePreconditions(this.#visit, validatorsOf(current));
      return withTimeout(served, exchange, change(current));
    };
    try {
      return await attempt(found);
    } catch (error) {
      if (!isStale(error)) throw error;
    }
    // Those who were overtaken do not overtake each other again.
    return inTurn(this.#visit, expandPath(this.#node, exchange.values), async () => {
      for (let left = MOST_TRIES; ; left--) {
        try {
          return await attempt(await findEntity(served, exchange, this.#node));
        } catch (error) {
          if (!isStale(error)) throw error;
          if (left === 1) throw overtaken(error);
        }
      }
    });
  }

  /** Makes an entity that was not there; where somebody else was faster, `If-None-Match: *` has become false. */
  async #createHere(body: EntityBody): Promise<HttpResponse> {
    const { served, exchange } = this.#visit;
    requirePreconditions(this.#visit, undefined);
    if (served.guard !== undefined) hideReferences(served, exchange, this.#node, body);
    try {
      const made = await withTimeout(served, exchange, this.#catalog.create(body, { id: this.#id }));
      if (made?.id === this.#id) return await this.created(made, made.id);
      const { className } = this.#node.parent;
      throw new TypeError(`${className}.create() was to use the id ${this.#id}; found ${made?.id}`);
    } catch (error) {
      throw isTaken(error) ? new ProblemError('precondition-failed', { cause: error }) : error;
    }
  }

  async #existing(): Promise<EntityRecord | undefined> {
    try {
      return await findEntity(this.#visit.served, this.#visit.exchange, this.#node);
    } catch (error) {
      if (error instanceof ProblemError && error.type === 'not-found') return undefined;
      throw error;
    }
  }

  #answer(entity: EntityRecord, status: 200 | 201 = 200): HttpResponse {
    requireEntity(this.#node, entity);
    const { served, exchange } = this.#visit;
    const representation = representEntity(served, exchange, this.#node, entity);
    const { etag } = representation;
    const text: () => string = representation.text;
    const headers: Record<string, string> = { 'content-location': exchange.self };
    if (etag !== undefined) headers['etag'] = etag;
    if (status === 201) headers['location'] = exchange.self;
    return { status, headers, body: text() };
  }

  readonly #validatorsOf = (entity: EntityRecord): Validators => {
    const { served, exchange } = this.#visit;
    return forChange(representEntity(served, exchange, this.#node, entity));
  };
}

/**
 * What is said of an entity that is not there.
 *
 * @throws {ProblemError} 412 where the request was to change what is there
 */
export function nothingHere(visit: Visit, { parent }: EntityNode): ProblemError {
  const { method, req } = visit.incoming;
  if (method !== 'PUT') return new ProblemError('not-found');
  const { 'if-match': ifMatch } = req.headers;
  // If-Match is false of what does not exist (RFC 9110, section 13.1.1).
  if (ifMatch !== undefined) requirePreconditions(visit, undefined);
  const detail = 'Nothing is here. To create it, send If-None-Match: * with the PUT.';
  return new ProblemError('not-found', parent.ids === 'client' && ifMatch === undefined ? { detail } : {});
}

/** @throws {TypeError} where a class gives something else than the entity that it has written */
function requireEntity({ parent }: EntityNode, given: unknown): void {
  const entity = given as EntityRecord | undefined | null;
  // The body of what a store gave is parsed only where somebody looks at it.
  if (entity !== undefined && entity !== null && (isStored(entity) || typeof entity.body === 'object'))
    return;
  throw new TypeError(`${parent.className} gives the entity as it is after a write; found ${typeof given}`);
}

/** @param bound - whether the version must still be the current one when the change is made */
function versionOf({ version }: EntityRecord, bound: boolean): { version?: string } {
  return bound && version !== undefined ? { version } : {};
}

/**
 * The body of a new entity as it is to be made: what a client sent, and the defaults of what it lacks.
 *
 * @throws {ProblemError} 422, where that is not what the schema says
 */
export function accept({ body: schema }: EntityNode, body: EntityBody): EntityBody {
  const filled = schema.hasDefaults ? schema.filled(body) : body;
  const errors = schema.errors(body, '/body', filled);
  if (errors.length > 0) throw invalid(errors);
  return filled;
}
