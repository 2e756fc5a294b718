import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isSurelyPlain, findPolicyFaults } from '../../lib/protocol/json/read.js';

const DEPTH = 4;

/** Whether a text looks plain, after it is made sure that a careful reading agrees where it does. */
function looksPlain(text: string): boolean {
  const isPlain = isSurelyPlain(text, JSON.parse(text), DEPTH);
  const faults = findPolicyFaults(text, { depth: DEPTH, limit: Number.POSITIVE_INFINITY });
  if (isPlain) assert.deepEqual(faults, [], text);
  return isPlain;
}

const space = fc.constantFrom('', '', '', ' ', '\n', '\t\r ');
const string = fc.constantFrom(
  '"a"',
  '"b"',
  '""',
  '":"',
  '"\\":"',
  '"a\\": 1"',
  '"x : y"',
  '"http://h/"',
  '"\\u0061"',
  '"\\\\u0000"',
  '"\\u0000"',
  '"\\ud83d\\ude00"',
  '"😀"',
  '"\\ud800"',
  '"\ud800"',
  '"\ude00\ud83d"',
  '"\\uDEAD"',
  '"é"',

  '"__proto__"',
  '"\\u005f_proto__"',
  '"_\\u005Fproto__"',
  '"constructor"',
  '"prototype"',
  '"\\u0070rototype"',

  '"1e999"',
  '"12345678901234567890"',
  '", 1e5"',
  '"[1e999]"',
  '"prototyp\\u0065"',
  '"constructo\\u0072"',
);
const number = fc.constantFrom(
  '0',
  '-0',
  '1',
  '-12.5',
  '1e5',
  '1E400',
  '-1e999',
  '123456789012345',
  '-123456789012345',
  '1234567890123456',
  '9007199254740993',
  '12345678901234567890',
  '1152921504606847000',
  '1152921504606846976',
  '9007199254740993.0',
  '0.1234567890123456789',
  '1e-400',
  `0.${'0'.repeat(400)}1`,
  `0.${'0'.repeat(90)}1`,
  `1${'0'.repeat(400)}`,
  `1${'0'.repeat(400)}.5`,
  '0e5',
  '0.0e-999',
);

const { text } = fc.letrec<{ text: string; members: string }>((tie) => ({
  text: fc
    .tuple(
      space,
      fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('true', 'null'),
        string,
        number,
        fc.array(tie('text'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
        fc.array(tie('members'), { maxLength: 3 }).map((members) => `{${members.join(',')}}`),
      ),
      space,
    )
    .map((parts) => parts.join('')),
  members: fc
    .tuple(space, string, space, tie('text'))
    .map(([before, name, behind, value]) => `${before}${name}${behind}:${value}`),
}));

describe('isSurelyPlain', () => {
  it('is never sure of a text that a careful reader has something against', () => {
    let plain = 0;
    fc.assert(
      fc.property(text, (json) => {
        if (looksPlain(json)) plain += 1;
      }),
      { numRuns: 5000 },
    );
    assert.ok(plain > 100, `only ${plain} texts were plain`);
  });

  it('is sure of ordinary texts, however they are written', () => {
    const value = { a: [1, -0.25, 'https://h.example/', { b: null }], 'c d': 'é', e: '', f: 123456789012345 };
    for (const indent of [0, 2, '\t']) assert.ok(looksPlain(JSON.stringify(value, undefined, indent)));
    for (const json of ['1', '"x"', ' [] ', '{}', '[[[[]]]]', '{"a":{"b":{"c":{}}}}'])
      assert.ok(looksPlain(json));
  });

  it('is not sure of names that stand twice where strings look like names', () => {
    for (const json of [
      '{"a":1,"a":2}',
      '{"a":1,"a" :2}',
      '{"a":":","b" :1,"b":1}',
      '[{"a":1,"\\u0061":2}]',
      '{"x":"\\":","b":1,"b":2}',
    ]) {
      assert.equal(looksPlain(json), false, json);
    }
  });

  it('is not sure of what nests too deep', () => {
    assert.equal(looksPlain('[[[[[]]]]]'), false);
    assert.equal(looksPlain('{"a":{"b":{"c":{"d":[]}}}}'), false);
  });
});
