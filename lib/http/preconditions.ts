import { alterationOf, parseEtagList, strongMatch, weakMatch } from './etag.js';
import type { EntityTag } from './etag.js';
import { parseHttpDate } from './http-date.js';

/** The parts of a request that its preconditions are made of: values of header fields, as received. */
export interface ConditionalRequest {
  /** In upper case. */
  readonly method: string;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
  readonly ifUnmodifiedSince?: string | undefined;
}

/** What a resource is now, as far as preconditions look at it. */
export interface Validators {
  /** The value of `ETag`, quotes included. */
  readonly etag?: string | undefined;
  /**
   * The tags of the resource's other representations at the same state, for a method that changes the
   * resource itself: a client may have seen any of them.
   */
  readonly otherEtags?: readonly string[] | undefined;
  /** To the millisecond: later than the second that `Last-Modified` names while that second lasts. */
  readonly lastModified?: Date | undefined;
}

/**
 * - `proceed`: carry the request out;
 * - `not-modified`: answer 304;
 * - `precondition-failed`: answer 412 and change nothing;
 * - `malformed`: answer 400 and change nothing.
 */
export type Verdict = 'proceed' | 'not-modified' | 'precondition-failed' | 'malformed';

/**
 * Decides what the preconditions of a request mean for it.
 *
 * To be asked last, just before the request would be carried out: preconditions are ignored where the
 * answer without them would be neither 2xx nor 412 (section 13.2.1).
 *
 * A malformed `If-Match` is never taken as true. A malformed `If-None-Match` makes a change malformed,
 * for the client meant to prevent one; for GET and HEAD it only costs sending what might be cached.
 *
 * @param current - undefined where the target has no current representation
 * @see RFC 9110, section 13.2.2
 */
export function evaluate(request: ConditionalRequest, current: Validators | undefined): Verdict {
  const { method, ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = request;
  const reads = method === 'GET' || method === 'HEAD';

  // A server must ignore conditional header fields on methods that neither select nor modify a
  // representation, such as CONNECT, OPTIONS and TRACE (section 13.2.1).
  if (method === 'CONNECT' || method === 'OPTIONS' || method === 'TRACE') return 'proceed';

  if (ifMatch !== undefined) {
    // 1. When If-Match is present: if false, respond 412. The comparison is strong (section 13.1.1).
    const matches = matchesCurrent(ifMatch, current, strongMatch);
    if (matches === undefined) return 'malformed';
    if (!matches) return 'precondition-failed';
  } else if (ifUnmodifiedSince !== undefined) {
    // 2. When If-Match is not present and If-Unmodified-Since is: if false, respond 412.
    if (isModifiedSince(ifUnmodifiedSince, current) === true) return 'precondition-failed';
  }

  if (ifNoneMatch !== undefined) {
    // 3. When If-None-Match is present: if false, respond 304 for GET and HEAD, 412 for the rest.
    // The comparison is weak (section 13.1.2).
    const matches = matchesCurrent(ifNoneMatch, current, weakMatch);
    if (matches === undefined) return reads ? 'proceed' : 'malformed';
    if (matches) return reads ? 'not-modified' : 'precondition-failed';
  } else if (reads && ifModifiedSince !== undefined) {
    // 4. When the method is GET or HEAD, If-None-Match is not present and If-Modified-Since is: if
    // false, respond 304.
    if (isModifiedSince(ifModifiedSince, current) === false) return 'not-modified';
  }

  // 5. Range and If-Range: this server sends whole representations only, as a server may (section 14.2).
  return 'proceed';
}

/** Whether `*` or one of the listed tags is of the current representation; undefined if malformed. */
function matchesCurrent(
  header: string,
  current: Validators | undefined,
  match: (one: EntityTag, other: EntityTag) => boolean,
): boolean | undefined {
  // What a cache has kept it sends back as it came: a strong tag that is known again without being read.
  if (header === current?.etag && !header.startsWith('W/')) return true;

  const tags = parseEtagList(header);
  if (tags === undefined) return undefined;

  // "*" is true of any current representation, and false where there is none.
  if (tags === '*') return current !== undefined;

  return ownTags(current).some((own) => tags.some((listed) => match(listed, own)));
}

function ownTags(current: Validators | undefined): readonly EntityTag[] {
  if (current?.etag === undefined) return [];
  return [current.etag, ...(current.otherEtags ?? [])].flatMap((etag) => {
    const own = parseEtagList(etag);
    return typeof own === 'object' ? own.slice(0, 1) : [];
  });
}

/**
 * Why an `If-Match` is false although the client has seen the current representation: something between has altered
 * its entity tag.
 *
 * @returns what became of it; undefined where that is not the reason
 */
export function alterationIn(
  ifMatch: string | undefined,
  current: Validators | undefined,
): 'weakened' | 'marked' | undefined {
  const tags = ifMatch === undefined ? undefined : parseEtagList(ifMatch);
  if (typeof tags !== 'object') return undefined;
  for (const own of ownTags(current)) {
    for (const tag of tags) {
      const alteration = alterationOf(tag, own);
      if (alteration !== undefined) return alteration;
    }
  }
  return undefined;
}

/** Whether the resource changed after the date; undefined where the condition must be ignored. */
function isModifiedSince(header: string, current: Validators | undefined): boolean | undefined {
  // A recipient must ignore the field if its value is not a valid HTTP-date, or if the resource has
  // no modification date available (sections 13.1.3 and 13.1.4).
  const date = parseHttpDate(header);
  if (date === undefined || current?.lastModified === undefined) return undefined;

  // To the millisecond, so that of two changes within a second the later one is not missed. What
  // Last-Modified names is later than the change as soon as it can be (`lastModifiedAt`).
  return current.lastModified.getTime() > date.getTime();
}
