import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ShojiProcess } from './cli/shoji-process.js';
import { blocksOf, compile, pageAt } from './documentation.js';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const readme = pageAt('README.md');

/** Commands of a console block, each with the output that is shown below it. */
function sessions(block: string): { command: string; shown: string }[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((session) => {
      const [command = '', ...lines] = session.split('\n');
      return { command, shown: lines.join('\n').trim() };
    });
}

describe('README', () => {
  describe('TypeScript', () => {
    const texts = blocksOf(readme, 'ts');
    let compiled: readonly string[];

    before(async function () {
      compiled = await compile(texts, 'readme');
    });

    for (const index of texts.keys()) {
      it(`runs block ${index + 1}`, async () => {
        await import(compiled[index] ?? '');
      });
    }
  });

  describe('console', () => {
    let server: ShojiProcess;

    before(async () => {
      server = await ShojiProcess.serve('examples/users');
    });
    after(() => server.stop());

    it('prints what the page shows, from the first command to the last', async () => {
      const address = server.address.replace(/\/$/, '');
      for (const { command, shown } of blocksOf(readme, 'console').flatMap(sessions)) {
        const here = command
          .replaceAll('http://127.0.0.1:3000', address)
          .replaceAll('npx shoji', `node ${join(root, 'dist/bundle/cli.js')}`);
        // A command whose exit code says that a document is invalid prints all the same.
        const { stdout } = await run('bash', ['-c', here], { cwd: root }).catch(
          (error: { stdout: string }) => error,
        );
        assert.equal(steady(stdout.trim()), steady(shown), command);
      }
    });
  });
});

/** The text without the moment at which it was made. */
function steady(text: string): string {
  return text
    .replaceAll(/#20[2-9]\d-[^#]*#/g, '#now#')
    .replaceAll(/"20[2-9]\d-\d\d-\d\d[T ][^"]*Z"/g, '"now"');
}
