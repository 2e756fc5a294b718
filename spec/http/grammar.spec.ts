import assert from 'node:assert/strict';
import { listElements, QUOTED_STRING, TOKEN } from '../../lib/http/header-fields.js';

const element = new RegExp(`${TOKEN}|${QUOTED_STRING}`, 'y');

const cases: readonly [text: string, elements: string[] | undefined][] = [
  ['', []],
  ['a', ['a']],
  ['a,b', ['a', 'b']],
  ['a , \t b ', ['a', 'b']],
  [' , ,a,,b, ', ['a', 'b']],
  ['"a,b", c', ['"a,b"', 'c']],
  ['"a\\",b"', ['"a\\",b"']],
  ['a b', undefined],
  ['a;b', undefined],
  ['"a', undefined],
  ['a\u00a0', undefined],
  ['a\n,b', undefined],
];

describe('http/grammar', () => {
  for (const [text, elements] of cases) {
    it(`${JSON.stringify(text)} is ${elements ? `a list of ${elements.length}` : 'no list'}`, () => {
      assert.deepEqual(listElements(text, element), elements);
    });
  }
});
