import { inspect } from 'node:util';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { PROBLEM_MEDIA_TYPE, ProblemError, problemTypes } from '../http/problem.js';
import type { DeclaredProblem } from '../resource/declaration/problems.js';
import { toJsonText } from '../resource/json-text.js';
import { refusalOf } from '../resource/refusals.js';
import type { HttpResponse } from './incoming.js';
import type { ApiContext } from './served.js';
import { isMount } from './target.js';

/** An error as it is answered, and what of it belongs into the log. */
export interface Failure {
  readonly answer: HttpResponse;
  /** Undefined where the client is at fault. */
  readonly log?: Error;
}

/**
 * Turns whatever was thrown into a problem document. Only a {@link ProblemError} is meant for clients; of
 * anything else they learn that it happened, and the log the rest.
 *
 * @param served - the API, of which the pages are that types lead to
 * @param mount - the prefix that it is mounted under, as received
 */
export function failureOf(
  thrown: unknown,
  served: Pick<ApiContext, 'basePath' | 'problems' | 'challenge'>,
  mount: string,
): Failure {
  const { problems, basePath } = served;
  const problem = sendable(thrown instanceof ProblemError ? thrown : problemOf(thrown), problems);
  const { type } = problem;
  const isListed = problems.has(type) || Object.hasOwn(problemTypes, type);
  const document = problem.toDocument(mount === '' ? basePath : basePath + placeOfPages(mount));
  const answer: HttpResponse = {
    status: problem.status,
    headers: { ...headersOf(problem, served), 'Content-Type': PROBLEM_MEDIA_TYPE },
    // A type leads to a page, or says that there is none (RFC 9457, section 4.2.1).
    body: JSON.stringify(isListed ? document : { ...document, type: 'about:blank' }),
  };
  if (!isListed) return { answer, log: unlisted(problem) };
  // An unknown method is the client's fault too, for all that its status begins with 5.
  return problem.status <= 501 && problem.status !== 500
    ? { answer }
    : { answer, log: errorOf(problem.cause ?? problem) };
}

/** A prefix that no path may have is no place where pages are either: what of it is one, without doubled slashes. */
function placeOfPages(mount: string): string {
  const place = isMount(mount) ? mount : mount.replace(/\/{2,}[^]*$|\/$/, '');
  return isMount(place) ? place : '';
}

/** Where the API says how callers authenticate, every 401 says so, whoever has thrown it (RFC 9110, section 15.5.2). */
function headersOf(
  { status, headers }: ProblemError,
  { challenge }: Pick<ApiContext, 'challenge'>,
): ProblemError['headers'] {
  if (status !== 401 || challenge === undefined) return headers;
  const isSaid = Object.keys(headers).some((name) => name.toLowerCase() === 'www-authenticate');
  return isSaid ? headers : { ...headers, 'WWW-Authenticate': challenge };
}

/** What an answer says by itself; the body is none of the author's. */
const OURS: ReadonlySet<string> = new Set(['content-type', 'content-length', 'transfer-encoding']);

function problemOf(thrown: unknown): ProblemError {
  const refusal = refusalOf(thrown);
  return refusal instanceof ProblemError ? refusal : new ProblemError('internal-error', { cause: refusal });
}

/**
 * A problem that can be sent as it is. One that says what HTTP or JSON cannot carry, or what the definition of its
 * type denies, is our own fault.
 */
function sendable(problem: ProblemError, problems: ReadonlyMap<string, DeclaredProblem>): ProblemError {
  const { type, headers, members } = problem;
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      if (OURS.has(name.toLowerCase()))
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

/** A type that has no page is not shown, which nobody but the author can mend. */
function unlisted(problem: ProblemError): Error {
  const type = JSON.stringify(problem.type);
  return new Error(
    `the problem ${type} was answered as "about:blank", for there is no page of it: list its type in shoji(…, { problems: [ … ] })`,
    { cause: problem },
  );
}

/** What was thrown, as the log takes it. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error(`a resource class threw ${inspect(thrown)}`, { cause: thrown });
}
