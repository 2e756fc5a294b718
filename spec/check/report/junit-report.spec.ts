import assert from 'node:assert/strict';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { junitReport } from '../../../lib/check/report/junit-report.js';
import { HOSTILE, hostileResult, ResultBuilder, usersResult } from './results.js';

interface Case {
  name: string;
  classname: string;
  failure?: { type: string; message: string; '#text': string };
  'system-out'?: string;
}
interface Suite {
  name: string;
  tests: string;
  failures: string;
  testcase: Case[];
}
interface Suites {
  tests: string;
  failures: string;
  time: string;
  testsuite: Suite[];
}

function parse(xml: string): Suites {
  assert.equal(XMLValidator.validate(xml), true, xml);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    trimValues: false,
    parseAttributeValue: false,
    isArray: (name) => name === 'testsuite' || name === 'testcase',
  });
  return (parser.parse(xml) as { testsuites: Suites }).testsuites;
}

describe('junitReport', () => {
  const suiteOf = ({ testsuite }: Suites, name: string) => testsuite.find((suite) => suite.name === name);

  it('has a suite for each check and a failed case for each resource with errors', () => {
    const suites = parse(junitReport(usersResult()));
    assert.deepEqual(
      suites.testsuite.map(({ name }) => name),
      ['etag', 'link-alive', 'vary'],
    );
    const [failed, ...more] = suiteOf(suites, 'link-alive')?.testcase ?? [];
    assert.deepEqual(more, []);
    assert.equal(failed?.name, 'http://api.test/users/');
    assert.equal(failed.failure?.type, 'dead-link');
    assert.match(failed.failure['#text'], /^error dead-link at \/catalogs\/gone: .* \(see RFC 9110\)/);
  });

  it('counts its cases and failures', () => {
    for (const result of [usersResult(), hostileResult(), new ResultBuilder().result()]) {
      const suites = parse(junitReport(result, { checks: ['status', 'document'] }));
      const cases = suites.testsuite.flatMap(({ testcase }) => testcase);
      assert.equal(Number(suites.tests), cases.length);
      assert.equal(Number(suites.failures), cases.filter(({ failure }) => failure !== undefined).length);
      for (const { tests, failures, testcase } of suites.testsuite) {
        assert.equal(Number(tests), testcase.length);
        assert.equal(Number(failures), testcase.filter(({ failure }) => failure !== undefined).length);
      }
    }
  });

  it('shows a check that found nothing as one passed case', () => {
    const suites = parse(junitReport(usersResult(), { checks: ['head'] }));
    assert.deepEqual(suiteOf(suites, 'head')?.testcase, [{ classname: 'head', name: '15 resources' }]);
  });

  it('tells warnings as output, or as failures where they are too many', () => {
    const [told] = suiteOf(parse(junitReport(usersResult())), 'etag')?.testcase ?? [];
    assert.match(told?.['system-out'] ?? '', /^warning etag: /);
    assert.equal(told?.failure, undefined);
    const [failed] =
      suiteOf(parse(junitReport(usersResult(), { warningsFail: true })), 'etag')?.testcase ?? [];
    assert.match(failed?.failure?.['#text'] ?? '', /^warning etag: /);
  });

  it('brings hostile text across as text', () => {
    const xml = junitReport(hostileResult());
    const cases = parse(xml).testsuite.flatMap(({ testcase }) => testcase);
    assert.equal(cases.length, HOSTILE.length + 4);
    assert.doesNotMatch(xml, /[^\n\P{C}]|[\p{Zl}\p{Zp}]|<script|<img|\]\]>/u);
    assert.ok(cases.some(({ failure }) => failure?.message.includes('alert(1)')));
  });
});
