import { StoreUnavailableError } from '../../store-errors.js';
import type { Unavailability } from '../../store-errors.js';
import { ConstraintError } from '../engine.js';

type Meaning = readonly [Unavailability, string];

const LOST: Meaning = ['unreachable', 'the connection broke, or none could be made'];
const ENDED: Meaning = ['unreachable', 'the server ended the connection'];
const LOSSES: readonly Meaning[] = [LOST, ENDED];

/** The connection closed under a statement; so the transaction that it was in is gone. */
export class ConnectionLostError extends StoreUnavailableError {}

/** The meanings of the codes of errors, or else of the classes that they begin with. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  '08': LOST,
  '25006': ['failed', 'the server takes no writes'],
  '25P03': ['busy', 'a transaction did nothing for too long'],
  '25P04': ['busy', 'a transaction took too long'],
  '28': ['unreachable', 'the server does not let us in'],
  '3D': ['unreachable', 'the server has no such database'],
  '40001': ['busy', 'other transactions kept coming in between'],
  '40P01': ['busy', 'transactions waited for each other'],
  '53': ['busy', 'the server is short of memory'],
  '53100': ['full', 'there is no room left to write'],
  '53300': ['unreachable', 'the server takes no more connections'],
  '55P03': ['busy', 'others did not let go of what they had locked'],
  '57': ENDED,
  '57014': ['busy', 'a statement took too long'],
  '57P03': ['unreachable', 'the server is starting or stopping'],
  '58': ['failed', 'reading or writing the files of the server failed'],
  XX001: ['failed', 'the data of the server is damaged'],
  XX002: ['failed', 'the data of the server is damaged'],
};

const CONSTRAINTS: Readonly<Record<string, ConstraintError['kind']>> = {
  '23001': 'foreign-key',
  '23502': 'not-null',
  '23503': 'foreign-key',
  '23505': 'unique',
};

/** An error that a server reports; see `DatabaseError` of pg. */
interface ServerError extends Error {
  /** SQLSTATE. */
  readonly code: string;
  readonly severity: string;
  readonly constraint?: string;
  readonly column?: string;
}

/** Whether a statement was given what a column cannot hold, or what a trigger does not let through. */
function isBadValue(code: string): boolean {
  return code.startsWith('22') || code === 'P0001';
}

/**
 * Converts an error of pg to what it means to a store. What is the fault of a statement is given back as it is.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function postgresError(error: unknown): unknown {
  if (!isServerError(error)) return clientError(error);
  const { code, constraint, column } = error;
  if (code.startsWith('23'))
    return new ConstraintError(CONSTRAINTS[code] ?? 'other', constraint ?? column, error);
  if (isBadValue(code)) return new ConstraintError('other', undefined, error);
  const meaning = MEANINGS[code] ?? MEANINGS[code.slice(0, 2)];
  return meaning === undefined ? error : unavailable(meaning, error);
}

/** Converts an error that pg itself makes: it has no code. */
function clientError(error: unknown): StoreUnavailableError {
  switch (error instanceof Error ? error.message : undefined) {
    case 'timeout exceeded when trying to connect':
      return unavailable(['busy', 'all connections were in use for too long'], error);
    case 'Query read timeout':
      return unavailable(['unreachable', 'the server did not answer in time'], error);
    default:
      return unavailable(LOST, error);
  }
}

/**
 * Converts an error of COMMIT: only one that the server reports without ending the connection says that
 * nothing was written.
 */
export function commitError(error: unknown): unknown {
  if (isServerError(error) && error.severity === 'ERROR') return postgresError(error);
  return new StoreUnavailableError(
    'unreachable',
    'PostgreSQL: the connection broke during a commit; whether the change is kept is not known',
    { cause: error },
  );
}

/** Whether the transaction would have succeeded had others not come in between. */
export function isSerializationFailure(error: unknown): boolean {
  return (
    error instanceof StoreUnavailableError &&
    isServerError(error.cause) &&
    ['40001', '40P01'].includes(error.cause.code)
  );
}

/** Whether others did not let go of a lock in the time that a statement waits for one. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof StoreUnavailableError && isServerError(error.cause) && error.cause.code === '55P03';
}

/** Whether a table or a column is not there: a replica gets them a little later than its primary. */
export function isMissingRelation(error: unknown): boolean {
  return isServerError(error) && ['42P01', '42703'].includes(error.code);
}

function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'code' in error && 'severity' in error;
}

function unavailable(meaning: Meaning, cause: unknown): StoreUnavailableError {
  const [reason, found] = meaning;
  const Kind = LOSSES.includes(meaning) ? ConnectionLostError : StoreUnavailableError;
  return new Kind(reason, `PostgreSQL: ${found}`, { cause });
}
