import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { compareCodePoints } from '../../lib/store/ids.js';
import { compareKeys, formatPosition, KEY_LENGTH, parsePosition, sortKey } from '../../lib/store/position.js';
import type { SortKey } from '../../lib/store/position.js';
import { PositionError } from '../../lib/store/store-errors.js';

/** Any text without halves of surrogate pairs, and such as orders by code unit and code point apart. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}') }),
);

describe('store/code-points', () => {
  it('orders texts as their UTF-8 bytes are ordered', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const expected = Buffer.compare(Buffer.from(one), Buffer.from(other));
        assert.equal(Math.sign(compareCodePoints(one, other)), expected);
      }),
    );
  });
});

describe('store/position', () => {
  it('takes of a value what lists are sorted by', () => {
    const emoji = '\u{1f600}';
    const cases: readonly (readonly [unknown, 'string' | 'number' | 'boolean' | 'json', SortKey])[] = [
      ['a', 'string', 'a'],
      ['', 'string', ''],
      ['x'.repeat(KEY_LENGTH + 1), 'string', 'x'.repeat(KEY_LENGTH)],
      [emoji.repeat(KEY_LENGTH), 'string', emoji.repeat(KEY_LENGTH)],
      [emoji.repeat(KEY_LENGTH) + 'a', 'string', emoji.repeat(KEY_LENGTH)],
      [1.5, 'number', 1.5],
      [false, 'boolean', false],
      ['1', 'number', null],
      [1, 'string', null],
      [0, 'boolean', null],
      [null, 'string', null],
      [undefined, 'number', null],
      [{}, 'json', null],
      [['a'], 'string', null],
    ];
    for (const [value, type, key] of cases) assert.equal(sortKey(value, type), key);
  });

  it('puts null before every value, false before true, numbers by their size', () => {
    const ascending: readonly (readonly SortKey[])[] = [
      [null, -1e300, -1, -0.5, 0, 1, 2, 10],
      [null, false, true],
      [null, '', ' ', 'A', 'a', 'aa', 'b', '\ue000', '\u{10000}'],
    ];
    for (const keys of ascending) {
      for (const [index, key] of keys.entries()) {
        for (const [otherIndex, other] of keys.entries()) {
          assert.equal(Math.sign(compareKeys(key, other)), Math.sign(index - otherIndex));
        }
      }
    }
  });

  it('reads what it wrote', () => {
    const key = fc.oneof(
      text.map((value) => ['string', sortKey(value, 'string')] as const),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ['number', value + 0] as const),
      fc.boolean().map((value) => ['boolean', value] as const),
      fc.constantFrom('string', 'number', 'boolean').map((type) => [type as 'string', null] as const),
    );
    fc.assert(
      fc.property(key, text, ([type, value], id) => {
        const written = formatPosition({ key: value, id });
        assert.match(written, /^[\w-]+$/, 'it can stand in a query as it is');
        assert.deepEqual(parsePosition(written, type), { key: value, id });
      }),
    );
  });

  it('reads nothing else', () => {
    const written = formatPosition({ key: 'a', id: 'b' });
    for (const wrong of ['', 'a', '!', `${written}=`, ` ${written}`, `${written}\n`, written.slice(1)]) {
      assert.throws(() => parsePosition(wrong, 'string'), PositionError, wrong);
    }
    fc.assert(
      fc.property(text, (any) => {
        assert.throws(() => parsePosition(any, 'string'), {
          message: `${JSON.stringify(any)} is no position in this list; take one from a link that the list gives`,
        });
      }),
    );
  });

  it('does not read a position of a list that is sorted by another type', () => {
    const keys = { string: 'a', number: 1, boolean: true } as const;
    const types = ['string', 'number', 'boolean', 'json'] as const;
    for (const [own, key] of Object.entries(keys)) {
      for (const type of types.filter((each) => each !== own)) {
        assert.throws(() => parsePosition(formatPosition({ key, id: 'a' }), type), PositionError);
      }
    }
  });

  it('does not read a longer key than it writes', () => {
    const long = formatPosition({ key: 'x'.repeat(KEY_LENGTH + 1), id: 'a' });
    assert.throws(() => parsePosition(long, 'string'), PositionError);
  });
});
