import assert from 'node:assert/strict';
import { RULES } from '../../lib/protocol/rules/names.js';
import { rulePages } from '../../lib/protocol/pages/rule-pages.js';
import { run } from './validate-run.js';

describe('shoji validate --explain', () => {
  for (const rule of RULES) {
    it(`explains ${rule}`, async () => {
      const { code, stdout, stderr } = await run(['--explain', rule]);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      const { level, see } = rulePages[rule];
      assert.ok(stdout.startsWith(`${rule} (${level})\n`));
      assert.ok(stdout.includes(see));
      assert.match(stdout, /This breaks the rule.*:\n\n {4}[^]*\n\nThis does not:\n\n {4}/);
      assert.doesNotMatch(stdout.replaceAll('\n', ''), /\p{Cc}/u);
    });
  }

  it('gives the page as JSON', async () => {
    const { stdout } = await run(['--explain', 'bare-date', '--format', 'json']);
    assert.deepEqual(JSON.parse(stdout), { rule: 'bare-date', ...rulePages['bare-date'] });
  });

  it('names what is near, or all', async () => {
    const near = await run(['--explain', 'bare-dat']);
    assert.equal(near.code, 2);
    assert.match(near.stderr, /there is no rule "bare-dat"; did you mean bare-date\?/);
    assert.match((await run(['--explain', '__proto__'])).stderr, /; the rules are invalid-utf8, /);
  });
});
