import assert from 'node:assert/strict';
import { CHECKS } from '../../lib/check/checks.js';
import { CHECK_HELP } from '../../lib/cli/check-arguments.js';
import { blocksOf, compile, pageAt, tableOf } from '../documentation.js';

const page = pageAt('docs/checking.md');

describe('docs/checking.md', () => {
  it('lists every check, as it describes itself', () => {
    assert.deepEqual(
      tableOf(page, 'checks'),
      CHECKS.map(({ name, summary, see }) => [`\`${name}\``, summary, see]),
    );
  });

  it('lists every option of the help', () => {
    const options = new Set(CHECK_HELP.match(/--[a-z][a-z-]*/g));
    options.delete('--help');
    assert.ok(options.size > 20);
    for (const option of options) assert.ok(page.includes(`\`${option}`), option);
  });

  it('shows JSON that is JSON', () => {
    const blocks = blocksOf(page, 'json');
    assert.equal(blocks.length, 1);
    for (const json of blocks) JSON.parse(json);
  });

  it('shows TypeScript that compiles', async function () {
    const blocks = blocksOf(page, 'ts');
    assert.ok(blocks.length > 0);
    await compile(blocks, 'docs-checking');
  });
});
