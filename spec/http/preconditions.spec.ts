import assert from 'node:assert/strict';
import {
  evaluate,
  type ConditionalRequest,
  type Validators,
  type Verdict,
} from '../../lib/http/preconditions.js';

const EARLIER = 'Sat, 29 Oct 1994 19:43:30 GMT';
/** The second of the change, in which another one may have come before it. */
const SAME = 'Sat, 29 Oct 1994 19:43:31 GMT';
const LATER = 'Sat, 29 Oct 1994 19:43:32 GMT';

/** The fraction is what a clock gives and what no HTTP-date can say. */
const lastModified = new Date('1994-10-29T19:43:31.500Z');
const current: Validators = { etag: '"a"', lastModified };
const weak: Validators = { etag: 'W/"a"', lastModified };
const untagged: Validators = { lastModified };
const undated: Validators = { etag: '"a"' };
const exact: Validators = { lastModified: new Date('1994-10-29T19:43:31Z') };
const shared: Validators = { etag: '"a"', otherEtags: ['"a.j"', '"a.s"'] };
const nothing = undefined;

type Headers = Omit<ConditionalRequest, 'method'>;
type Case = readonly [expected: Verdict, method: string, headers: Headers, current: Validators | undefined];

const OK = 'proceed';
const NOT_MODIFIED = 'not-modified';
const FAILED = 'precondition-failed';
const MALFORMED = 'malformed';

const groups: Readonly<Record<string, readonly Case[]>> = {
  'no precondition': [
    [OK, 'GET', {}, current],
    [OK, 'PUT', {}, current],
    [OK, 'PUT', {}, nothing],
    [OK, 'GET', { ifMatch: undefined, ifNoneMatch: undefined }, current],
  ],
  '[H43] If-Match': [
    [OK, 'PUT', { ifMatch: '"a"' }, current],
    [OK, 'PATCH', { ifMatch: '"b", "a"' }, current],
    [OK, 'DELETE', { ifMatch: '*' }, current],
    [OK, 'DELETE', { ifMatch: '*' }, untagged],
    [OK, 'GET', { ifMatch: '"a"' }, current],
    [FAILED, 'PUT', { ifMatch: '"b"' }, current],
    [FAILED, 'PUT', { ifMatch: '"A"' }, current],
    [FAILED, 'PUT', { ifMatch: '"b", "c"' }, current],
    [FAILED, 'GET', { ifMatch: '"b"' }, current],
    [FAILED, 'PUT', { ifMatch: 'W/"a"' }, current],
    [FAILED, 'PUT', { ifMatch: 'W/"a"' }, weak],
    [FAILED, 'PUT', { ifMatch: '"a"' }, weak],
    [FAILED, 'PUT', { ifMatch: '"a"' }, untagged],
    [FAILED, 'PUT', { ifMatch: '"*"' }, current],
    [FAILED, 'PUT', { ifMatch: '' }, current],
    [FAILED, 'PUT', { ifMatch: '"a"' }, nothing],
    [OK, 'PUT', { ifMatch: '"a"' }, shared],
    [OK, 'PUT', { ifMatch: '"b", "a.s"' }, shared],
    [FAILED, 'PUT', { ifMatch: 'W/"a.s"' }, shared],
    [FAILED, 'PUT', { ifMatch: '"a.x"' }, shared],
    [FAILED, 'PUT', { ifNoneMatch: '"a.j"' }, shared],
  ],
  '[H44] If-Match: * on nothing': [[FAILED, 'PUT', { ifMatch: '*' }, nothing]],
  '[H46] a malformed If-Match': [
    [MALFORMED, 'PUT', { ifMatch: 'a' }, current],
    [MALFORMED, 'PUT', { ifMatch: '"a' }, current],
    [MALFORMED, 'PUT', { ifMatch: '"a", b' }, current],
    [MALFORMED, 'PUT', { ifMatch: '*, "a"' }, current],
    [MALFORMED, 'GET', { ifMatch: 'a' }, current],
    [MALFORMED, 'PUT', { ifMatch: 'a' }, nothing],
  ],
  '[H41] If-None-Match on reading': [
    [NOT_MODIFIED, 'GET', { ifNoneMatch: '"a"' }, current],
    [NOT_MODIFIED, 'HEAD', { ifNoneMatch: '"a"' }, current],
    [NOT_MODIFIED, 'GET', { ifNoneMatch: '"b", "a"' }, current],
    [NOT_MODIFIED, 'GET', { ifNoneMatch: 'W/"a"' }, current],
    [NOT_MODIFIED, 'GET', { ifNoneMatch: '"a"' }, weak],
    [NOT_MODIFIED, 'GET', { ifNoneMatch: '*' }, current],
    [OK, 'GET', { ifNoneMatch: '"b"' }, current],
    [OK, 'GET', { ifNoneMatch: '"b,a"' }, current],
    [OK, 'GET', { ifNoneMatch: '"a"' }, untagged],
    [OK, 'GET', { ifNoneMatch: 'a' }, current],
    [OK, 'GET', { ifNoneMatch: '' }, current],
  ],
  '[H42] If-None-Match on changing': [
    [FAILED, 'PUT', { ifNoneMatch: '*' }, current],
    [FAILED, 'PUT', { ifNoneMatch: '"a"' }, current],
    [FAILED, 'DELETE', { ifNoneMatch: 'W/"a"' }, current],
    [OK, 'PUT', { ifNoneMatch: '*' }, nothing],
    [OK, 'PUT', { ifNoneMatch: '"a"' }, nothing],
    [OK, 'PUT', { ifNoneMatch: '"b"' }, current],
    [MALFORMED, 'PUT', { ifNoneMatch: 'a' }, current],
    [MALFORMED, 'PUT', { ifNoneMatch: '*, *' }, nothing],
  ],
  'If-Modified-Since': [
    [NOT_MODIFIED, 'GET', { ifModifiedSince: LATER }, current],
    [NOT_MODIFIED, 'GET', { ifModifiedSince: SAME }, exact],
    [OK, 'GET', { ifModifiedSince: SAME }, current],
    [NOT_MODIFIED, 'HEAD', { ifModifiedSince: LATER }, current],
    [OK, 'GET', { ifModifiedSince: EARLIER }, current],
    [OK, 'PUT', { ifModifiedSince: LATER }, current],
    [OK, 'GET', { ifModifiedSince: LATER }, undated],
    [OK, 'GET', { ifModifiedSince: LATER }, nothing],
    [OK, 'GET', { ifModifiedSince: 'tomorrow' }, current],
    [OK, 'GET', { ifModifiedSince: '2094-10-29T19:43:31Z' }, current],
    [OK, 'GET', { ifModifiedSince: `${LATER}, ${LATER}` }, current],
  ],
  'If-Unmodified-Since': [
    [OK, 'PUT', { ifUnmodifiedSince: SAME }, exact],
    [FAILED, 'PUT', { ifUnmodifiedSince: SAME }, current],
    [OK, 'PUT', { ifUnmodifiedSince: LATER }, current],
    [FAILED, 'PUT', { ifUnmodifiedSince: EARLIER }, current],
    [FAILED, 'GET', { ifUnmodifiedSince: EARLIER }, current],
    [OK, 'PUT', { ifUnmodifiedSince: 'yesterday' }, current],
    [OK, 'PUT', { ifUnmodifiedSince: EARLIER }, undated],
    [OK, 'PUT', { ifUnmodifiedSince: EARLIER }, nothing],
  ],
  '[H45] several at once': [
    [FAILED, 'GET', { ifMatch: '"b"', ifNoneMatch: '"a"' }, current],
    [NOT_MODIFIED, 'GET', { ifMatch: '"a"', ifNoneMatch: '"a"' }, current],
    [FAILED, 'PUT', { ifMatch: '"a"', ifNoneMatch: '"a"' }, current],
    [FAILED, 'PUT', { ifMatch: '"b"', ifNoneMatch: 'a' }, current],
    [MALFORMED, 'PUT', { ifMatch: '"a"', ifNoneMatch: 'a' }, current],
    [OK, 'GET', { ifNoneMatch: '"b"', ifModifiedSince: LATER }, current],
    [OK, 'GET', { ifNoneMatch: 'b', ifModifiedSince: LATER }, current],
    [NOT_MODIFIED, 'GET', { ifNoneMatch: '"a"', ifModifiedSince: EARLIER }, current],
    [OK, 'PUT', { ifMatch: '"a"', ifUnmodifiedSince: EARLIER }, current],
    [FAILED, 'PUT', { ifUnmodifiedSince: EARLIER, ifNoneMatch: '"b"' }, current],
    [NOT_MODIFIED, 'GET', { ifUnmodifiedSince: LATER, ifModifiedSince: LATER }, current],
  ],
  'methods that select and modify nothing': [
    [OK, 'OPTIONS', { ifMatch: '"b"' }, current],
    [OK, 'OPTIONS', { ifNoneMatch: '*' }, current],
    [OK, 'TRACE', { ifMatch: 'a' }, current],
    [OK, 'CONNECT', { ifUnmodifiedSince: EARLIER }, current],
  ],
};

describe('http/preconditions', () => {
  for (const [group, cases] of Object.entries(groups)) {
    describe(group, () => {
      for (const [expected, method, headers, state] of cases) {
        it(`${method} ${JSON.stringify(headers)} of ${JSON.stringify(state) ?? 'nothing'}: ${expected}`, () => {
          assert.equal(evaluate({ method, ...headers }, state), expected);
        });
      }
    });
  }
});
