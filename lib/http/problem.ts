import { problemTypes, type ProblemName } from './problem-types.js';

export { problemTypes, type ProblemName, type ProblemType } from './problem-types.js';

/** The media type of problem documents. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** One thing that is wrong with the body of a request. */
export interface ProblemError {
  /** Where in the body, as an RFC 6901 JSON Pointer; `''` is the whole of it. */
  readonly pointer: string;
  /** What was found, and what to write instead. */
  readonly message: string;
  /** Stable name of the rule that is broken. */
  readonly rule: string;
}

/** Most errors that one problem tells of. */
export const MOST_ERRORS = 20;

/** Most characters of their pointers together: a name is as long as a client likes. */
const MOST_POINTERS = 64 * 1024;

/** The first errors, as many as one problem tells of. */
export function firstErrors(errors: readonly ProblemError[]): readonly ProblemError[] {
  let left = MOST_POINTERS;
  const end = errors.findIndex(({ pointer }, index) => {
    left -= pointer.length;
    return index === MOST_ERRORS || (index > 0 && left < 0);
  });
  return end === -1 ? errors : errors.slice(0, end);
}

/** What varies from one occurrence of a problem to the next. */
export interface ProblemOptions {
  /** What happened this time. Clients see it: it must not tell what they may not know. */
  readonly detail?: string;
  readonly errors?: readonly ProblemError[];
  /** Header fields that the answer needs, such as `Allow` or `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The error behind this one, for the log; clients never see it. */
  readonly cause?: unknown;
}

/** What is sent of a {@link Problem}, as `application/problem+json`. */
export interface ProblemDocument {
  /** IRI reference of the page that says what this type of problem means. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly ProblemError[];
}

/**
 * Why a request was not carried out: throw it, and the client receives it as a problem document.
 *
 * @example
 * throw new Problem('conflict', { detail: `The name ${name} is taken; choose another.` });
 *
 * @see RFC 9457
 */
export class Problem extends Error {
  readonly type: ProblemName;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly ProblemError[];
  readonly headers: Readonly<Record<string, string>>;

  /** @param type - a name of {@link problemTypes}, which gives the status code and the title */
  constructor(type: ProblemName, options: ProblemOptions = {}) {
    const { status, title } = problemTypes[type];
    super(options.detail ?? title, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'Problem';
    this.type = type;
    this.status = status;
    if (options.detail !== undefined) this.detail = options.detail;
    if (options.errors !== undefined) this.errors = options.errors;
    this.headers = options.headers ?? {};
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
      title: problemTypes[this.type].title,
      status: this.status,
      ...(this.detail !== undefined && { detail: this.detail }),
      ...(this.errors !== undefined && { errors: this.errors }),
    };
  }
}
