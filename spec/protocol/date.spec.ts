import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { formatDate, parseDate } from '../../lib/protocol/date.js';

describe('formatDate', () => {
  const table: [iso: string, expected: string][] = [
    ['2003-12-13T18:30:02Z', '#2003-12-13T18:30:02Z#'],
    ['2003-12-13T18:30:02.120Z', '#2003-12-13T18:30:02.120Z#'],
    ['2003-12-13T18:30:02.001Z', '#2003-12-13T18:30:02.001Z#'],
    ['2003-12-13T19:30:02+01:00', '#2003-12-13T18:30:02Z#'],
    ['0000-01-01T00:00:00Z', '#0000-01-01T00:00:00Z#'],
    ['9999-12-31T23:59:59.999Z', '#9999-12-31T23:59:59.999Z#'],
  ];
  for (const [iso, expected] of table) {
    it(`${iso} becomes ${expected}`, () => {
      assert.equal(formatDate(new Date(iso)), expected);
    });
  }

  it('refuses what has no such form', () => {
    assert.throws(
      () => formatDate(new Date(Number.NaN)),
      /RangeError: Found Invalid Date; a date needs a year/,
    );
    assert.throws(() => formatDate(new Date('+010000-01-01T00:00:00Z')), RangeError);
    assert.throws(() => formatDate(new Date('-000001-12-31T00:00:00Z')), RangeError);
  });

  it('writes what parseDate reads', () => {
    const date = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, (any) => {
        assert.deepEqual(parseDate(formatDate(any)), { date: any, marked: true });
      }),
    );
  });
});

describe('parseDate', () => {
  const accepted: [text: string, iso: string][] = [
    ['2003-12-13T18:30:02Z', '2003-12-13T18:30:02.000Z'],
    ['2003-12-13t18:30:02z', '2003-12-13T18:30:02.000Z'],
    ['2003-12-13T18:30:02.1Z', '2003-12-13T18:30:02.100Z'],
    ['2003-12-13T18:30:02.25Z', '2003-12-13T18:30:02.250Z'],
    ['2003-12-13T18:30:02.9999999Z', '2003-12-13T18:30:02.999Z'],
    ['2003-12-13T18:30:02+01:00', '2003-12-13T17:30:02.000Z'],
    ['2003-12-13T18:30:02-05:30', '2003-12-14T00:00:02.000Z'],
    ['2003-12-13T18:30:02-00:00', '2003-12-13T18:30:02.000Z'],
    ['2003-12-13T00:30:00+23:59', '2003-12-12T00:31:00.000Z'],
    ['2004-02-29T00:00:00Z', '2004-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
    ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z'],
    ['2003-04-30T23:59:59Z', '2003-04-30T23:59:59.000Z'],
    // The leap seconds of RFC 3339, section 5.8
    ['1990-12-31T23:59:60Z', '1991-01-01T00:00:00.000Z'],
    ['1990-12-31T15:59:60-08:00', '1991-01-01T00:00:00.000Z'],
    ['1985-06-30T23:59:60.5Z', '1985-07-01T00:00:00.500Z'],
  ];
  for (const [text, iso] of accepted) {
    it(`reads ${text}, marked and bare`, () => {
      const date = new Date(iso);
      assert.deepEqual(parseDate(`#${text}#`), { date, marked: true });
      assert.deepEqual(parseDate(text), { date, marked: false });
    });
  }

  const refused = [
    '',
    '2003-12-13',
    '18:30:02Z',
    '2003-12-13T18:30Z',
    '2003-12-13T18:30:02',
    '2003-12-13 18:30:02Z',
    ' 2003-12-13T18:30:02Z',
    '2003-12-13T18:30:02Z\n',
    '2003-12-13T18:30:02.Z',
    '2003-12-13T18:30:02,5Z',
    '2003-12-13T18:30:02+0100',
    '2003-12-13T18:30:02+01',
    '2003-12-13T18:30:02 +01:00',
    '2003-12-13T18:30:02+24:00',
    '2003-12-13T18:30:02+01:60',
    '20031213T183002Z',
    '+002003-12-13T18:30:02Z',
    '2003-1-13T18:30:02Z',
    '2003-00-13T18:30:02Z',
    '2003-13-13T18:30:02Z',
    '2003-12-00T18:30:02Z',
    '2003-12-32T18:30:02Z',
    '2003-04-31T18:30:02Z',
    '2003-02-29T18:30:02Z',
    '1900-02-29T18:30:02Z',
    '2003-12-13T24:00:00Z',
    '2003-12-13T18:60:02Z',
    '2003-12-13T18:30:61Z',
    '2003-12-13T18:30:60Z',
    '2003-12-13T23:59:60Z',
    '1990-12-31T23:59:60-08:00',
    '２００３-12-13T18:30:02Z',
    'Sat, 13 Dec 2003 18:30:02 GMT',
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseDate(text), undefined);
      assert.equal(parseDate(`#${text}#`), undefined);
    });
  }

  it('refuses marks that do not stand on both sides, once', () => {
    const date = '2003-12-13T18:30:02Z';
    for (const text of ['#', '##', `#${date}`, `${date}#`, `##${date}##`, `# ${date} #`, ` #${date}#`]) {
      assert.equal(parseDate(text), undefined, text);
    }
  });
});
