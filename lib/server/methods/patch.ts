import { JSON_PATCH_MEDIA_TYPE, readJsonPatch, applyJsonPatch } from '../../http/json-patch.js';
import type { Path, PatchOperation } from '../../http/json-patch.js';
import { MERGE_PATCH_MEDIA_TYPE, mergePatch } from '../../http/merge-patch.js';
import { firstErrors, ProblemError } from '../../http/problem.js';
import type { ErrorDetail } from '../../http/problem.js';
import type { Json } from '../../protocol/documents.js';
import { jsonEqual, isObject } from '../../protocol/json/values.js';
import { formatPointer, parsePointer, valueAt } from '../../protocol/json-pointer.js';
import { READ_ONLY } from '../../declaration/body-schema.js';
import type { BodySchema } from '../../declaration/body-schema.js';
import type { EntityRecord, UpdateOptions } from '../../resource/entity-record.js';
import type { EntityNode } from '../../declaration/nodes.js';
import { inDocument, isVersionConflict, translateStoreError } from '../error-response.js';
import type { Trace } from '../error-response.js';
import { hideReferences } from '../guard.js';
import type { HttpResponse } from '../http-message.js';
import { entityResponse } from '../render/entities.js';
import { invalidDocument, readBody, requireEntityBody } from '../request-body.js';
import type { EntityBody } from '../request-body.js';
import type { RequestContext } from '../request-context.js';
import { requireEntityPreconditions } from '../require-preconditions.js';
import type { ValidatorsOf } from '../require-preconditions.js';

/** PATCH of an entity, in the format that the Content-Type names. */
export async function patch(request: RequestContext, node: EntityNode): Promise<HttpResponse> {
  const found = await request.findEntity(node);
  const change = await readPatch(request);
  return entityResponse(request, node, await patchEntity(request, node, found, change));
}

async function readPatch(request: RequestContext): Promise<BodyPatch> {
  const { type, value } = await readBody(request);
  switch (type) {
    case MERGE_PATCH_MEDIA_TYPE:
      return mergePatchBody(value);
    case JSON_PATCH_MEDIA_TYPE:
      return jsonPatchBody(value, request.api.bodyLimit);
    default:
      return partialBody(requireEntityBody(value, request));
  }
}

/**
 * Changes some of an entity's body.
 *
 * @param found - the entity as it was read
 * @param validatorsOf - the entity's own by default
 * @returns the entity as it is now
 */
export function patchEntity(
  request: RequestContext,
  node: EntityNode,
  found: EntityRecord,
  bodyPatch: BodyPatch,
  validatorsOf?: ValidatorsOf,
): Promise<EntityRecord> {
  const catalog = request.catalogAt(node.parent);
  const change = async (current: EntityRecord) => {
    if (request.hasPreconditions) requireEntityPreconditions(request, node, current, validatorsOf);
    const { body, changes, trace } = applyPatch(node.body, current.body as EntityBody, bodyPatch);
    if (request.api.guard !== undefined) {
      hideReferences(request, node, body, current.body as EntityBody);
    }
    const { version } = current;
    try {
      return await catalog.update(
        request.idOf(node),
        body,
        version === undefined ? { changes } : { version, changes },
      );
    } catch (error) {
      throw isVersionConflict(error) ? error : translateStoreError(error, trace);
    }
  };
  return request.retryOnConflict(node, found, change);
}

/** A way to change some of a body, as a client sent it; it can be applied to one version after another. */
export type BodyPatch = (body: EntityBody, schema: BodySchema) => PatchedBody;

/** A body as a patch leaves it. */
export interface PatchedBody {
  readonly body: EntityBody;
  readonly changes: UpdateOptions['changes'];
  /** What stands against the patch itself. */
  readonly errors: readonly ErrorDetail[];
  /** From places in the body to places in the patch. */
  readonly trace: Trace;
}

/**
 * Applies a patch and holds the whole body to its schema.
 *
 * @returns the body to keep, in which what is read-only is as it was
 * @throws {ProblemError} what stands against it
 */
export function applyPatch(
  schema: BodySchema,
  old: EntityBody,
  bodyPatch: BodyPatch,
): Pick<PatchedBody, 'body' | 'changes' | 'trace'> {
  const { body, changes, errors, trace } = bodyPatch(old, schema);
  const all = [...errors, ...schema.changeErrors(schema.withoutReadOnly(body), old, '').map(trace)];
  if (all.length > 0) throw invalidDocument(firstErrors(all));
  const lost = schema.nestedReadOnly.length === 0 ? [] : schema.lostErrors(body, old, '').map(trace);
  if (lost.length > 0) throw invalidDocument(lost);
  return { body: schema.keepReadOnly(body, old), changes, trace };
}

// ---- The formats

/**
 * Each member that is given replaces what was there, the rest stays.
 *
 * @param members - one that is undefined goes
 * @see Shoji in use: PATCH with an entity document
 */
export function partialBody(members: EntityBody, trace: Trace = inDocument): BodyPatch {
  return (old, schema) => ({
    body: withoutUndefined({ ...old, ...members }),
    changes: schema.readOnly.length === 0 ? members : schema.withoutReadOnly(members),
    errors: schema.readOnlyErrors(members, '', old).map(trace),
    trace,
  });
}

function withoutUndefined(body: EntityBody): EntityBody {
  if (!Object.values(body).includes(undefined)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** One member is replaced by a value that was sent bare. */
export function oneMember(name: string, value: unknown): BodyPatch {
  const root = formatPointer([name]);
  return partialBody({ [name]: value }, (error) =>
    error.pointer === root || error.pointer.startsWith(`${root}/`)
      ? { ...error, pointer: error.pointer.slice(root.length) }
      : inDocument(error),
  );
}

/**
 * A merge patch of the body.
 *
 * @throws {ProblemError} 422 where it is no object: it would replace the body by something else
 * @see RFC 7396
 */
function mergePatchBody(document: unknown): BodyPatch {
  if (!isObject(document)) {
    throw new ProblemError('not-a-document', {
      detail: 'A merge patch of an entity is an object with the members of its body that change.',
    });
  }
  const names = Object.keys(document);
  return (old, schema) => {
    const body = mergePatch(old as Json, document) as EntityBody;
    return {
      body,
      changes: membersOf(body, writableNames(names, schema)),
      errors: schema.readOnlyErrors(body, '', old, document),
      trace: (error) => error,
    };
  };
}

/** Of the members that a patch names, those that it may change: one that only the server writes is as it was. */
function writableNames(names: Iterable<string>, schema: BodySchema): readonly string[] {
  return Array.from(names).filter((name) => !schema.isReadOnly(name));
}

/** Members of a body by their names; undefined where they are gone. */
function membersOf(body: EntityBody, names: Iterable<string>): EntityBody {
  return Object.fromEntries(
    Array.from(names, (name) => [name, Object.hasOwn(body, name) ? body[name] : undefined]),
  );
}

/** One operation that writes, with where it wrote. */
interface Step {
  readonly operation: PatchOperation;
  /** Its place in the patch, as a JSON Pointer. */
  readonly pointer: string;
  readonly place: Path;
  /** What it took away from elsewhere. */
  readonly from?: Path;
}

/**
 * A JSON Patch of the body.
 *
 * @param budget - how much it may copy and move
 * @throws {ProblemError} 400 where it is malformed
 * @see RFC 6902
 */
function jsonPatchBody(document: unknown, budget: number): BodyPatch {
  const operations = readJsonPatch(document as Json);
  return (old, schema) => {
    const { value, places } = applyJsonPatch(old as Json, operations, budget);
    const steps = stepsOf(operations, places);
    const trace = traceTo(steps);
    if (!isObject(value)) {
      throw invalidDocument([trace({ pointer: '', message: 'must be an object', rule: 'type' })]);
    }
    const body = value as EntityBody;
    const written = steps.flatMap(({ place, from }) => [place, ...(from === undefined ? [] : [from])]);
    const names = written.flatMap(([name]) => name ?? [...Object.keys(old), ...Object.keys(body)]);
    return {
      body,
      changes: membersOf(body, writableNames(new Set(names), schema)),
      errors: readOnlyErrors(schema, steps, old, body),
      trace,
    };
  };
}

function stepsOf(operations: readonly PatchOperation[], places: readonly Path[]): readonly Step[] {
  return operations.flatMap((operation, index) => {
    if (operation.op === 'test') return [];
    const step = { operation, pointer: `/${index}`, place: places[index] ?? [] };
    return [operation.op === 'move' ? { ...step, from: operation.from } : step];
  });
}

/** Finds the operations that leave another value in a member that only the server writes; the same one may be written. */
function readOnlyErrors(
  { readOnly }: BodySchema,
  steps: readonly Step[],
  old: EntityBody,
  body: EntityBody,
): readonly ErrorDetail[] {
  return readOnly.flatMap((path) => {
    const value = valueAt(body as Json, path);
    const before = valueAt(old as Json, path);
    if (value === before || (value !== undefined && jsonEqual(value, before))) return [];
    const direct = steps.flatMap(({ pointer, place, from }) => [
      ...(isPrefix(path, place) ? [`${pointer}/path`] : []),
      ...(from !== undefined && isPrefix(path, from) ? [`${pointer}/from`] : []),
    ]);
    if (direct.length > 0) return direct.map((pointer) => ({ ...READ_ONLY, pointer }));
    // What is gone together with what it was in is said of that.
    return value === undefined ? [] : [traceTo(steps)({ ...READ_ONLY, pointer: formatPointer(path) })];
  });
}

/** Of a place in the patched body, the last operation that had to do with it. */
function traceTo(steps: readonly Step[]): Trace {
  return (error) => {
    const path = parsePointer(error.pointer) ?? [];
    const message = `leaves ${error.pointer === '' ? 'the body' : error.pointer} in a state that is refused: ${error.message}`;
    for (const { operation, pointer, place, from } of steps.toReversed()) {
      if (isPrefix(place, path) && 'value' in operation) {
        return { ...error, pointer: `${pointer}/value${formatPointer(path.slice(place.length))}` };
      }
      if (isPrefix(place, path) || isPrefix(path, place))
        return { ...error, pointer: `${pointer}/path`, message };
      if (from !== undefined && (isPrefix(from, path) || isPrefix(path, from))) {
        return { ...error, pointer: `${pointer}/from`, message };
      }
    }
    return { ...error, pointer: '', message };
  };
}

function isPrefix(short: Path, long: Path): boolean {
  return short.length <= long.length && short.every((token, index) => token === long[index]);
}
