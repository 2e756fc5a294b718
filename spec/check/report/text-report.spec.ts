import assert from 'node:assert/strict';
import { textReport } from '../../../lib/check/report/text-report.js';
import { HOSTILE, hostileResult, ResultBuilder, usersResult } from './results.js';

describe('textReport', () => {
  it('groups the findings by resource, with pointer, check, rule and source', () => {
    assert.equal(
      textReport(usersResult()),
      [
        'http://api.test/users/ ("Users Catalog", catalog, 200)',
        '  error /catalogs/gone: link-alive is wrong at http://api.test/users/; write it otherwise',
        '    link-alive, dead-link; see RFC 9110',
        '  note: vary is wrong at http://api.test/users/; write it otherwise',
        '    vary; see RFC 9110',
        '',
        'http://api.test/users/2/ (entity, 200)',
        '  warning: etag is wrong at http://api.test/users/2/; write it otherwise',
        '    etag; see RFC 9110',
        '',
        '15 resources, 21 links, 30 requests in 1.2 s: 1 error, 1 warning, 1 note',
        '',
      ].join('\n'),
    );
  });

  it('is one line where there is nothing to say', () => {
    assert.equal(
      textReport(new ResultBuilder().result()),
      '1 resource, 0 links, 2 requests in 1.2 s: 0 errors, 0 warnings, 0 notes\n',
    );
  });

  it('says why a walk did not come to its end', () => {
    const report = textReport(new ResultBuilder().result('the limit of 1 document was reached'));
    assert.match(report, /^The walk did not come to its end: the limit of 1 document was reached\n/);
  });

  it('colours by what it is told, and by nothing else', () => {
    const painted = textReport(usersResult(), { paint: (role, text) => `<${role}>${text}</>` });
    assert.match(
      painted,
      /^<heading>http:\/\/api\.test\/users\/<\/> <faint>\("Users Catalog", catalog, 200\)<\/>/,
    );
    assert.match(painted, /<error>error<\/> \/catalogs\/gone/);
    assert.match(painted, /<warning>warning<\/>: etag/);
    assert.equal(painted.replaceAll(/<\/?\w*>/g, ''), textReport(usersResult()));
  });

  it('lets nothing through that steers a terminal, and keeps one line a line', () => {
    const report = textReport(hostileResult());
    assert.doesNotMatch(report, /[^\n\P{C}]|[\p{Zl}\p{Zp}]/u);
    const findings = report.match(/^  error/gm) ?? [];
    assert.equal(findings.length, HOSTILE.length + 4);
    assert.ok(
      report.split('\n').every((line) => /^( {2}|http|java|JaVa|data|file|The walk|\d|$)/.test(line)),
    );
  });
});
