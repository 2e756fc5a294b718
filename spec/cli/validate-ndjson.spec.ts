import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { linesOf } from '../../lib/cli/validate/read-sources.js';
import { run } from './validate-run.js';

describe('shoji validate --ndjson', () => {
  it('judges line by line: empty ones, CRLF, bytes that are no UTF-8, a last one without a line feed', async () => {
    const input = Buffer.from('1\n\n \t\r\n{"element":"shoji:catalog"}\r\n["\xff"]\n[1e999]', 'latin1');
    const { code, stdout } = await run(['--ndjson', '--format', 'json', '-'], input);
    assert.equal(code, 1);
    const { documents, summary } = JSON.parse(stdout);
    assert.deepEqual(
      documents.map(({ source, valid, findings }: { source: string; valid: boolean; findings: never[] }) => [
        source,
        valid,
        findings.map(({ rule, line, column }) => [rule, line, column]),
      ]),
      [
        ['-:1', true, []],
        ['-:4', false, [['missing-member', 4, 1]]],
        ['-:5', false, [['invalid-utf8', 5, 3]]],
        ['-:6', false, [['number-range', 6, 2]]],
      ],
    );
    assert.deepEqual(summary, { documents: 4, valid: 1, invalid: 3, errors: 3, warnings: 0 });
  });

  it('points into the file in text', async () => {
    const { stdout } = await run(['--ndjson', '--quiet', '-'], '1\n[1e999]\n');
    assert.match(
      stdout,
      /^-:2: invalid Value document \(draft-02\)\n-:2:2 error number-range .*\n {4}\[1e999\]\n {5}\^\n2 doc/,
    );
  });

  it('sums up nothing where there is nothing', async () => {
    const { code, stdout } = await run(['--ndjson', '-'], '\n\n');
    assert.equal(code, 0);
    assert.equal(stdout, '0 documents: 0 valid, 0 invalid; 0 errors, 0 warnings\n');
  });

  it('passes over a line that is too long, and says so', async () => {
    const { code, stdout, stderr } = await run(['--ndjson', '-'], `1\n"${'x'.repeat(200)}"\n2\n`, {
      inProcess: 1000,
      line: 100,
    });
    assert.equal(code, 2);
    assert.match(stderr, /cannot read -:2: the line is longer than 100 bytes; /);
    assert.match(stdout, /^2 documents: 2 valid/m);
  });

  it('reports while more is awaited', async () => {
    const stdin = new Readable({ read: () => {} });
    stdin.push('{\n');
    const running = run(['--ndjson', '-'], stdin);
    setImmediate(() => stdin.push(null));
    assert.match((await running).stdout, /^-:1: invalid/);
  });

  it('splits alike however the bytes come', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', '\r', ' ', '\n', '\n', 'é') });
    await fc.assert(
      fc.asyncProperty(line, fc.array(fc.nat(10)), async (text, cuts) => {
        const bytes = Buffer.from(text);
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (const cut of cuts) chunks.push(bytes.subarray(at, (at += cut)));
        chunks.push(bytes.subarray(at));
        const found: [number, string][] = [];
        for await (const lines of linesOf(Readable.from(chunks), 1000)) {
          for (const { number, bytes: content } of lines)
            found.push([number, Buffer.from(content ?? []).toString()]);
        }
        const wanted = text
          .split('\n')
          .map((content, index): [number, string] => [index + 1, content])
          .filter(([, content]) => /[^ \r]/.test(content));
        assert.deepEqual(found, wanted);
      }),
    );
  });
});
