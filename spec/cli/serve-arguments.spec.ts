import assert from 'node:assert/strict';
import { UsageError } from '../../lib/cli/command-line.js';
import { parseServeArguments } from '../../lib/cli/serve-arguments.js';

describe('the arguments of shoji serve', () => {
  it('are one module, and leave all else as it is by default', () => {
    assert.deepEqual(parseServeArguments(['api.js'], {}), {
      module: 'api.js',
      port: 3000,
      host: '127.0.0.1',
      log: 'info',
      grace: 0,
      drain: 10_000,
      keepAlive: 5000,
    });
  });

  it('stand above the environment', () => {
    const env = { PORT: '80', HOST: '::', LOG_LEVEL: 'warn' };
    const { port, host, log } = parseServeArguments(['api.js'], env) ?? {};
    assert.deepEqual([port, host, log], [80, '::', 'warn']);
    const given = [
      '--port',
      '0',
      '--host',
      '::1',
      '--log',
      'silent',
      '--grace',
      '5',
      '--drain',
      '0',
      '--keep-alive',
      '65000',
      '--base',
      'https://api.example.org/shop',
      'api.js',
    ];
    assert.deepEqual(parseServeArguments(given, env), {
      module: 'api.js',
      port: 0,
      host: '::1',
      log: 'silent',
      grace: 5,
      drain: 0,
      keepAlive: 65_000,
      base: 'https://api.example.org/shop',
    });
  });

  it('ask for help', () => assert.equal(parseServeArguments(['--help', 'api.js'], {}), undefined));

  const refused: readonly [string, readonly string[], NodeJS.ProcessEnv, RegExp][] = [
    ['no module', [], {}, /no module is given/],
    ['two modules', ['a', 'b', 'c'], {}, /one module is served; found b, c besides a/],
    [
      'a port beyond all',
      ['--port', '65536', 'a'],
      {},
      /the port is "65536"; write a number from 0 to 65535/,
    ],
    ['a port that is none', ['a'], { PORT: 'http' }, /the port is "http"/],
    ['a level that there is not', ['--log', 'loud', 'a'], {}, /--log is "loud"; write trace or debug/],
    ['such a level in the environment', ['a'], { LOG_LEVEL: 'loud' }, /LOG_LEVEL is "loud"/],
    [
      'a time that is none',
      ['--grace', '5s', 'a'],
      {},
      /--grace is "5s"; write a whole number of milliseconds/,
    ],
    ['a time that no timer waits', ['--drain', '2147483648', 'a'], {}, /--drain is "2147483648"/],
    ['a wait that is none', ['--keep-alive', '1m', 'a'], {}, /--keep-alive is "1m"; write a whole number/],
    ['a base that is a path', ['--base', '/shop', 'a'], {}, /--base must be an absolute http or https IRI/],
    [
      'a base with a password',
      ['--base', 'https://ada:secret@a.example', 'a'],
      {},
      /^--base must be without user and password, (?!.*secret)/,
    ],
    [
      'an option that there is not',
      ['--prot', '1', 'a'],
      {},
      /--prot.*; the options are --port, .* and --help$/,
    ],
  ];
  for (const [what, args, env, message] of refused) {
    it(`are refused with ${what}`, () => {
      assert.throws(
        () => parseServeArguments(args, env),
        (error) => {
          assert.ok(error instanceof UsageError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
