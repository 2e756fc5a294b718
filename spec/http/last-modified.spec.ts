import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseHttpDate, formatHttpDate, lastModifiedAt } from '../../lib/http/http-date.js';
import { evaluate } from '../../lib/http/preconditions.js';

const at = (time: string) => Date.parse(`2026-11-23T00:00:${time}Z`);

/** Whether a client that was given a Last-Modified then is told that nothing has changed, if it last changed so. */
function validates(given: number, changed: number): boolean {
  const ifModifiedSince = formatHttpDate(given);
  return evaluate({ method: 'GET', ifModifiedSince }, { lastModified: new Date(changed) }) === 'not-modified';
}

describe('http/last-modified', () => {
  const cases: readonly (readonly [changed: string, now: string, named: string])[] = [
    ['10.250', '10.250', '10'],
    ['10.250', '10.999', '10'],
    ['10.250', '11.000', '10'],
    ['10.250', '11.001', '11'],
    ['10.250', '59.000', '11'],
    ['10.000', '10.000', '09'],
    ['10.000', '10.001', '10'],
    // A clock that is ahead of ours.
    ['30.250', '10.250', '10'],
    ['30.000', '10.000', '09'],
  ];
  for (const [changed, now, named] of cases) {
    it(`of a change at ${changed} is ${named} when it is ${now}`, () => {
      assert.equal(lastModifiedAt(at(changed), at(now)), at(named));
    });
  }

  const second = fc.integer({ min: 0, max: 4000 });

  it('is a full second that is not to come', () => {
    fc.assert(
      fc.property(second, second, (changed, now) => {
        const named = lastModifiedAt(changed, now);
        assert.equal(Math.abs(named % 1000), 0);
        assert.ok(named <= now);
      }),
    );
  });

  it('validates what it was sent with once its second is over, and nothing before', () => {
    fc.assert(
      fc.property(second, second, (changed, later) => {
        const now = changed + later;
        assert.equal(
          validates(lastModifiedAt(changed, now), changed),
          now > Math.ceil(changed / 1000) * 1000,
        );
      }),
    );
  });

  it('[H41] never validates what has changed since, however soon that was', () => {
    fc.assert(
      fc.property(second, second, second, (changed, read, write) => {
        const now = changed + read;
        assert.ok(!validates(lastModifiedAt(changed, now), Math.max(now + write, changed + 1)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('http/http-date', () => {
  it('writes the form that is to be sent', () => {
    assert.equal(formatHttpDate(Date.UTC(1994, 10, 6, 8, 49, 37, 999)), 'Sun, 06 Nov 1994 08:49:37 GMT');
    assert.equal(formatHttpDate(-1), 'Wed, 31 Dec 1969 23:59:59 GMT');
  });

  it('writes what it can read', () => {
    const any = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(any, (date) => {
        const text = formatHttpDate(date.getTime());
        assert.equal(text, date.toUTCString());
        assert.equal(parseHttpDate(text)?.getTime(), Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });

  for (const time of [NaN, Infinity, Date.parse('+010000-01-01T00:00:00Z'), -1e14]) {
    it(`refuses ${time}`, () => assert.throws(() => formatHttpDate(time), RangeError));
  }
});
