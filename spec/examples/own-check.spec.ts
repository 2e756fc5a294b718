import assert from 'node:assert/strict';
import { check, CHECKS, type CheckFinding, type JsonReport } from 'koa-shoji/check';
import own from '../../examples/own-check/index.js';
import { ShojiProcess } from '../cli/shoji-process.js';

const MODULE = 'dist/examples/own-check/index.js';

describe('examples/own-check, on examples/users', () => {
  let server: ShojiProcess;
  before(async () => {
    server = await ShojiProcess.serve('examples/users');
  });
  after(() => server.stop());

  const shojiCheck = (...args: readonly string[]) =>
    ShojiProcess.run(['check', server.address, '--checks', MODULE, ...args]);

  /** All that is wrong with the API by these rules: its first document has no title. */
  const isUntitledRoot = ({ check: name, rule, level, iri, pointer, see }: CheckFinding): void => {
    assert.deepEqual(
      { name, rule, level, iri, pointer, see },
      {
        name: 'title',
        rule: 'no-title',
        level: 'warning',
        iri: server.address,
        pointer: '',
        see: 'our style guide, section 2',
      },
    );
  };

  it('finds the one catalog without a title, beside the checks that there are', async () => {
    const run = check(server.address, { checks: [...CHECKS, ...own] });
    assert.deepEqual(run.checks, [...CHECKS, ...own]);
    const findings: CheckFinding[] = [];
    for await (const finding of run) findings.push(finding);
    assert.equal(findings.length, 1);
    findings.forEach(isUntitledRoot);
  });

  it('is run by the command, and a warning fails where none is allowed', async () => {
    const sound = await shojiCheck();
    assert.equal(sound.code, 0, sound.output);
    assert.match(
      sound.output,
      /warning: it has no "title"; give its class one\n {4}title, no-title; see our style/,
    );
    assert.match(sound.output, /0 errors, 1 warning, 0 notes/);
    assert.equal((await shojiCheck('--max-warnings', '0')).code, 1);
  });

  it('can be the only check', async () => {
    const { code, output } = await shojiCheck('--check', 'size');
    assert.equal(code, 0, output);
    assert.match(output, /0 errors, 0 warnings, 0 notes/);
  });

  it('stands in the report in JSON', async () => {
    const { findings } = JSON.parse((await shojiCheck('--format', 'json')).output) as JsonReport;
    assert.equal(findings.length, 1);
    findings.forEach(isUntitledRoot);
  });

  it('is a suite of the report in JUnit’s XML, whether it found something or not', async () => {
    const { output } = await shojiCheck('--format', 'junit');
    assert.match(output, /<testsuite name="title" tests="1" failures="0" errors="0">/);
    assert.match(output, /<testsuite name="size" tests="1" failures="0" errors="0">/);
  });

  it('is listed with its summary in the report in HTML', async () => {
    const { output } = await shojiCheck('--format', 'html');
    assert.match(
      output,
      /<tr id="check-title"><td><code>title<\/code><\/td><td>every catalog has a title<\/td>/,
    );
    assert.match(output, /<a href="#check-title">title<\/a> \(no-title\)/);
  });

  it('is explained by the command', async () => {
    const { code, output } = await ShojiProcess.run(['check', '--explain', 'title', '--checks', MODULE]);
    assert.equal(code, 0, output);
    assert.equal(
      output,
      'title: every catalog has a title\n\n' +
        'People find their way by titles. A catalog that has none is shown to them by its IRI.\n\n' +
        'See our style guide, section 2.\n',
    );
  });
});
