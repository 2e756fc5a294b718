import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { toJsonText } from '../../lib/declaration/json-text.js';

describe('resource/json-text', () => {
  it('is JSON.stringify for what JSON can hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) =>
        assert.equal(toJsonText(value), JSON.stringify(value)),
      ),
    );
  });

  it('leaves out members that are undefined', () => {
    assert.equal(toJsonText({ a: undefined, b: 1 }), '{"b":1}');
  });

  it('takes what has a JSON form of its own', () => {
    assert.equal(toJsonText({ at: new Date(0) }), '{"at":"1970-01-01T00:00:00.000Z"}');
    assert.equal(toJsonText(Object.create(null)), '{}');
  });

  it('takes one object in two places, which is no cycle', () => {
    const shared = { a: 1 };
    assert.equal(toJsonText([shared, shared]), '[{"a":1},{"a":1}]');
  });

  const cycle: unknown[] = [];
  cycle.push({ cycle });
  const refused: readonly [string, unknown, RegExp][] = [
    ['undefined', undefined, /undefined, found at ""/],
    ['undefined in a list', [1, undefined], /undefined, found at "\/1"/],
    ['a function', { f() {} }, /a function, found at "\/f"/],
    ['a symbol', [Symbol('x')], /a symbol/],
    ['a bigint', { n: [10n] }, /a bigint, found at "\/n\/0"/],
    ['NaN', { n: NaN }, /NaN, found at "\/n"/],
    ['Infinity', -Infinity, /-Infinity/],
    ['half of a surrogate pair', { a: ['x\ud800'] }, /half of a surrogate pair, found at "\/a\/0"/],
    ['the other half, in a name', { a: { '\udc00': 1 } }, /half of a surrogate pair, found at "\/a"/],
    ['a cycle', cycle, /a cycle, found at "\/0\/cycle"/],
    ['a Map', { m: new Map() }, /a Map, found at "\/m"/],
    ['a Set', new Set(), /a Set/],
    ['bytes', new Uint8Array(2), /a Uint8Array/],
  ];
  for (const [what, value, message] of refused) {
    it(`refuses ${what}`, () => assert.throws(() => toJsonText(value), { name: 'TypeError', message }));
  }
});
