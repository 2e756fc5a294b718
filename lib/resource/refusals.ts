import { Problem } from '../http/problem.js';
import type { ProblemError, ProblemOptions } from '../http/problem.js';
import { formatPointer } from '../protocol/json-pointer.js';
import { StoreConflict } from '../store/conflict.js';
import { StoreUnavailable } from '../store/unavailable.js';
import { UnreadableValue } from '../store/unreadable.js';

/** Says of a place in a body, which an error points to, where it is in what the client sent. */
export type Trace = (error: ProblemError) => ProblemError;

/** Bodies stand in entity documents. */
export const inDocument: Trace = (error) => ({ ...error, pointer: `/body${error.pointer}` });

/**
 * The answer to what the store refused, or could not do; any other error is given back as it is.
 *
 * @param trace - where the members of the body, of which the store speaks, are in what the client sent
 */
export function refusalOf(error: unknown, trace: Trace = inDocument): unknown {
  if (error instanceof StoreConflict) return problemOfConflict(error, trace);
  if (error instanceof UnreadableValue) return problemOfUnreadable(error);
  return error instanceof StoreUnavailable ? problemOfUnavailability(error) : error;
}

function problemOfUnreadable(cause: UnreadableValue): Problem {
  return new Problem('internal-error', {
    detail:
      `The member ${JSON.stringify(cause.member)} cannot be shown: its column ${JSON.stringify(cause.column)} ` +
      'holds a number that JSON readers would change, and its schema allows no string of the digits instead.',
    cause,
  });
}

function problemOfConflict(cause: StoreConflict, trace: Trace): Problem {
  switch (cause.reason) {
    case 'missing':
    case 'bad-id':
      return new Problem('not-found', { cause });
    case 'version':
      return new Problem('precondition-failed', {
        detail: 'The resource has changed since the version that the request is for; read it again.',
        cause,
      });
    case 'exists':
      return new Problem('conflict', { detail: 'There is an entity with this id already.', cause });
    case 'in-use':
      return new Problem('in-use', {
        detail: 'There are entities within this one, or that refer to it; remove them first.',
        cause,
      });
    case 'unique':
      return new Problem('conflict', { ...uniqueOptions(cause.members, trace), cause });
    case 'reference':
      return new Problem('invalid-document', { ...referenceOptions(cause.members, trace), cause });
    case 'refused':
      return new Problem('invalid-document', { ...refusedOptions(cause.members, trace), cause });
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
): readonly ProblemError[] {
  return members.map((member) => trace({ pointer: formatPointer([member]), message, rule }));
}

function problemOfUnavailability(cause: StoreUnavailable): Problem {
  if (cause.reason === 'full') return new Problem('insufficient-storage', { cause });
  return new Problem('unavailable', {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(cause.retryAfter))) },
    cause,
  });
}

/** Whether a change was refused because the entity is no longer at the version it was made for. */
export function isStale(error: unknown): boolean {
  return error instanceof StoreConflict && error.reason === 'version';
}

/** Whether an entity was refused because there is one with its id already. */
export function isTaken(error: unknown): boolean {
  return error instanceof StoreConflict && error.reason === 'exists';
}
