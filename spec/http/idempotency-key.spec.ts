import assert from 'node:assert/strict';
import { readIdempotencyKey } from '../../lib/http/idempotency-key.js';

const KEYS: readonly (readonly [value: string, key: string])[] = [
  ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['a', 'a'],
  ['"a b"', 'a b'],
  ['"a, b; c"', 'a, b; c'],
  ['"say \\"a\\" \\\\"', 'say "a" \\'],
  ['clkyoesmbgybucifusbbtdsbohtyuuwz', 'clkyoesmbgybucifusbbtdsbohtyuuwz'],
  ['YWJj+/==', 'YWJj+/=='],
  ['a:b/c?d=e&f', 'a:b/c?d=e&f'],
  [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
];

const NONE: readonly string[] = [
  '',
  '""',
  '"',
  '"a',
  'a"',
  'a b',
  'a, b',
  '"a", "b"',
  'a;b=c',
  '"a\\b"',
  'ä',
  '"ä"',
  'a\tb',
  'x'.repeat(256),
  `"${'x'.repeat(256)}"`,
];

describe('http/idempotency-key', () => {
  for (const [value, key] of KEYS) {
    it(`reads ${value.slice(0, 50)} as the key ${key.slice(0, 50)}`, () =>
      assert.equal(readIdempotencyKey([value]), key));
  }

  for (const value of NONE) {
    it(`reads no key in ${JSON.stringify(value.slice(0, 50))}`, () =>
      assert.equal(readIdempotencyKey([value]), undefined));
  }

  it('reads no key where there are several, be they the same', () => {
    assert.equal(readIdempotencyKey(['a', 'a']), undefined);
    assert.equal(readIdempotencyKey(['"a"', '"b"']), undefined);
    assert.equal(readIdempotencyKey([]), undefined);
  });
});
