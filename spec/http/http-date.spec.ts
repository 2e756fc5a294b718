import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseHttpDate } from '../../lib/http/http-date.js';

const now = new Date('2026-06-15T12:00:00Z');

const cases: readonly [text: string, read: string | undefined][] = [
  ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
  ['Wed Nov 16 08:49:37 1994', '1994-11-16T08:49:37.000Z'],
  ['Monday, 01-Jan-76 00:00:00 GMT', '2076-01-01T00:00:00.000Z'],
  ['Monday, 01-Jan-77 00:00:00 GMT', '1977-01-01T00:00:00.000Z'],
  ['Thu, 29 Feb 2024 23:59:59 GMT', '2024-02-29T23:59:59.000Z'],
  ['Sat, 31 Dec 2016 23:59:60 GMT', '2017-01-01T00:00:00.000Z'],
  ['Fri, 01 Jan 0099 00:00:00 GMT', '0099-01-01T00:00:00.000Z'],
  ['', undefined],
  ['yesterday', undefined],
  ['1994-11-06T08:49:37Z', undefined],
  ['784111777', undefined],
  ['sun, 06 nov 1994 08:49:37 gmt', undefined],
  ['Sun, 6 Nov 1994 08:49:37 GMT', undefined],
  ['Sun, 06 Nov 1994 08:49:37 UTC', undefined],
  ['Sun, 06 Nov 1994 08:49:37 +0000', undefined],
  ['Sun, 06 Nov 1994 24:00:00 GMT', undefined],
  ['Sun, 06 Nov 1994 08:60:00 GMT', undefined],
  ['Sun, 00 Nov 1994 08:49:37 GMT', undefined],
  ['Thu, 30 Feb 2023 00:00:00 GMT', undefined],
  ['Thu, 29 Feb 2023 00:00:00 GMT', undefined],
  ['Sun Nov 31 08:49:37 1994', undefined],
  [' Sun, 06 Nov 1994 08:49:37 GMT', undefined],
  ['Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT', undefined],
];

describe('http/http-date', () => {
  for (const [text, read] of cases) {
    it(`reads ${JSON.stringify(text)} as ${read ?? 'none'}`, () => {
      assert.equal(parseHttpDate(text, now)?.toISOString(), read);
    });
  }

  it('reads every date that JavaScript writes in this form', () => {
    const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (any) => {
        assert.equal(parseHttpDate(any.toUTCString())?.toUTCString(), any.toUTCString());
      }),
    );
  });
});
