import { inspect } from 'node:util';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { PROBLEM_MEDIA_TYPE, ProblemError, problemTypes } from '../http/problem.js';
import type { ErrorDetail, ProblemOptions } from '../http/problem.js';
import type { DeclaredProblem } from '../declaration/problem-definitions.js';
import { toJsonText } from '../declaration/json-text.js';
import { isMount } from './http-message.js';
import type { HttpResponse } from './http-message.js';
import type { ApiContext } from './api-context.js';
import { formatPointer } from '../protocol/json-pointer.js';
import { StoreConflictError, StoreUnavailableError, UnreadableValueError } from '../store/store-errors.js';

// How errors become responses, and what the store refuses becomes a problem.

/** The response to a request that failed, and the error to log. */
export interface ErrorResponse {
  readonly response: HttpResponse;
  /** Undefined where the client is at fault. */
  readonly log?: Error;
}

/**
 * Turns whatever was thrown into a problem document. Only a {@link ProblemError} is meant for clients; of
 * anything else they learn that it happened, and the log the rest.
 *
 * @param api - has the pages that problem types lead to
 * @param mount - the prefix that it is mounted under, as received
 */
export function toErrorResponse(
  thrown: unknown,
  api: Pick<ApiContext, 'basePath' | 'problems' | 'challenge'>,
  mount: string,
): ErrorResponse {
  const { problems, basePath } = api;
  const problem = requireSendable(thrown instanceof ProblemError ? thrown : problemOf(thrown), problems);
  const { type } = problem;
  const isListed = problems.has(type) || Object.hasOwn(problemTypes, type);
  const document = problem.toDocument(mount === '' ? basePath : basePath + pagesMount(mount));
  const response: HttpResponse = {
    status: problem.status,
    headers: { ...headersOf(problem, api), 'Content-Type': PROBLEM_MEDIA_TYPE },
    // A type leads to a page, or says that there is none (RFC 9457, section 4.2.1).
    body: JSON.stringify(isListed ? document : { ...document, type: 'about:blank' }),
  };
  if (!isListed) return { response, log: unlistedTypeError(problem) };
  // An unknown method is the client's fault too, for all that its status begins with 5.
  return problem.status <= 501 && problem.status !== 500
    ? { response }
    : { response, log: toError(problem.cause ?? problem) };
}

/** A prefix that no path may have is no place where pages are either: what of it is one, without doubled slashes. */
function pagesMount(mount: string): string {
  const place = isMount(mount) ? mount : mount.replace(/\/{2,}[^]*$|\/$/, '');
  return isMount(place) ? place : '';
}

/** Where the API says how callers authenticate, every 401 says so, also one that a class has thrown (RFC 9110, section 15.5.2). */
function headersOf(
  { status, headers }: ProblemError,
  { challenge }: Pick<ApiContext, 'challenge'>,
): ProblemError['headers'] {
  if (status !== 401 || challenge === undefined) return headers;
  const isSaid = Object.keys(headers).some((name) => name.toLowerCase() === 'www-authenticate');
  return isSaid ? headers : { ...headers, 'WWW-Authenticate': challenge };
}

/** Fields that the server sets itself; a problem of an author cannot. */
const RESERVED_FIELDS: ReadonlySet<string> = new Set(['content-type', 'content-length', 'transfer-encoding']);

function problemOf(thrown: unknown): ProblemError {
  const error = translateStoreError(thrown);
  return error instanceof ProblemError ? error : new ProblemError('internal-error', { cause: error });
}

/**
 * A problem that can be sent as it is. One that says what HTTP or JSON cannot carry, or what the definition of its
 * type denies, is our own fault.
 */
function requireSendable(
  problem: ProblemError,
  problems: ReadonlyMap<string, DeclaredProblem>,
): ProblemError {
  const { type, headers, members } = problem;
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      if (RESERVED_FIELDS.has(name.toLowerCase()))
        throw new TypeError(`a problem cannot set ${name}: the answer says it itself`);
    }
    if (members !== undefined) toJsonText(members);
    const wrong = problems.get(type)?.members?.errors(members ?? {})[0];
    if (wrong === undefined) return problem;
    throw new TypeError(
      `the problem ${JSON.stringify(type)} has other members than defineProblem() says: ${wrong.pointer} ${wrong.message}`,
    );
  } catch (cause) {
    return new ProblemError('internal-error', { cause });
  }
}

/** A type that has no page is not shown, which the author alone can mend. */
function unlistedTypeError(problem: ProblemError): Error {
  const type = JSON.stringify(problem.type);
  return new Error(
    `the problem ${type} was answered as "about:blank", for there is no page of it: list its type in shoji(…, { problems: [ … ] })`,
    { cause: problem },
  );
}

/** Makes an `Error` of whatever was thrown. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error(`a resource class threw ${inspect(thrown)}`, { cause: thrown });
}

/** Says of a place in a body, which an error points to, where it is in what the client sent. */
export type Trace = (error: ErrorDetail) => ErrorDetail;

/** Bodies stand in entity documents. */
export const inDocument: Trace = (error) => ({ ...error, pointer: `/body${error.pointer}` });

/**
 * Makes a problem of what the store refused, or could not do; any other error is given back as it is.
 *
 * @param trace - where the members of the body, of which the store speaks, are in what the client sent
 */
export function translateStoreError(error: unknown, trace: Trace = inDocument): unknown {
  if (error instanceof StoreConflictError) return conflictProblem(error, trace);
  if (error instanceof UnreadableValueError) return unreadableProblem(error);
  return error instanceof StoreUnavailableError ? unavailabilityProblem(error) : error;
}

function unreadableProblem(cause: UnreadableValueError): ProblemError {
  return new ProblemError('internal-error', {
    detail:
      `The member ${JSON.stringify(cause.member)} cannot be shown: its column ${JSON.stringify(cause.column)} ` +
      'holds a number that JSON readers would change, and its schema allows no string of the digits instead.',
    cause,
  });
}

function conflictProblem(cause: StoreConflictError, trace: Trace): ProblemError {
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

/** An existing table may refuse what the schema accepts. It tells the member only where that lacks a value (NOT NULL). */
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

function unavailabilityProblem(cause: StoreUnavailableError): ProblemError {
  if (cause.reason === 'full') return new ProblemError('insufficient-storage', { cause });
  return new ProblemError('unavailable', {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(cause.retryAfter))) },
    cause,
  });
}

/** The 503 of a change that other changes kept coming before. */
export function tooManyConflicts(cause: unknown): ProblemError {
  return new ProblemError('unavailable', {
    detail: 'Others are changing the resource faster than this request can; try again.',
    headers: { 'Retry-After': '1' },
    cause,
  });
}

/** Whether a change was refused because the entity is no longer at the version it was made for. */
export function isVersionConflict(error: unknown): boolean {
  return error instanceof StoreConflictError && error.reason === 'version';
}

/** Whether an entity was refused because there is one with its id already. */
export function isIdConflict(error: unknown): boolean {
  return error instanceof StoreConflictError && error.reason === 'exists';
}
