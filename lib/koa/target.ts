/** A request's target, taken apart. */
export interface Target {
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
}

/** What a target in absolute-form has before its path. */
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
