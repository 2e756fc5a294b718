import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { mergePatch } from '../../lib/http/merge-patch.js';
import type { Json } from '../../lib/protocol/documents.js';

type Case = readonly [target: Json, patch: Json, result: Json];

/** @see RFC 7396, appendix A */
const CASES: readonly Case[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

describe('http/merge-patch', () => {
  for (const [target, patch, result] of CASES) {
    it(`${JSON.stringify(target)} with ${JSON.stringify(patch)} is ${JSON.stringify(result)}`, () => {
      assert.deepEqual(mergePatch(target, patch), result);
    });
  }

  it('takes names for names, whatever objects inherit', () => {
    assert.deepEqual(mergePatch({ a: 1 }, { toString: { b: 2 }, hasOwnProperty: null }), {
      a: 1,
      toString: { b: 2 },
    });
    const merged = mergePatch({}, JSON.parse('{"__proto__": {"polluted": 1}}') as Json);
    assert.deepEqual(Object.keys(merged as object), ['__proto__']);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  it('changes neither the target nor the patch, and twice is as once', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
        const before = JSON.stringify([target, patch]);
        const once = mergePatch(target as Json, patch as Json);
        assert.deepEqual(mergePatch(once, patch as Json), once);
        assert.equal(JSON.stringify([target, patch]), before);
      }),
    );
  });
});
