import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseEtagList, strongEtag, strongMatch, weakMatch, type EntityTag } from '../../lib/http/etag.js';

const strong = (opaque: string): EntityTag => ({ weak: false, opaque });
const weak = (opaque: string): EntityTag => ({ weak: true, opaque });

const lists: readonly [header: string, read: ReturnType<typeof parseEtagList>][] = [
  ['*', '*'],
  [' *\t', '*'],
  ['"a"', [strong('a')]],
  ['W/"a"', [weak('a')]],
  ['""', [strong('')]],
  ['"a", W/"b","c"', [strong('a'), weak('b'), strong('c')]],
  ['"a,b", "c"', [strong('a,b'), strong('c')]],
  ['"a\\"', [strong('a\\')]],
  ['"*"', [strong('*')]],
  ['"W/"', [strong('W/')]],
  ['"\u00e9"', [strong('\u00e9')]],
  [', "a",, "b" ,', [strong('a'), strong('b')]],
  ['', []],
  ['a', undefined],
  ['"a', undefined],
  ['a"', undefined],
  ['"a" "b"', undefined],
  ['"a"b', undefined],
  ['*, "a"', undefined],
  ['"a", *', undefined],
  ['**', undefined],
  ['\u00a0*', undefined],
  ['w/"a"', undefined],
  ['W/ "a"', undefined],
  ['W/a', undefined],
  ["'a'", undefined],
  ['"a b"', undefined],
  ['"a\u007f"', undefined],
  ['"a\u20ac"', undefined],
  ['"a"; "b"', undefined],
];

// RFC 9110, section 8.8.3.2, table 3.
const comparisons: readonly [one: EntityTag, other: EntityTag, strongly: boolean, weakly: boolean][] = [
  [weak('1'), weak('1'), false, true],
  [weak('1'), weak('2'), false, false],
  [weak('1'), strong('1'), false, true],
  [strong('1'), strong('1'), true, true],
];

describe('http/etag', () => {
  for (const [header, read] of lists) {
    it(`reads ${JSON.stringify(header)} as ${read ? JSON.stringify(read) : 'malformed'}`, () => {
      assert.deepEqual(parseEtagList(header), read);
    });
  }

  for (const [one, other, strongly, weakly] of comparisons) {
    it(`compares ${JSON.stringify(one)} with ${JSON.stringify(other)}`, () => {
      assert.equal(strongMatch(one, other), strongly);
      assert.equal(strongMatch(other, one), strongly);
      assert.equal(weakMatch(one, other), weakly);
      assert.equal(weakMatch(other, one), weakly);
    });
  }

  it('keeps what a tag may hold, and encodes the rest', () => {
    assert.equal(strongEtag('Ab-1_~!#,'), '"Ab-1_~!#,"');
    assert.equal(strongEtag(''), '""');
    assert.equal(strongEtag('a"b c%\u00e9\n'), '"a%0022b%0020c%0025%00e9%000a"');
  });

  it('gives tags that read back as one strong tag, different ones for different texts', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '"', '%', '0', '2', ',', ' ', '\ud800', '\u{1f600}'),
    });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const tags = parseEtagList(`${strongEtag(one)}, ${strongEtag(other)}`);
        assert.ok(Array.isArray(tags) && tags.length === 2);
        assert.equal(strongMatch(tags[0], tags[1]), one === other);
      }),
    );
  });
});
