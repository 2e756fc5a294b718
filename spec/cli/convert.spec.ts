import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertCommand } from '../../lib/cli/convert-command.js';
import { type Run, runCommand } from './run-command.js';

/** Runs the command over real streams. */
function run(args: readonly string[], input: string | Uint8Array = ''): Promise<Run> {
  return runCommand((io) => convertCommand(args, io), input);
}

const TO_02 = ['--from', 'draft-01', '--to', 'draft-02'];
const UNNAMED =
  '{"element": "shoji:catalog",\n "self": "",\n "catalogs": ["bills/", "sellers{?sold_count}", "bills/"]}\n';
const NAMED = `{
  "element": "shoji:catalog",
  "self": "",
  "catalogs": {
    "bills": "bills/",
    "sellers by sold count": "sellers{?sold_count}"
  }
}
`;
const LOSS =
  ':3:49 loss the link "bills/" stands in "catalogs" more than once, and is kept once: ' +
  'its name is made from it, and no two links of draft 02 have one name\n';

describe('shoji convert', () => {
  let folder: string;
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoji-convert-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('writes the document to standard output, and what it lost to standard error', async () => {
    const path = file('unnamed.json', UNNAMED);
    assert.deepEqual(await run([...TO_02, path]), { code: 0, stdout: NAMED, stderr: path + LOSS });
    assert.deepEqual(await run([...TO_02, '-'], UNNAMED), { code: 0, stdout: NAMED, stderr: `-${LOSS}` });
  });

  it('says nothing where nothing is lost', async () => {
    const { code, stdout, stderr } = await run(['--from', 'draft-02', '--to', 'crunch', '-'], NAMED);
    assert.deepEqual([code, stdout, stderr], [0, NAMED, '']);
  });

  it('converts Value documents too', async () => {
    assert.deepEqual(await run(['--from=crunch', '--to=draft-02', '-'], '387'), {
      code: 0,
      stdout: '387\n',
      stderr: '',
    });
    const view = '{"element": "shoji:view", "self": "/sum", "value": null}';
    const { code, stdout, stderr } = await run(['--from=crunch', '--to=draft-02', '-'], view);
    assert.deepEqual([code, stdout], [0, 'null\n']);
    assert.match(stderr, /^-:1:35 loss the member "self" \(the string "\/sum"\) is lost: [^\n]+\n$/);
  });

  it('goes from draft 02 to crunch and back without a change, in the order of the text', async () => {
    const text =
      '{\n  "element": "shoji:catalog",\n  "self": "",\n  "entities": [\n    "10",\n    "9"\n  ]\n}\n';
    const there = await run(['--from', 'draft-02', '--to', 'crunch', '-'], text);
    assert.match(there.stdout, /"graph": \[\s*"10",\s*"9"\s*\]/);
    const back = await run(['--from', 'crunch', '--to', 'draft-02', '-'], there.stdout);
    assert.deepEqual(back, { code: 0, stdout: text, stderr: '' });
    const index = '{"element": "shoji:catalog", "self": "", "index": {"10": {}, "9": {}}}';
    assert.equal((await run(['--from', 'crunch', '--to', 'draft-02', '-'], index)).stdout, text);
  });

  it('takes a role', async () => {
    const request = '{"element": "shoji:catalog", "index": {"1/": null}}';
    const args = ['--from', 'crunch', '--to', 'draft-02', '-'];
    assert.equal((await run(args, request)).code, 1);
    const { code, stdout, stderr } = await run(['--role', 'request', ...args], request);
    assert.deepEqual([code, JSON.parse(stdout)], [0, { element: 'shoji:catalog', entities: [] }]);
    assert.match(stderr, /^-:1:46 loss null asks to remove "1\/", .*send DELETE/);
  });

  it('tells by itself what a document is', async () => {
    const index = '{"element": "shoji:catalog", "self": "", "index": {"1/": {}}}';
    const { code, stdout } = await run(['--from', 'auto', '--to', 'draft-02', '-'], index);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), { element: 'shoji:catalog', self: '', entities: ['1/'] });
    assert.equal((await run(['--from', 'auto', '--to', 'draft-02', '-'], UNNAMED)).stdout, NAMED);
  });

  it('writes to a file, which may be the one it read', async () => {
    const path = file('in-place.json', UNNAMED);
    assert.deepEqual(await run([...TO_02, '--output', path, path]), {
      code: 0,
      stdout: '',
      stderr: path + LOSS,
    });
    assert.equal(readFileSync(path, 'utf8'), NAMED);
  });

  it('refuses losses under --strict, and writes nothing', async () => {
    const output = join(folder, 'strict.json');
    const { code, stdout, stderr } = await run([...TO_02, '--strict', '--output', output, '-'], UNNAMED);
    assert.deepEqual([code, stdout, existsSync(output)], [1, '', false]);
    assert.equal(
      stderr,
      `-${LOSS}shoji convert: nothing is written, since one loss is more than --strict allows; leave that option out to accept them\n`,
    );
    assert.equal((await run([...TO_02, '--strict', '-'], UNNAMED.replace(', "bills/"]', ']'))).stdout, NAMED);
  });

  it('writes losses and findings as JSON for programs', async () => {
    const lost = await run([...TO_02, '--format', 'json', '-'], UNNAMED);
    assert.equal(lost.stdout, NAMED);
    const { losses, ...report } = JSON.parse(lost.stderr);
    assert.deepEqual(report, { source: '-', from: 'draft-01', to: 'draft-02' });
    assert.deepEqual(
      losses.map(({ pointer, line, column }: { pointer: string; line: number; column: number }) => [
        pointer,
        line,
        column,
      ]),
      [['/catalogs/2', 3, 49]],
    );
    const refused = await run([...TO_02, '--format', 'json', '-'], NAMED);
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.equal(JSON.parse(refused.stderr).documents[0].findings[0].rule, 'member-type');
  });

  it('shows its help', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: shoji convert/);
    assert.equal(stderr, '');
  });

  describe('refuses what is not valid in its own dialect, as shoji validate shows it', () => {
    const cases: readonly (readonly [title: string, content: string | Uint8Array, found: RegExp])[] = [
      [
        'links of another dialect',
        NAMED,
        /^-: invalid shoji:catalog \(draft-01\)\n-:4:15 error member-type /,
      ],
      [
        'a name that stands twice',
        UNNAMED.replace('"self"', '"self": "x",\n "self"'),
        /^-:3:2 error duplicate-name /m,
      ],
      ['a number that would be rounded', '[1e999]', /^-:1:2 error number-range /m],
      ['a name that reaches prototypes', '{"__proto__": 1}', /^-:1:2 error forbidden-name /m],
      ['a byte order mark', '\ufeff1', /^-:1:1 error byte-order-mark /m],
      ['an empty file', '', /^-:1:1 error empty /m],
      ['bytes that are no text', Uint8Array.from([0x22, 0xff, 0x22]), /^-:1:2 error invalid-utf8 /m],
      ['deep nesting', '['.repeat(200_000) + ']'.repeat(200_000), /^-:1:129 error too-deep /m],
    ];
    for (const [title, content, found] of cases) {
      it(title, async () => {
        const { code, stdout, stderr } = await run([...TO_02, '-'], content);
        assert.deepEqual([code, stdout], [1, '']);
        assert.match(stderr, found);
      });
    }

    it('the value of a view that would not be valid without it', async () => {
      const view = '{"element": "shoji:view", "self": "",\n "value": {"element": "shoji:shape"}}';
      const { code, stdout, stderr } = await run(['--from', 'crunch', '--to', 'draft-02', '-'], view);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^-: invalid Value document \(draft-02\)\n-:2:23 error unknown-element /);
    });
  });

  describe('bad usage', () => {
    const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [TO_02, /no file is given; write the path of one, or -/],
      [[...TO_02, 'a', 'b'], /one document is converted at a time; write a without b/],
      [['--to', 'crunch', '-'], /--from is missing; write draft-02 or draft-01 or crunch or auto/],
      [['--from', 'crunch', '-'], /--to is missing; write draft-02 or draft-01 or crunch/],
      [['--from', 'crunch', '--to', 'auto', '-'], /--to is "auto"; write draft-02/],
      [['--from', 'draft-03', '--to', 'crunch', '-'], /--from is "draft-03"; write draft-02/],
      [[...TO_02, '--role', 'server', '-'], /--role is "server"; write response or request/],
      [[...TO_02, '--format', 'xml', '-'], /--format is "xml"; write text or json/],
      [[...TO_02, '--dialect', 'crunch', '-'], /Unknown option '--dialect'; the options are --from DIALECT/],
      [[...TO_02, '-', '--output'], /'--output <value>' argument missing; the options are/],
    ];
    for (const [args, message] of cases) {
      it(`exits 2 on "${args.join(' ')}"`, async () => {
        const { code, stdout, stderr } = await run(args);
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(stderr, message);
        assert.match(stderr, /^shoji convert: [^\n]+\nSee shoji convert --help\.\n$/);
      });
    }
  });

  describe('files that cannot be read or written', () => {
    it('are named: the one to read', async () => {
      const path = join(folder, 'missing.json');
      const { code, stdout, stderr } = await run([...TO_02, path]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, new RegExp(`^shoji convert: cannot read ${path}: there is no such file; `));
    });

    const outputs: readonly (readonly [title: string, path: () => string, message: RegExp])[] = [
      [
        'a folder that is not there',
        () => join(folder, 'no', 'out.json'),
        /the folder is not there; make it first/,
      ],
      ['a folder', () => folder, /it is a folder; write the path of a file/],
      ['a path through a file', () => join(file('plain', ''), 'out.json'), /a part of the path is no folder/],
      ['a path that no file can have', () => 'a\0b', /a\ufffdb: no path may hold a null character/],
      ['a name that is too long', () => join(folder, 'n'.repeat(5000)), /writing it failed \(ENAMETOOLONG\)/],
    ];
    for (const [title, path, message] of outputs) {
      it(`are named: ${title} to write to`, async () => {
        const { code, stdout, stderr } = await run(
          ['--from=draft-02', '--to=crunch', `--output=${path()}`, '-'],
          '1',
        );
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(stderr, /^shoji convert: cannot write [^\n]+\n$/);
        assert.match(stderr, message);
      });
    }

    it('may be files that are kept from writing (not for root, who writes everything)', async function () {
      const path = file('kept.json', '');
      chmodSync(path, 0o400);
      if (process.getuid?.() === 0) this.skip();
      const { code, stderr } = await run(['--from=draft-02', '--to=crunch', '--output', path, '-'], '1');
      assert.equal(code, 2);
      assert.match(stderr, /it may not be written/);
    });
  });

  it('reaches no terminal with what could drive it', async () => {
    const { stderr } = await run(
      ['--from', 'draft-02', '--to', 'draft-01', '-'],
      '{"element": "shoji:catalog", "self": "", "views": {"a\\u202eb\\u009b2J\\u001b[31m": "x"}}',
    );
    assert.match(stderr, /loss the name /);
    assert.doesNotMatch(stderr.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
  });
});
