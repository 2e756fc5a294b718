import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ShojiProcess } from './cli/shoji-process.js';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The fenced blocks of one language, in their order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text = '']) => text,
  );
}

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
    const folder = join(root, 'dist/readme');
    const names = blocks('ts').map((_, index) => `block-${index + 1}`);

    before(async function () {
      this.timeout(60_000);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      blocks('ts').forEach((text, index) => writeFileSync(join(folder, `${names[index]}.ts`), text));
      const config = {
        extends: '../../spec/tsconfig.json',
        compilerOptions: {
          composite: false,
          incremental: false,
          rootDir: '.',
          outDir: 'out',
          types: ['node'],
        },
        include: ['.'],
      };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
      await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder]).catch((error: { stdout: string }) => {
        assert.fail(`the README's TypeScript does not compile:\n${error.stdout}`);
      });
    });

    for (const name of names) {
      it(`runs ${name}`, async () => {
        await import(join(folder, 'out', `${name}.js`));
      });
    }
  });

  describe('console', () => {
    let server: ShojiProcess;

    before(async () => {
      server = await ShojiProcess.serve('examples/users');
    });
    after(() => server.stop());

    // One conversation, in the order of the page: what one command changes, the next one sees.
    for (const { command, shown } of blocks('console').flatMap(sessions)) {
      it(command, async () => {
        const address = server.address.replace(/\/$/, '');
        const here = command
          .replaceAll('http://127.0.0.1:3000', address)
          .replaceAll('npx shoji', `node ${join(root, 'dist/lib/cli/main.js')}`);
        // A command whose exit code says that a document is invalid prints all the same.
        const { stdout } = await run('bash', ['-c', here], { cwd: root }).catch(
          (error: { stdout: string }) => error,
        );
        assert.equal(steady(stdout.trim()), steady(shown));
      });
    }
  });
});

/** The text without the moment at which it was made. */
function steady(text: string): string {
  return text
    .replaceAll(/#20[2-9]\d-[^#]*#/g, '#now#')
    .replaceAll(/"20[2-9]\d-\d\d-\d\d[T ][^"]*Z"/g, '"now"');
}
