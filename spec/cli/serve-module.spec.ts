import assert from 'node:assert/strict';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Koa from 'koa';
import { UsageError } from '../../lib/cli/command-line.js';
import { loadModule } from '../../lib/cli/serve-module.js';
import { inTemporaryFolder } from '../faults/temporary.js';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const fixture = (name: string) => join(here, 'fixtures', name);

async function assertRefused(path: string, message: RegExp): Promise<void> {
  await assert.rejects(loadModule(path), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, message);
    return true;
  });
}

describe('the module of shoji serve', () => {
  it('exports an API, which is put in an application', async () => {
    const { app, api } = await loadModule(fixture('slow.js'));
    assert.ok(app instanceof Koa);
    // Its health, its routes, and what answers for methods.
    assert.equal(app.middleware.length, 3);
    await api?.stop();
  });

  it('exports an application, with or without its API', async () => {
    const { app, api } = await loadModule(fixture('own-log.js'));
    assert.equal(app.middleware.length > 0, true);
    assert.equal(api, undefined);
  });

  it('is TypeScript, of which the compiler made another', async () => {
    const { api } = await loadModule(join(root, 'spec/cli/fixtures/slow.ts'));
    const made = (await import(pathToFileURL(fixture('slow.js')).href)) as { api: unknown };
    assert.equal(api, made.api);
    await api?.stop();
  });

  it('is refused where there is none', () => assertRefused('nowhere', /^there is no module at nowhere;/));

  it('is refused where a folder has no index', () =>
    assertRefused(join(root, 'examples'), /has none of index\.js, .*index\.mts;/));

  it('is refused where it exports no API', async () => {
    await assertRefused(fixture('nothing.js'), /exports no API \(it exports version\); write export default/);
    await inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'index.mjs'), '');
      await assertRefused(folder, /\(it exports nothing\)/);
    });
  });

  it('is refused where it is TypeScript that is not compiled, and Node does not run it', async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, 'raw.mts');
      await writeFile(file, 'export const version: number = 1;\n');
      const runs = 'typescript' in process.features && process.features.typescript !== false;
      await assertRefused(file, runs ? /it exports version/ : /raw\.mts is not compiled, .*; run tsc first/);
    });
  });

  describe('is TypeScript that was changed since it was compiled', () => {
    const early = new Date('2026-01-01');
    const late = new Date('2026-01-02');

    /** A project whose api.ts imports titles.ts; both were compiled after they were written. */
    async function project(folder: string): Promise<(file: string, changed: Date) => Promise<void>> {
      const write = async (file: string, text: string, changed: Date) => {
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), text);
        await utimes(join(folder, file), changed, changed);
      };
      await write('tsconfig.json', '{"compilerOptions": {"rootDir": "src", "outDir": "dist"}}', early);
      await write('package.json', '{"type": "module"}', early);
      for (const at of ['src/api.ts', 'dist/api.js']) {
        const stated = "import { titles } from './data/titles.js';\nexport const version = titles;\n";
        await write(at, stated, at.startsWith('src') ? early : late);
      }
      await write('src/data/titles.ts', 'export const titles = 1;', early);
      await write('dist/data/titles.js', 'export const titles = 1;', late);
      return (file, changed) => utimes(join(folder, file), changed, changed);
    }

    const after = new Date('2026-01-03');

    it('and is refused, with what to run', () =>
      inTemporaryFolder(async (folder) => {
        const touch = await project(folder);
        await assertRefused(join(folder, 'src/api.ts'), /exports no API \(it exports version\)/);
        await touch('src/api.ts', after);
        await assertRefused(
          join(folder, 'src/api.ts'),
          /src\/api\.ts was changed after \S+dist\/api\.js was made of it; run tsc first \(or serve \S+dist\/api\.js as it is\)$/,
        );
        await assertRefused(join(folder, 'dist/api.js'), /exports no API \(it exports version\)/);
      }));

    it('and is refused where that is a module which it imports', () =>
      inTemporaryFolder(async (folder) => {
        const touch = await project(folder);
        await touch('src/data/titles.ts', after);
        await assertRefused(
          join(folder, 'src/api.ts'),
          /src\/data\/titles\.ts was changed after \S+dist\/data\/titles\.js was made of it; run tsc first \(or serve \S+dist\/api\.js as it is\)$/,
        );
      }));

    it('and is not refused where an incremental compiler has seen since that nothing has to be written', () =>
      inTemporaryFolder(async (folder) => {
        const touch = await project(folder);
        await touch('src/api.ts', after);
        await writeFile(join(folder, 'dist/tsconfig.tsbuildinfo'), '{}');
        await assertRefused(join(folder, 'src/api.ts'), /exports no API \(it exports version\)/);
      }));

    it('and is told of where an incremental compiler may have had nothing to write', () =>
      inTemporaryFolder(async (folder) => {
        const touch = await project(folder);
        await writeFile(join(folder, 'dist/tsconfig.tsbuildinfo'), '{}');
        await touch('dist/tsconfig.tsbuildinfo', late);
        await touch('src/api.ts', after);
        const warnings: string[] = [];
        const loading = loadModule(join(folder, 'src/api.ts'), (message) => warnings.push(message));
        await assert.rejects(loading, /exports no API/);
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? '', /src\/api\.ts was changed after .*; run tsc first/);
      }));
  });
});
