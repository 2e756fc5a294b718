// Where an API stands in the target of a request, as routers and other middleware leave it.

/** A request's target, taken apart. */
export interface Target {
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
}

/** Where in the path of a target an API stands. */
export interface Standing {
  /** Below the prefix that the API is mounted under; empty where the path is the prefix, without a slash. */
  readonly path: string;
  /** The prefix, as received, without a trailing slash; `''` at the root. */
  readonly mount: string;
}

/** The properties that routers of Connect's kind set on a request whose target they have shortened. */
export interface Mounted {
  /** The target as the server received it. */
  readonly originalUrl?: string;
  /** The part of it that routers have taken away; Express alone has it. */
  readonly baseUrl?: string;
}

/** Scheme and authority of a target in absolute-form. */
const AUTHORITY = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/** Takes a target in origin-form apart, such as `/users/?page=2`. */
export function splitTarget(target: string): Target {
  const mark = target.indexOf('?');
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/**
 * The target in origin-form; the authority of one in absolute-form is none of a server's resources.
 *
 * @see RFC 9112, section 3.2
 */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const path = target.replace(AUTHORITY, '');
  return path === '' || path.startsWith('?') ? `/${path}` : path;
}

/**
 * Where an API stands that routers, or middleware, lead to by what they have left of the path.
 *
 * @param original - the path that the client asked for
 * @param left - what is left of it; `/` also where that is nothing
 * @param otherwise - the prefix, where what is left is no end of the path: something has rewritten it
 */
export function standingOf(original: string, left: string, otherwise = ''): Standing {
  // koa-mount below `/api/` leaves no slash at the beginning.
  const path = left === '' || left.startsWith('/') ? left : `/${left}`;
  if (original.endsWith(path)) return { path, mount: original.slice(0, original.length - path.length) };
  return path === '/' ? { path: '', mount: original } : { path, mount: otherwise };
}
