import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { isPlainPattern } from '../../lib/declaration/schema-compiler.js';

/** The part of recheck that is used here. */
interface Recheck {
  checkSync(pattern: string, flags: string): { readonly status: string };
}

const recheck = createRequire(import.meta.url)('recheck/lib/browser.js') as Recheck;

const characters = [
  'a',
  'é',
  '😀',
  ' ',
  '-',
  '/',
  '.',
  '\\.',
  '\\d',
  '\\W',
  '\\p{L}',
  '[a-z]',
  '[^\\]a]',
  '[.+*]',
];
const fixed = ['', '', '{2}', '{12}'];
const open = ['*', '+', '?', '{2,}', '{0,9}', '*?', '{1,3}?'];

const row = fc
  .array(fc.tuple(fc.constantFrom(...characters), fc.constantFrom(...fixed)), { maxLength: 5 })
  .map((parts) => parts.flat().join(''));
const repeated = fc
  .tuple(fc.constantFrom(...characters), fc.constantFrom(...open))
  .map((parts) => parts.join(''));
const end = fc.constantFrom('', '$');
const plain = fc.oneof(
  fc.tuple(row, end).map((parts) => parts.join('')),
  fc.tuple(row, repeated, row, end).map((parts) => `^${parts.join('')}`),
);

describe('declaration: a pattern', function () {
  // Proving a pattern safe loads a program that takes a second to warm up on a slow machine.

  it('knows a row of characters of which one may come any number of times', () => {
    fc.assert(fc.property(plain, (pattern) => isPlainPattern(pattern)));
  });

  it('does not know two that are open, or one that is not anchored', () => {
    const two = fc.tuple(row, repeated, row, repeated, row).map((parts) => `^${parts.join('')}`);
    const unanchored = fc.tuple(row, repeated, row).map((parts) => parts.join(''));
    fc.assert(fc.property(fc.oneof(two, unanchored), (pattern) => !isPlainPattern(pattern)));
  });

  for (const pattern of [
    '^[A-Z]{2}\\d+$',
    '^\\d{4}-\\d{2}-\\d{2}$',
    '^[a-z][a-z0-9-]*$',
    '^.*x$',
    '^a?b{9}',
    '^.+?$',
    '@',
    '',
    '^',
    '$',
    '\\+\\$',
  ]) {
    it(`knows /${pattern}/, which recheck proves safe`, () => {
      assert.ok(isPlainPattern(pattern));
      assert.equal(recheck.checkSync(pattern, 'u').status, 'safe');
    });
  }

  for (const pattern of [
    '(a+)+$',
    '^(?:new|used)$',
    'a|b',
    '\\bfoo',
    '^(?=a)a$',
    '^(.)\\1$',
    'a^b',
    'a$b',
    '^a{100}$',
    '\\s+$',
  ]) {
    it(`does not know /${pattern}/`, () => assert.equal(isPlainPattern(pattern), false));
  }
});
