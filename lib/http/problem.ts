import { brand } from '../protocol/brand.js';
import { nearness } from '../protocol/edit-distance.js';
import { ProblemDefinition, RESERVED_MEMBERS, problemTypes } from './problem-types.js';
import type { ProblemName } from './problem-types.js';
import { isObject } from '../protocol/json/values.js';

export {
  ProblemDefinition,
  RESERVED_MEMBERS,
  problemTypes,
  type ProblemName,
  type ProblemType,
} from './problem-types.js';

/** The media type of problem documents. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** One thing that is wrong with the body of a request. */
export interface ErrorDetail {
  /** Where in the body, as an RFC 6901 JSON Pointer; `''` is the whole of it. */
  readonly pointer: string;
  /** What was found, and what to write instead. */
  readonly message: string;
  /** Stable name of the rule that is broken. */
  readonly rule: string;
}

/** Most errors that one problem tells of. */
export const MAX_ERRORS = 20;

/** Most characters of their pointers together: a name is as long as a client likes. */
const MAX_POINTER_CHARACTERS = 64 * 1024;

/** The first errors, as many as one problem tells of. */
export function firstErrors(errors: readonly ErrorDetail[]): readonly ErrorDetail[] {
  let left = MAX_POINTER_CHARACTERS;
  const end = errors.findIndex(({ pointer }, index) => {
    left -= pointer.length;
    return index === MAX_ERRORS || (index > 0 && left < 0);
  });
  return end === -1 ? errors : errors.slice(0, end);
}

/** What varies from one occurrence of a problem to the next. */
export interface ProblemOptions {
  /** What happened this time. Clients see it: it must not tell what they may not know. */
  readonly detail?: string;
  readonly errors?: readonly ErrorDetail[];
  /** Header fields that the answer needs, such as `Allow` or `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The error behind this one, for the log; clients never see it. */
  readonly cause?: unknown;
}

/**
 * What `new ProblemError(type, …)` takes after the type: options, with the extension members of the type where it has
 * some.
 */
export type ProblemOptionsOf<T> =
  T extends ProblemDefinition<infer Members>
    ? Members extends object
      ? Partial<Members> extends Members
        ? [options?: ProblemOptions & { readonly members?: Members }]
        : [options: ProblemOptions & { readonly members: Members }]
      : [options?: ProblemOptions]
    : [options?: ProblemOptions];

/** What is sent of a {@link ProblemError}, as `application/problem+json`. */
export interface ProblemDocument {
  /** IRI reference of the page that says what this type of problem means; `about:blank` where there is none. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly ErrorDetail[];
  /** @see RFC 9457, section 3.2: extension members */
  readonly [member: string]: unknown;
}

/**
 * Throw it where a request cannot be carried out: the client receives it as a problem document.
 *
 * @example
 * ```ts
 * import { ProblemError } from 'koa-shoji';
 *
 * function requireFree(name: string, taken: ReadonlySet<string>): void {
 *   if (!taken.has(name)) return;
 *   throw new ProblemError('conflict', { detail: `The name ${name} is taken; choose another.` });
 * }
 *
 * requireFree('emma', new Set());
 * ```
 *
 * @example
 * A type of problem of your own, with a member beside the others:
 *
 * ```ts
 * import { defineProblem, ProblemError } from 'koa-shoji';
 * import { Type } from 'koa-shoji/typebox';
 *
 * const OutOfStock = defineProblem('out-of-stock', {
 *   status: 409,
 *   title: 'Out of stock',
 *   meaning: 'There are fewer left than the order asks for. Order fewer.',
 *   members: Type.Object({ left: Type.Integer() }),
 * });
 * const problem = new ProblemError(OutOfStock, { detail: 'There are 3 left.', members: { left: 3 } });
 * console.log(problem.status, problem.members); // 409 { left: 3 }
 * ```
 *
 * @see RFC 9457
 */
export class ProblemError<
  T extends ProblemName | ProblemDefinition = ProblemName | ProblemDefinition,
> extends Error {
  /** Told by the brand, so that a problem of another copy of this package is one too. */
  declare static readonly [Symbol.hasInstance]: (value: unknown) => value is ProblemError;

  /** The same for every error of this class, to be searched for. */
  readonly code = 'SHOJI_PROBLEM';
  /** The name of its type. */
  readonly type: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly ErrorDetail[];
  readonly headers: Readonly<Record<string, string>>;
  /** Its type, where that is of an API's own. */
  declare readonly definition?: ProblemDefinition;
  /** Extension members, which stand beside the others in the document. */
  declare readonly members?: Readonly<Record<string, unknown>>;

  /**
   * @param type - a name of {@link problemTypes}, or what `defineProblem()` made: it gives the status code and
   *   the title
   * @throws {TypeError} where the type is neither, or the members are none that a problem can have
   */
  constructor(type: T, ...rest: ProblemOptionsOf<T>) {
    // Most types are names that are known: these take no call.
    const given: ProblemName | ProblemDefinition = type;
    const isKnown = typeof given === 'string' && Object.hasOwn(problemTypes, given);
    const { title, status } = isKnown ? problemTypes[given] : definitionOf(given);
    const options: ProblemOptions & { readonly members?: unknown } = rest[0] ?? {};
    super(options.detail ?? title, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'ProblemError';
    this.type = typeof type === 'string' ? type : type.name;
    this.status = status;
    if (options.detail !== undefined) this.detail = options.detail;
    if (options.errors !== undefined) this.errors = options.errors;
    this.headers = options.headers ?? {};
    if (typeof type !== 'string') this.definition = type;
    if (options.members !== undefined) this.members = membersOf(type, options.members);
  }

  /** The same problem, which says where in the body it arose. */
  withErrors(errors: readonly ErrorDetail[]): ProblemError {
    const { message, headers, members } = this;
    const options = {
      detail: message,
      errors,
      headers,
      ...(members !== undefined && { members }),
      ...('cause' in this && { cause: this.cause }),
    };
    return new ProblemError<ProblemName | ProblemDefinition>(
      this.definition ?? (this.type as ProblemName),
      options,
    );
  }

  /**
   * The problem document to send.
   *
   * @param prefix - path that the API is mounted under, without a trailing slash; `''` at the root
   * @see RFC 9457, section 3.1
   */
  toDocument(prefix: string): ProblemDocument {
    return {
      type: `${prefix}/problems/${this.type}`,
      title: (this.definition ?? problemTypes[this.type as ProblemName]).title,
      status: this.status,
      ...(this.detail !== undefined && { detail: this.detail }),
      ...(this.errors !== undefined && { errors: this.errors }),
      ...(this.members !== undefined && this.members),
    };
  }
}
brand(ProblemError, 'ProblemError');

/** @throws {TypeError} where it is none */
function definitionOf(type: unknown): ProblemDefinition {
  if (type instanceof ProblemDefinition) return type;
  if (typeof type !== 'string') {
    throw new TypeError(
      `the type of a problem is one of the known names, or what defineProblem() made; found ${type === null ? 'null' : typeof type}`,
    );
  }
  const known = Object.keys(problemTypes);
  const near = known.find((name) => nearness(type, name) !== undefined);
  const advice = near === undefined ? ';' : `; did you mean ${JSON.stringify(near)}?`;
  throw new TypeError(
    `there is no type of problem named ${JSON.stringify(type)}${advice} known are: ${known.join(', ')}. Make a type of your own by defineProblem()`,
  );
}

function membersOf(type: unknown, members: unknown): Readonly<Record<string, unknown>> {
  if (!(type instanceof ProblemDefinition) || type.members === undefined) {
    const name = type instanceof ProblemDefinition ? type.name : String(type);
    throw new TypeError(
      `the type of problem ${JSON.stringify(name)} has no members; declare them by defineProblem(name, { …, members: Type.Object({ … }) })`,
    );
  }
  if (!isObject(members)) throw new TypeError('the members of a problem are an object');
  const reserved = Object.keys(members).find((name) => RESERVED_MEMBERS.includes(name));
  if (reserved === undefined) return { ...members };
  throw new TypeError(
    `a problem has a member ${JSON.stringify(reserved)} already (RFC 9457, section 3.1); rename yours`,
  );
}
