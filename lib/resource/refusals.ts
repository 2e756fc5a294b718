import { ProblemError } from '../http/problem.js';
import type { ErrorDetail, ProblemOptions } from '../http/problem.js';
import { formatPointer } from '../protocol/json-pointer.js';
import { StoreConflictError, StoreUnavailableError, UnreadableValueError } from '../store/errors.js';

/** Says of a place in a body, which an error points to, where it is in what the client sent. */
export type Trace = (error: ErrorDetail) => ErrorDetail;

/** Bodies stand in entity documents. */
export const inDocument: Trace = (error) => ({ ...error, pointer: `/body${error.pointer}` });

/**
 * The answer to what the store refused, or could not do; any other error is given back as it is.
 *
 * @param trace - where the members of the body, of which the store speaks, are in what the client sent
 */
export function refusalOf(error: unknown, trace: Trace = inDocument): unknown {
  if (error instanceof StoreConflictError) return problemOfConflict(error, trace);
  if (error instanceof UnreadableValueError) return problemOfUnreadable(error);
  return error instanceof StoreUnavailableError ? problemOfUnavailability(error) : error;
}

function problemOfUnreadable(cause: UnreadableValueError): ProblemError {
  return new ProblemError('internal-error', {
    detail:
      `The member ${JSON.stringify(cause.member)} cannot be shown: its column ${JSON.stringify(cause.column)} ` +
      'holds a number that JSON readers would change, and its schema allows no string of the digits instead.',
    cause,
  });
}

function problemOfConflict(cause: StoreConflictError, trace: Trace): ProblemError {
  switch (cause.reason) {
    case 'missing':
    case 'bad-id':
      return new ProblemError('not-found', { cause });
    case 'version':
      return new ProblemError('precondition-failed', {
        detail: 'The resource has changed since the version that the request is for; read it again.',
        cause,
      });
    case 'exists':
      return new ProblemError('conflict', { detail: 'There is an entity with this id already.', cause });
    case 'in-use':
      return new ProblemError('in-use', {
        detail: 'There are entities within this one, or that refer to it; remove them first.',
        cause,
      });
    case 'unique':
      return new ProblemError('conflict', { ...uniqueOptions(cause.members, trace), cause });
    case 'reference':
      return new ProblemError('invalid-document', { ...referenceOptions(cause.members, trace), cause });
    case 'refused':
      return new ProblemError('invalid-document', { ...refusedOptions(cause.members, trace), cause });
  }
}

function uniqueOptions(members: readonly string[], trace: Trace): ProblemOptions {
  const names = members.map((member) => JSON.stringify(member)).join(' and ');
  const message =
    members.length > 1
      ? `together with ${names} has the values of another entity, and no two may share them`
      : 'has the value of another entity, and no two may share it';
  return {
    detail: `Another entity has the same ${names}; choose something else, or change that one.`,
    errors: errorsAt(members, message, 'unique', trace),
  };
}

function referenceOptions(members: readonly string[], trace: Trace): ProblemOptions {
  const names = members.map((member) => JSON.stringify(member)).join(' and ');
  const message = 'must be the id of an entity that exists; there is none with this id';
  return {
    detail: `There is no entity that ${names} could refer to.`,
    errors: errorsAt(members, message, 'reference', trace),
  };
}

/** The table of others knows itself what it takes. It tells the member only where that lacks a value (NOT NULL). */
function refusedOptions(members: readonly string[], trace: Trace): ProblemOptions {
  if (members.length > 0) {
    const names = members.map((member) => JSON.stringify(member)).join(' and ');
    return {
      detail: `The database requires ${names}, for all that the schema does not; it is missing, or null.`,
      errors: errorsAt(members, 'is required by the table, and missing or null', 'refused', trace),
    };
  }
  return {
    detail: 'The database takes no entity like this, for all that the schema does.',
    errors: [trace({ pointer: '', message: 'is not what the database takes here', rule: 'refused' })],
  };
}

function errorsAt(
  members: readonly string[],
  message: string,
  rule: string,
  trace: Trace,
): readonly ErrorDetail[] {
  return members.map((member) => trace({ pointer: formatPointer([member]), message, rule }));
}

function problemOfUnavailability(cause: StoreUnavailableError): ProblemError {
  if (cause.reason === 'full') return new ProblemError('insufficient-storage', { cause });
  return new ProblemError('unavailable', {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(cause.retryAfter))) },
    cause,
  });
}

/** Whether a change was refused because the entity is no longer at the version it was made for. */
export function isStale(error: unknown): boolean {
  return error instanceof StoreConflictError && error.reason === 'version';
}

/** Whether an entity was refused because there is one with its id already. */
export function isTaken(error: unknown): boolean {
  return error instanceof StoreConflictError && error.reason === 'exists';
}
