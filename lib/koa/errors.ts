import { inspect } from 'node:util';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { PROBLEM_MEDIA_TYPE, Problem } from '../http/problem.js';
import { refusalOf } from '../resource/refusals.js';
import type { Answer } from './incoming.js';
import type { Served } from './served.js';
import { isMount } from './target.js';

/** An error as it is answered, and what of it belongs into the log. */
export interface Failure {
  readonly answer: Answer;
  /** Undefined where the client is at fault. */
  readonly log?: Error;
}

/**
 * Turns whatever was thrown into a problem document. Only a {@link Problem} is meant for clients; of
 * anything else they learn that it happened, and the log the rest.
 *
 * @param mount - the prefix that the API is mounted under, as received
 */
export function failureOf(thrown: unknown, served: Pick<Served, 'basePath'>, mount: string): Failure {
  const problem = sendable(thrown instanceof Problem ? thrown : refusalOf(thrown));
  // A prefix that no path may have is no place where pages are either.
  const prefix = mount === '' || !isMount(mount) ? served.basePath : served.basePath + mount;
  const answer: Answer = {
    status: problem.status,
    headers: { ...problem.headers, 'Content-Type': PROBLEM_MEDIA_TYPE },
    body: JSON.stringify(problem.toDocument(prefix)),
  };
  // An unknown method is the client's fault too, for all that its status begins with 5.
  return problem.status <= 501 && problem.status !== 500
    ? { answer }
    : { answer, log: errorOf(problem.cause ?? problem) };
}

/** A problem that can be sent as it is; one that names a header field which HTTP cannot carry is our own fault. */
function sendable(thrown: unknown): Problem {
  if (!(thrown instanceof Problem)) return new Problem('internal-error', { cause: thrown });
  try {
    for (const [name, value] of Object.entries(thrown.headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    return thrown;
  } catch (cause) {
    return new Problem('internal-error', { cause });
  }
}

/** What was thrown, as the log takes it. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error(`a resource class threw ${inspect(thrown)}`, { cause: thrown });
}
