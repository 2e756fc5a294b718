import assert from 'node:assert/strict';
import { CHECKS } from '../../lib/check/checks.js';
import { CHECK_HELP, parseCheckArguments } from '../../lib/cli/check-arguments.js';
import { explainCheck } from '../../lib/cli/check-command.js';
import { UsageError } from '../../lib/cli/command-line.js';

describe('the arguments of shoji check', () => {
  const parse = (...args: string[]) => {
    const parsed = parseCheckArguments(args, {});
    assert.ok(parsed.type === 'check');
    return parsed;
  };

  it('are one URL, and leave all else as it is by default', () => {
    const { url, options, report, maxWarnings, color, quiet } = parse('http://a.test/');
    assert.equal(url, 'http://a.test/');
    assert.deepEqual(options, { headers: {}, origins: [], allowPrivate: false, values: {} });
    assert.deepEqual([report, maxWarnings, color, quiet], ['text', Infinity, undefined, false]);
  });

  it('set each limit, seconds as milliseconds', () => {
    const { options } = parse(
      'http://a.test/',
      '--depth',
      '0',
      '--max-documents',
      '7',
      '--max-time',
      '1.5',
      '--timeout',
      '2',
      '--max-bytes',
      '9',
      '--concurrency',
      '3',
      '--rate',
      '0.5',
      '--dialect',
      'auto',
      '--check',
      'etag',
      '--allow-origin',
      'https://b.test',
      '--allow-origin',
      'https://c.test',
      '--allow-private',
    );
    assert.deepEqual(options, {
      depth: 0,
      documents: 7,
      time: 1_500,
      timeout: 2_000,
      bytes: 9,
      concurrency: 3,
      rate: 0.5,
      dialect: 'auto',
      checks: ['etag'],
      headers: {},
      origins: ['https://b.test', 'https://c.test'],
      allowPrivate: true,
      values: {},
    });
  });

  it('keep names that objects have anyway', () => {
    const { options } = parse('http://a.test/', '--value', '__proto__=1', '--header', '__proto__: x');
    assert.deepEqual(Object.keys(options.values ?? {}), ['__proto__']);
    assert.deepEqual(Object.keys(options.headers ?? {}), ['__proto__']);
  });

  it('say no more of an empty token in the environment than of none', () => {
    const parsed = parseCheckArguments(['http://a.test/'], { SHOJI_TOKEN: '' });
    assert.ok(parsed.type === 'check');
    assert.deepEqual(parsed.options.headers, {});
  });

  it('are all in the help', () => {
    const complaint = (() => {
      try {
        parseCheckArguments(['--none'], {});
      } catch (error) {
        assert.ok(error instanceof UsageError);
        return error.message;
      }
      return '';
    })();
    const options = complaint.match(/--[a-z-]+/g)?.slice(1) ?? [];
    assert.ok(options.length > 20);
    for (const option of options) assert.ok(CHECK_HELP.includes(option), option);
  });

  it('can ask for any check to be explained', () => {
    for (const { name, summary, explanation, see } of CHECKS) {
      const text = explainCheck(name, CHECKS);
      assert.ok(text.startsWith(`${name}: ${summary}\n\n`));
      assert.ok(text.replaceAll(/\s+/g, ' ').includes(explanation.replaceAll(/\s+/g, ' ').trim()));
      assert.ok(text.endsWith(`See ${see}.\n`));
      for (const line of text.split('\n').slice(2)) assert.ok(line.length <= 120, line);
    }
  });
});
