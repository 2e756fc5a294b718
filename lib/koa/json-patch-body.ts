import { applyJsonPatch, readJsonPatch } from '../http/json-patch.js';
import type { Path, PatchOperation } from '../http/json-patch.js';
import type { ErrorDetail } from '../http/problem.js';
import type { Json } from '../protocol/documents.js';
import { jsonEqual } from '../protocol/json/values.js';
import { formatPointer, parsePointer, valueAt } from '../protocol/json-pointer.js';
import { READ_ONLY } from '../resource/body-schema.js';
import type { BodySchema } from '../resource/body-schema.js';
import type { Trace } from '../resource/refusals.js';
import { membersOf, writable } from './body-patch.js';
import type { BodyPatch } from './body-patch.js';
import { invalid } from './request-document.js';
import type { EntityBody } from './request-document.js';

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
 * @throws@throws {ProblemError} 400 where it is malformed
 * @see RFC 6902
 */
export function jsonPatchBody(document: unknown, budget: number): BodyPatch {
  const operations = readJsonPatch(document as Json);
  return (old, schema) => {
    const { value, places } = applyJsonPatch(old as Json, operations, budget);
    const steps = stepsOf(operations, places);
    const trace = traceTo(steps);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalid([trace({ pointer: '', message: 'must be an object', rule: 'type' })]);
    }
    const body = value as EntityBody;
    const written = steps.flatMap(({ place, from }) => [place, ...(from === undefined ? [] : [from])]);
    const names = written.flatMap(([name]) => name ?? [...Object.keys(old), ...Object.keys(body)]);
    return {
      body,
      changes: membersOf(body, writable(new Set(names), schema)),
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

/** What leaves another value in a member that only the server writes; one that is there already may be written. */
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
