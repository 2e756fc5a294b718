import assert from 'node:assert/strict';
import { check, CHECKS, type Check } from '../../lib/check/index.js';

const URL = 'http://h/';

const texts = { summary: 'it is blue', explanation: 'It sells better.', see: 'our style guide' };
const mine: Check = { name: 'blue', ...texts, *ofApi() {} };

/** A check as JavaScript lets it be written. */
const written = (members: object): Check => ({ ...mine, ...members });

describe('check({ checks })', () => {
  it('makes checks of the caller’s own after those that there are', () => {
    assert.deepEqual(check(URL, { checks: [mine, ...CHECKS] }).checks, [...CHECKS, mine]);
  });

  it('makes the named ones alone, and in their own order', () => {
    const { checks } = check(URL, { checks: ['etag', mine, 'status', 'etag'] });
    assert.deepEqual(
      checks.map(({ name }) => name),
      ['status', 'etag', 'blue'],
    );
  });

  it('takes the same check twice for one', () => {
    assert.deepEqual(check(URL, { checks: [mine, mine] }).checks, [mine]);
  });

  const refused: readonly (readonly [what: string, checks: unknown, message: RegExp])[] = [
    ['no list', mine, /checks is no list; write one, such as \[\.\.\.CHECKS, mine\]/],
    ['what is no check', [7], /^7 is no check; write an object with a name/],
    ['nothing', [undefined], /^undefined is no check/],
    [
      'a check without a name',
      [written({ name: undefined })],
      /^A check has no name; write one in lower case/,
    ],
    [
      'a name with spaces',
      [written({ name: 'My check' })],
      /^A check has the name "My check"; write one in lower/,
    ],
    [
      'a name that another check has',
      [...CHECKS, written({ name: 'etag' })],
      /^Two checks have the name "etag"/,
    ],
    ['a check without a summary', [written({ summary: '' })], /^The check "blue" has no summary/],
    ['a check without a source', [written({ see: undefined })], /^The check "blue" has no see/],
    [
      'a check without a function',
      [written({ ofApi: undefined })],
      /^The check "blue" looks at nothing; write a fun/,
    ],
    [
      'a function that is none',
      [written({ ofLink: 'etag' })],
      /^The check "blue" has ofLink, which is no function/,
    ],
    [
      'a function that is misspelt',
      [written({ ofResources: () => [] })],
      /^The check "blue" has "ofResources"; did you mean "ofResource"\?$/,
    ],
  ];
  for (const [what, checks, message] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(() => check(URL, { checks: checks as readonly Check[] }), {
        name: 'CheckOptionsError',
        code: 'SHOJI_CHECK_OPTIONS',
        message,
      });
    });
  }

  it('refuses remarks that no report could show', async () => {
    const silent = written({ *ofApi() { yield { rule: 'blue', level: 'fatal', message: 'it is red' }; } }); // prettier-ignore
    const run = check('http://127.0.0.1:1/', { checks: [silent] });
    await assert.rejects(
      async () => {
        for await (const finding of run) assert.fail(JSON.stringify(finding));
      },
      {
        name: 'TypeError',
        message: /^The check "blue" yields \{.*\}; give each remark a rule, a message, and the level/,
      },
    );
  });
});
