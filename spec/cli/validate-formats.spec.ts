import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Log } from 'sarif';
import { run } from './validate-run.js';

const BAD = '{"element": "shoji:catalog",\n "self": "a b", "title": 3}';
const WARNED = '{"element": "shoji:catalog", "self": "", "updated": "2003-12-13T18:30:02Z"}';

describe('shoji validate: formats', () => {
  let folder: string;
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoji-formats-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('text is coloured where that is asked for, and says the same', async () => {
    const coloured = await run(['--color', '-'], BAD);
    assert.ok(coloured.stdout.includes('\u001b[31merror\u001b[39m'));
    const plain = await run(['-'], BAD);
    assert.ok(!plain.stdout.includes('\u001b'));
    assert.equal(stripVTControlCharacters(coloured.stdout), plain.stdout);
    assert.equal((await run(['--color', '--no-color', '-'], BAD)).stdout, plain.stdout);
  });

  it('text is quiet about documents without findings', async () => {
    const { stdout } = await run(['--quiet', file('good.json', '1'), '-'], WARNED);
    assert.doesNotMatch(stdout, /good\.json/);
    assert.match(stdout, /^-: valid.*\n-:1:53 warning bare-date/);
  });

  it('exits 1 where there are more warnings than are allowed', async () => {
    assert.equal((await run(['--max-warnings', '1', '-'], WARNED)).code, 0);
    const { code, stderr } = await run(['--max-warnings', '0', '-'], WARNED);
    assert.equal(code, 1);
    assert.equal(stderr, 'shoji validate: the warnings are 1, more than --max-warnings 0 allows\n');
  });

  it('takes --value and --dialect auto', async () => {
    assert.equal((await run(['--value', '-'], BAD)).code, 0);
    const { code, stdout } = await run(
      ['--dialect', 'auto', '-'],
      '{"element":"shoji:catalog","self":"","catalogs":["a/"]}',
    );
    assert.equal(code, 0);
    assert.match(stdout, /\(draft-01\)\n-:\S+ note dialect-chosen /);
  });

  it('sarif has results that lead to rules and places', async () => {
    const path = file('ü #.json', BAD);
    const { code, stdout } = await run(['--format', 'sarif', path, '-', join(folder, 'missing')], WARNED);
    assert.equal(code, 2);
    const log = JSON.parse(stdout) as Log;
    assert.equal(log.version, '2.1.0');
    const [{ tool, results = [], invocations = [], columnKind } = { tool: undefined }] = log.runs;
    const rules = tool?.driver.rules ?? [];
    assert.deepEqual(
      results.map(({ ruleId, ruleIndex, level }) => [ruleId, rules[ruleIndex ?? -1]?.id, level]),
      [
        ['malformed-iri', 'malformed-iri', 'error'],
        ['member-type', 'member-type', 'error'],
        ['bare-date', 'bare-date', 'warning'],
      ],
    );
    assert.deepEqual(results[1]?.locations?.[0], {
      physicalLocation: {
        artifactLocation: { uri: new URL(`file://${folder}/%C3%BC%20%23.json`).href },
        region: { startLine: 2, startColumn: 26 },
      },
      logicalLocations: [{ fullyQualifiedName: '/title' }],
    });
    assert.equal(columnKind, 'utf16CodeUnits');
    assert.equal(invocations[0]?.executionSuccessful, false);
    assert.match(
      invocations[0]?.toolExecutionNotifications?.[0]?.message.text ?? '',
      /missing: there is no such/,
    );
    assert.match(rules[0]?.help?.text ?? '', /This breaks the rule/);
  });

  it('sarif has an empty run where there is nothing to say', async () => {
    const { code, stdout } = await run(['--format', 'sarif', '-'], '1');
    assert.equal(code, 0);
    const [{ results, invocations } = { results: undefined, invocations: undefined }] = (
      JSON.parse(stdout) as Log
    ).runs;
    assert.deepEqual(results, []);
    assert.equal(invocations?.[0]?.executionSuccessful, true);
  });

  it('junit is XML whatever the document holds, and has a test for each', async () => {
    const hostile = file(
      '<&"\'>.json',
      '{"element": "shoji:]]>\\u0001\\ufffe\ud83d\ude00&<\\ud800", "self": ""}',
    );
    const { code, stdout } = await run(['--format', 'junit', hostile, '-', join(folder, 'gone')], WARNED);
    assert.equal(code, 2);
    assert.equal(XMLValidator.validate(stdout), true);
    assert.ok(!stdout.includes('\u0001') && !stdout.includes('\ufffe'));
    const parser = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === 'testsuite' });
    const suites = parser.parse(stdout).testsuites.testsuite;
    assert.equal(suites.length, 3);
    assert.equal(suites[0]['@_name'], hostile);
    assert.equal(suites[0]['@_failures'], '1');
    assert.match(suites[0].testcase.failure['#text'], /error unknown-element .*\]\]>.*&</);
    assert.equal(suites[1]['@_failures'], '0');
    assert.match(suites[1].testcase['system-out'], /warning bare-date/);
    assert.equal(suites[2]['@_errors'], '1');
    assert.match(suites[2].testcase.error['@_message'], /there is no such file/);
  });

  it('json is JSON without documents, too', async () => {
    const { code, stdout } = await run(['--format', 'json', join(folder, 'gone')]);
    assert.equal(code, 2);
    assert.deepEqual(JSON.parse(stdout).documents, []);
  });
});
