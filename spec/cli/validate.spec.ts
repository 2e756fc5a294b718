import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { validateCommand } from '../../lib/cli/validate/validate-command.js';
import { run } from './validate-run.js';

const GOOD = '{"element": "shoji:catalog", "self": "/books/", "entities": ["1/"]}';
const BAD = '{"element": "shoji:catalog",\n\t"self": "",\n\t"catalogs": ["é", 2]}\n';

describe('shoji validate', () => {
  let folder: string;
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoji-validate-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('exits 0 where all documents are valid', async () => {
    const path = file('good.json', GOOD);
    const { code, stdout, stderr } = await run([path, '-'], '387');
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.equal(
      stdout,
      `${path}: valid shoji:catalog (draft-02)\n` +
        '-: valid Value document (draft-02)\n' +
        '2 documents: 2 valid, 0 invalid; 0 errors, 0 warnings\n',
    );
  });

  it('exits 1 and points at the place where one is not', async () => {
    const path = file('bad.json', BAD);
    const { code, stdout, stderr } = await run([path]);
    assert.equal(code, 1);
    assert.equal(stderr, '');
    assert.equal(
      stdout,
      `${path}: invalid shoji:catalog (draft-02)\n` +
        `${path}:3:14 error member-type "catalogs" is an array; it must be an object from names to links, ` +
        'such as {"bills": "bills/"} (arrays of links are of draft 01) [Shoji draft 02, section 1.1]\n' +
        '     "catalogs": ["é", 2]}\n' +
        '                 ^\n' +
        `${path}:3:14 note other-dialect "catalogs" is an array, as in draft 01, but the document is judged as ` +
        'draft-02; judge it as draft-01 if that is what it is (--dialect draft-01; in code ' +
        "dialect: 'draft-01') [PROTOCOL.md, Dialects (decision of koa-shoji)]\n" +
        '     "catalogs": ["é", 2]}\n' +
        '                 ^\n' +
        '1 document: 0 valid, 1 invalid; 1 error, 0 warnings\n',
    );
  });

  it('exits 0 on warnings, and shows them', async () => {
    const { code, stdout } = await run(
      ['-'],
      '{"element":"shoji:catalog","self":"","updated":"2003-12-13T18:30:02Z"}',
    );
    assert.equal(code, 0);
    assert.match(stdout, /^-:1:48 warning bare-date /m);
    assert.match(stdout, /^1 document: 1 valid, 0 invalid; 0 errors, 1 warning$/m);
  });

  it('takes a dialect and a role', async () => {
    assert.equal((await run(['--dialect', 'draft-01', '-'], BAD)).code, 1);
    assert.equal((await run(['--dialect=draft-01', '-'], BAD.replace('2', '"x/"'))).code, 0);
    const request = '{"element": "shoji:entity", "body": {}}';
    assert.equal((await run(['-'], request)).code, 1);
    assert.equal((await run(['--role', 'request', '-'], request)).code, 0);
  });

  it('writes JSON for programs', async () => {
    const path = file('bad.json', BAD);
    const { code, stdout } = await run(['--format', 'json', path, '-'], '[1]');
    assert.equal(code, 1);
    const report = JSON.parse(stdout);
    assert.deepEqual(report.summary, { documents: 2, valid: 1, invalid: 1, errors: 1, warnings: 0 });
    assert.deepEqual(report.documents[1], {
      source: '-',
      dialect: 'draft-02',
      element: null,
      valid: true,
      findings: [],
    });
    const [{ source, element, findings }] = report.documents;
    assert.deepEqual([source, element, findings.length], [path, 'shoji:catalog', 2]);
    const { message, ...finding } = findings[0];
    assert.match(message, /is an array/);
    assert.deepEqual(finding, {
      rule: 'member-type',
      level: 'error',
      pointer: '/catalogs',
      line: 3,
      column: 14,
      see: 'Shoji draft 02, section 1.1',
    });
  });

  it('shows its help', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: shoji validate/);
    assert.equal(stderr, '');
  });

  describe('bad usage', () => {
    const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [[], /no source is given; write the path of at least one file or folder, a URL, or -/],
      [['--strict', 'x.json'], /Unknown option '--strict'; the options are --dialect NAME/],
      [
        ['--dialect', 'draft-03', '-'],
        /--dialect is "draft-03"; write draft-02 or draft-01 or crunch or auto/,
      ],
      [['--role', 'server', '-'], /--role is "server"; write response or request/],
      [['--format=xml', '-'], /--format is "xml"; write text or json or sarif or junit/],
      [['--max-warnings', '-1', '-'], /argument is ambiguous/],
      [['--max-warnings=x', '-'], /--max-warnings is "x"; write a whole number from 0/],
      [['--explain', 'x', '--format', 'sarif'], /--format \(with --explain\) is "sarif"; write text or json/],
      [['-', '--dialect'], /'--dialect <value>' argument missing; the options are/],
      [['--help=yes', '-'], /'--help' does not take an argument; the options are/],
      [['-', '-'], /standard input can be read only once/],
    ];
    for (const [args, message] of cases) {
      it(`exits 2 on "${args.join(' ')}"`, async () => {
        const { code, stdout, stderr } = await run(args);
        assert.equal(code, 2);
        assert.equal(stdout, '');
        assert.match(stderr, message);
        assert.match(stderr, /^shoji validate: [^\n]+\nSee shoji validate --help\.\n$/);
      });
    }
  });

  describe('sources that cannot be read', () => {
    it('are named, while the others are still checked', async () => {
      const missing = join(folder, 'missing.json');
      const { code, stdout, stderr } = await run([missing, file('bad.json', BAD), '-'], GOOD);
      assert.equal(code, 2);
      assert.equal(
        stderr,
        `shoji validate: cannot read ${missing}: there is no such file; write the path of one, or - for standard input\n`,
      );
      assert.match(stdout, /^2 documents: 1 valid, 1 invalid; 1 error, 0 warnings$/m);
    });

    it('may be paths that no file can have', async () => {
      const { code, stderr } = await run([join(file('good.json', GOOD), 'x'), 'a\0b', 'n'.repeat(5000)]);
      assert.equal(code, 2);
      assert.match(
        stderr,
        /no folder; .*\n.*a\ufffdb: no path may hold a null character; .*\n.*\(ENAMETOOLONG\)/,
      );
    });

    it('may be files that are kept from reading (not for root, who reads everything)', async function () {
      const path = file('secret.json', GOOD);
      chmodSync(path, 0);
      if (process.getuid?.() === 0) this.skip();
      assert.match((await run([path])).stderr, /it may not be read/);
    });

    it('may be a standard input that fails', async () => {
      const stdin = new Readable({ read: () => stdin.destroy(new Error('gone')) });
      const stderr = new PassThrough();
      const code = await validateCommand(['-'], { stdin, stdout: new PassThrough(), stderr });
      assert.equal(code, 2);
      assert.match(String(stderr.read()), /cannot read -: reading it failed \(unknown\)/);
    });
  });

  describe('hostile documents', () => {
    const cases: readonly (readonly [title: string, content: string | Uint8Array, found: RegExp])[] = [
      ['an empty file', '', /^-:1:1 error empty /m],
      [
        'invalid UTF-8',
        Buffer.from('{\n "é": "\xff"}', 'latin1'),
        /^-:2:3 error invalid-utf8 byte 5 .* 0xe9,/m,
      ],
      ['a binary file', Uint8Array.from([0, 1, 2, 0xfe, 0xff]), /^-:1:4 error invalid-utf8 byte 4 /m],
      [
        'control characters',
        '\0\x1b[2J',
        /^-:1:1 error malformed-json found U\+0000 where a value is wanted \[/m,
      ],
      ['nesting without end', '['.repeat(200_000), /^-:1:200001 error malformed-json the text ends/m],
      ['deep nesting', '['.repeat(200_000) + ']'.repeat(200_000), /^-:1:129 error too-deep /m],
      ['a lone surrogate', '"\\ud800"', /^-:1:2 error lone-surrogate /m],
      [
        'one that breaks off',
        '{"element": "shoji:cat',
        /^-:1:23 error malformed-json the text ends within a string/m,
      ],
    ];
    for (const [title, content, found] of cases) {
      it(`are judged: ${title}`, async () => {
        const { code, stdout, stderr } = await run(['-'], content);
        assert.equal(code, 1);
        assert.equal(stderr, '');
        assert.match(stdout, found);
      });
    }

    it('reach no terminal with what could drive it', async () => {
      const { stdout } = await run(
        ['-'],
        '{"element":"shoji:\x9b2J\u202e","self":"\u009d","title":\x1b[31m"',
      );
      assert.doesNotMatch(stdout.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
    });

    it('are shown in part where a line is long', async () => {
      const { stdout } = await run(['-'], `[${'1, '.repeat(50_000)}1e999${', 2'.repeat(50_000)}]`);
      const [, , excerpt = '', caret = ''] = stdout.split('\n');
      assert.ok(excerpt.length < 120);
      assert.equal(excerpt.slice(caret.length - 1).slice(0, 5), '1e999');
      assert.equal(excerpt[4], '…');
      assert.equal(excerpt.at(-1), '…');
    });

    it('have their caret under the right character, astral ones included', async () => {
      const { stdout } = await run(['-'], '["😀", 1e999]');
      const [, , excerpt = '', caret = ''] = stdout.split('\n');
      assert.equal(Array.from(excerpt)[caret.length - 1], '1');
    });
  });
});
