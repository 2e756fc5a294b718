import { mergePatch } from '../http/merge-patch.js';
import { firstErrors, ProblemError } from '../http/problem.js';
import type { ErrorDetail } from '../http/problem.js';
import type { Json } from '../protocol/documents.js';
import { formatPointer } from '../protocol/json-pointer.js';
import type { BodySchema } from '../resource/body-schema.js';
import type { UpdateOptions } from '../resource/found.js';
import { inDocument } from '../resource/refusals.js';
import type { Trace } from '../resource/refusals.js';
import { invalid } from './request-document.js';
import type { EntityBody } from './request-document.js';

/** A way to change some of a body, as a client sent it; it can be applied to one version after another. */
export type BodyPatch = (body: EntityBody, schema: BodySchema) => Patched;

/** A body as a patch leaves it. */
export interface Patched {
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
export function patched(
  schema: BodySchema,
  old: EntityBody,
  patch: BodyPatch,
): Pick<Patched, 'body' | 'changes' | 'trace'> {
  const { body, changes, errors, trace } = patch(old, schema);
  const all = [...errors, ...schema.changeErrors(schema.withoutReadOnly(body), old, '').map(trace)];
  if (all.length > 0) throw invalid(firstErrors(all));
  const lost = schema.nestedReadOnly.length === 0 ? [] : schema.lostErrors(body, old, '').map(trace);
  if (lost.length > 0) throw invalid(lost);
  return { body: schema.keepReadOnly(body, old), changes, trace };
}

/**
 * Each member that is given replaces what was there, the others stay.
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
export function mergePatchBody(document: unknown): BodyPatch {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new ProblemError('not-a-document', {
      detail: 'A merge patch of an entity is an object with the members of its body that change.',
    });
  }
  const names = Object.keys(document);
  return (old, schema) => {
    const body = mergePatch(old as Json, document as Json) as EntityBody;
    return {
      body,
      changes: membersOf(body, writable(names, schema)),
      errors: schema.readOnlyErrors(body, '', old, document),
      trace: (error) => error,
    };
  };
}

/** Of the members that a patch names, those that it may change: one that only the server writes is as it was. */
export function writable(names: Iterable<string>, schema: BodySchema): readonly string[] {
  return Array.from(names).filter((name) => !schema.isReadOnly(name));
}

/** Members of a body by their names; undefined where they are gone. */
export function membersOf(body: EntityBody, names: Iterable<string>): EntityBody {
  return Object.fromEntries(
    Array.from(names, (name) => [name, Object.hasOwn(body, name) ? body[name] : undefined]),
  );
}
