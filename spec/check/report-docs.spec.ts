import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CHECKS } from '../../lib/check/checks.js';
import { CHECK_HELP } from '../../lib/cli/check-help.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const page = readFileSync(join(root, 'docs/checking.md'), 'utf8');

/** The cells of a table's rows, without what only aligns its columns. */
function rows(table: string): string[][] {
  return table
    .split('\n')
    .filter((line) => !/^[| -]+$/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

describe('docs/checking.md', () => {
  it('lists every check, as it describes itself', () => {
    const [, found] = /<!-- checks:[^>]*-->\n\n(.*?)\n\n<!-- end of checks -->/s.exec(page) ?? [];
    assert.deepEqual(
      rows(found ?? '').slice(1),
      CHECKS.map(({ name, summary, see }) => [`\`${name}\``, summary.replaceAll('|', '\\|'), see]),
    );
  });

  it('lists every option of the help', () => {
    const options = new Set(CHECK_HELP.match(/--[a-z][a-z-]*/g));
    options.delete('--help');
    assert.ok(options.size > 20);
    for (const option of options) assert.ok(page.includes(`\`${option}`), option);
  });

  it('shows JSON that is JSON', () => {
    const blocks = [...page.matchAll(/^```json\n(.*?)^```$/gms)];
    assert.equal(blocks.length, 1);
    for (const [, json = ''] of blocks) JSON.parse(json);
  });

  it('shows TypeScript that compiles', async function () {
    this.timeout(60_000);
    const folder = join(root, 'dist/docs-checking');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)];
    assert.ok(blocks.length > 0);
    for (const [index, [, text = '']] of blocks.entries())
      writeFileSync(join(folder, `block-${index}.ts`), text);
    const compilerOptions = {
      composite: false,
      incremental: false,
      noEmit: true,
      rootDir: '.',
      outDir: 'out',
      types: ['node'],
    };
    const config = { extends: '../../spec/tsconfig.json', compilerOptions, include: ['.'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(root, 'node_modules/.bin/tsc');
    await promisify(execFile)(tsc, ['-p', folder]).catch(({ stdout }: { stdout: string }) =>
      assert.fail(stdout),
    );
  });
});
