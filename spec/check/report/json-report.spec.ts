import assert from 'node:assert/strict';
import type { CheckResult } from '../../../lib/check/report/check-result.js';
import { jsonReport, type JsonReport } from '../../../lib/check/report/json-report.js';
import { HOSTILE, hostileResult, largeResult, usersResult } from './results.js';

const parsed = (result: CheckResult) => JSON.parse(jsonReport(result)) as JsonReport;

describe('jsonReport', () => {
  it('sums up', () => {
    const { start, summary } = parsed(usersResult());
    assert.equal(start, 'http://api.test/');
    assert.deepEqual(summary, {
      resources: 15,
      links: 21,
      requests: 30,
      seconds: 1.234,
      complete: true,
      errors: 1,
      warnings: 1,
      notes: 1,
    });
  });

  it('says why a walk did not come to its end', () => {
    const { summary } = parsed(hostileResult());
    assert.equal(summary.complete, false);
    assert.equal(summary.unfinished, HOSTILE.join(' '));
  });

  it('holds each finding, resource and link of the result once', () => {
    for (const result of [usersResult(), hostileResult(), largeResult(30, [2])]) {
      const { findings, resources, links } = parsed(result);
      const sorted = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).toSorted();
      assert.deepEqual(sorted(findings), sorted(result.findings));
      assert.deepEqual(sorted(resources), sorted(result.survey.resources));
      assert.deepEqual(sorted(links), sorted(result.survey.links));
    }
  });

  it('gives the same text however the findings and resources came in', () => {
    const { survey, findings } = usersResult();
    const shuffled = {
      survey: { ...survey, resources: survey.resources.toReversed() },
      findings: findings.toReversed(),
    };
    assert.equal(jsonReport(shuffled), jsonReport({ survey, findings }));
  });

  it('escapes what would steer a terminal', () => {
    const report = jsonReport(hostileResult());
    assert.doesNotMatch(report, /[^\n\P{C}]|[\p{Zl}\p{Zp}]/u);
    assert.ok(report.includes(String.raw`\u202egnitirw`));
  });
});
