// @slow: runs the compiler and the command, which are built for it
import assert from 'node:assert/strict';
import { VALIDATE_HELP } from '../../lib/cli/validate/validate-arguments.js';
import { RULES } from '../../lib/protocol/rules/names.js';
import { rulePages } from '../../lib/protocol/pages/rule-pages.js';
import { blocksOf, compile, pageAt, tableOf } from '../documentation.js';

const page = pageAt('docs/validating.md');

describe('docs/validating.md', () => {
  it('lists every rule, as it describes itself', () => {
    assert.deepEqual(
      tableOf(page, 'rules'),
      RULES.map((name) => {
        const { level, summary, see } = rulePages[name];
        return [`\`${name}\``, level, summary.replaceAll('__', '\\_\\_'), see];
      }),
    );
  });

  it('lists every option of the help', () => {
    const options = new Set(VALIDATE_HELP.match(/--[a-z][a-z-]*/g));
    options.delete('--help');
    for (const option of options) assert.ok(page.includes(option), option);
  });

  it('shows JSON that is JSON', () => {
    for (const json of blocksOf(page, 'json')) JSON.parse(json);
  });

  it('shows TypeScript that compiles and runs', async function () {
    const [block = ''] = await compile(blocksOf(page, 'ts'), 'docs-validating');
    const { isRight } = (await import(block)) as { isRight: boolean };
    assert.equal(isRight, true);
  });
});
