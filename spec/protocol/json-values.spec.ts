import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Json } from '../../lib/protocol/documents.js';
import { canonicalJson, jsonEqual } from '../../lib/protocol/json/values.js';
import { formatValue } from '../../lib/protocol/format-value.js';
import { countingReads } from '../reads.js';

describe('JSON values within messages, and compared', () => {
  it('have one text exactly where they are equal', () => {
    const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(json, json, (one, other) => {
        assert.equal(canonicalJson(one) === canonicalJson(other), jsonEqual(one, other));
        assert.equal(canonicalJson(one), canonicalJson(JSON.parse(JSON.stringify(one))));
      }),
    );
    assert.equal(
      canonicalJson({ b: [1, { d: 1, c: 2 }], a: 'x' }),
      canonicalJson({ a: 'x', b: [1, { c: 2, d: 1 }] }),
    );
    assert.notEqual(canonicalJson(['a,b']), canonicalJson(['a', 'b']));
  });

  it('are shown as JSON writes them where they are short', () => {
    for (const value of [null, true, 1.5, 'x"y', [], {}, [1, [2, {}]], { a: { b: [1, 'x'] }, c: null }]) {
      assert.equal(formatValue(value), JSON.stringify(value));
    }
    assert.equal(formatValue(undefined), 'nothing');
  });

  it('are shown by their first 60 characters where they are long', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        assert.equal(formatValue(value), text.length <= 60 ? text : `${text.slice(0, 60)}…`);
      }),
    );
  });

  it('[H70] are read no further than they are shown', () => {
    const { value, reads } = countingReads(Array<number>(10_000).fill(1));
    assert.equal(formatValue(value).length, 61);
    assert.ok(reads() < 100, `${reads()} reads`);
  });
});
