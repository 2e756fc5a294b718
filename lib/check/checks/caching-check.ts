import type { FetchResponse } from '../client/fetch.js';
import type { Check, Remark } from './check-definition.js';
import { formatValue, listOf, readHttpDate, variesBy } from './field-values.js';

export const cachingCheck: Check = {
  name: 'caching',
  summary: 'what is said to caches can be read, and does not contradict itself',
  explanation:
    'A cache that cannot read a directive leaves it out, and one that reads two that exclude each other takes either: ' +
    'what was to be kept is fetched each time, or what was to be kept from others is shown to them.',
  see: 'RFC 9111, section 5.2',

  *ofResource({ response }) {
    if (response === undefined) return;
    const { headers } = response;
    const control = headers.get('cache-control');
    if (control !== undefined) yield* judgeControl(control);
    const expires = headers.get('expires');
    // "0" is no date, and is sent for "already expired" everywhere.
    if (expires !== undefined && !/^(?:0|-1)$/.test(expires) && readHttpDate(expires) === undefined) {
      yield malformedDate('Expires', expires, 'RFC 9111, section 5.3');
    }
    const age = headers.get('age');
    if (age !== undefined && !SECONDS.test(age)) yield malformedAge(age);
    yield* judgeDate(response);
    if (variesBy(headers.get('vary')).has('*')) yield variesByAll();
  },
};

function* judgeControl(control: string): Generator<Remark> {
  const directives = new Map<string, string | undefined>();
  for (const text of listOf(control)) {
    const [, name, value] = DIRECTIVE.exec(text) ?? [];
    const known = name?.toLowerCase();
    if (known === undefined || (TIMED.has(known) && !SECONDS.test(value?.replace(/^"(.*)"$/, '$1') ?? ''))) {
      yield malformedDirective(control, text);
      return;
    }
    if (directives.has(known) && directives.get(known) !== value) yield contradiction(control, text, known);
    directives.set(known, value);
  }
  const isKept = (name: string): boolean => Number(directives.get(name)?.replaceAll('"', '') ?? 0) > 0;
  if (directives.has('no-store')) {
    const kept =
      ['max-age', 's-maxage'].find(isKept) ?? ['public', 'immutable'].find((name) => directives.has(name));
    if (kept !== undefined) yield contradiction(control, 'no-store', kept);
  } else if (directives.has('private') && directives.get('private') === undefined) {
    const shared = directives.has('public') ? 'public' : isKept('s-maxage') ? 's-maxage' : undefined;
    if (shared !== undefined) yield contradiction(control, 'private', shared);
  }
}

const DIRECTIVE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:=([!#$%&'*+.^_`|~0-9A-Za-z-]+|"(?:[^"\\]|\\.)*"))?$/;

/** Those that say how many seconds. */
const TIMED: ReadonlySet<string> = new Set([
  'max-age',
  's-maxage',
  'stale-while-revalidate',
  'stale-if-error',
]);

const SECONDS = /^[0-9]+$/;

const malformedDirective = (control: string, text: string): Remark => ({
  rule: 'malformed-cache-control',
  level: 'warning',
  message: `Cache-Control is ${formatValue(control)}, in which ${formatValue(text)} is no directive; write them with commas between them, and times as whole seconds, as in "private, max-age=60"`,
});

const contradiction = (control: string, one: string, other: string): Remark => ({
  rule: 'contradictory-cache-control',
  level: 'warning',
  message: `Cache-Control is ${formatValue(control)}, in which ${formatValue(one)} contradicts "${other}"; keep the one that is meant`,
});

const malformedDate = (name: string, field: string, see: string): Remark => ({
  rule: `malformed-${name.toLowerCase()}`,
  level: 'warning',
  message: `${name} is ${formatValue(field)}, which is no date of HTTP; write it as in "Sun, 06 Nov 1994 08:49:37 GMT"`,
  see,
});

const malformedAge = (age: string): Remark => ({
  rule: 'malformed-age',
  level: 'warning',
  message: `Age is ${formatValue(age)}; write a whole number of seconds`,
  see: 'RFC 9111, section 5.1',
});

function* judgeDate({ headers }: FetchResponse): Generator<Remark> {
  const date = headers.get('date');
  if (date === undefined) {
    yield noDate();
    return;
  }
  const time = readHttpDate(date);
  if (time === undefined) yield malformedDate('Date', date, 'RFC 9110, section 6.6.1');
  // What a cache gives may have been made long ago.
  else if (!headers.has('age') && Math.abs(time - Date.now()) > DAY) yield otherDay(date);
}

const noDate = (): Remark => ({
  rule: 'no-date',
  foldBy: 'none',
  level: 'warning',
  message: 'there is no Date, from which caches reckon how old an answer is; send one',
  see: 'RFC 9110, section 6.6.1',
});

const DAY = 24 * 60 * 60 * 1000;

const otherDay = (date: string): Remark => ({
  rule: 'other-date',
  level: 'note',
  message: `Date is ${formatValue(date)}, more than a day from here; set the clock of the server, or the one here`,
  see: 'RFC 9110, section 6.6.1',
});

const variesByAll = (): Remark => ({
  rule: 'varies-by-all',
  foldBy: 'all',
  level: 'warning',
  message: 'Vary is "*", so that no cache ever gives the answer again; name the fields that it depends on',
  see: 'RFC 9110, section 12.5.5',
});
