import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ShojiProcess } from '../cli/shoji-process.js';
import { inTemporaryFolder } from '../faults/temporary.js';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');

/** The packages that a server cannot do without, which bring others. */
const SERVERS_PACKAGES = packagesBelow(['koa', 'pino', 'ajv', 'ajv-formats', 'uri-template']);

/** Those that templates are read with. */
const VALIDATORS_PACKAGES = packagesBelow(['uri-template']);

/** Most modules of our own that may be loaded until a server listens; there were 22. */
const MOST_TO_SERVE = 30;

/** Most modules of our own that may be loaded to validate a file; there were 15. */
const MOST_TO_VALIDATE = 20;

// A module costs half a millisecond wherever it is loaded: what is counted here is the time that a start takes,
// however fast the machine is.
describe('start-up', () => {
  for (const [name, module] of [
    ['examples/users', 'examples/users'],
    ['an API of plain schemas', join(here, 'fixtures/books.js')],
  ] as const) {
    it(`shoji serve of ${name} loads few modules`, async () => {
      const loaded = await modulesOf(async (env) => {
        const server = await ShojiProcess.serve(module, env);
        await server.stop();
      });
      assertFew(loaded, MOST_TO_SERVE, SERVERS_PACKAGES);
    });
  }

  it('shoji validate of a file loads few modules', async () => {
    const loaded = await inTemporaryFolder(async (folder) => {
      const file = join(folder, 'entity.json');
      writeFileSync(file, '{"element": "shoji:entity", "self": "/users/1/", "body": {}}');
      return modulesOf(async (env) => {
        const { code, output } = await ShojiProcess.run(['validate', file], { env });
        assert.equal(code, 0, output);
      });
    });
    assertFew(loaded, MOST_TO_VALIDATE, VALIDATORS_PACKAGES);
  });
});

/**
 * Runs a process to its end.
 *
 * @param run - starts it with the environment that it is given
 * @returns the paths of all files that it ran as code
 */
function modulesOf(run: (env: NodeJS.ProcessEnv) => Promise<void>): Promise<readonly string[]> {
  return inTemporaryFolder(async (folder) => {
    await run({ NODE_V8_COVERAGE: folder });
    const urls = readdirSync(folder).flatMap((name) => scriptsIn(join(folder, name)));
    return [...new Set(urls)].map((url) => relative(root, fileURLToPath(url)));
  });
}

function scriptsIn(file: string): readonly string[] {
  const { result } = JSON.parse(readFileSync(file, 'utf8')) as { result: readonly { url: string }[] };
  return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
}

function assertFew(loaded: readonly string[], most: number, packages: ReadonlySet<string>): void {
  const others = loaded.filter((path) => {
    const name = packageOf(path);
    return name !== undefined && !packages.has(name);
  });
  assert.deepEqual(others, [], 'these modules are of packages that nothing needs before it has started');
  const unjoined = loaded.filter((path) => path.startsWith('dist/lib/'));
  assert.deepEqual(unjoined, [], 'these modules are loaded besides those that they are joined in');
  const own = loaded.filter((path) => path.startsWith('dist/bundle/'));
  assert.ok(own.length > 0, 'no module of our own was loaded');
  assert.ok(
    own.length <= most,
    `${own.length} modules of our own are loaded, and ${most} at most are wanted; see which of these can be loaded when they are asked for, or joined in scripts/bundle.js:\n${own.join('\n')}`,
  );
}

/** The package that a file is of; undefined for our own. */
function packageOf(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
}

/** The names of packages and of all that they depend on, however far. */
function packagesBelow(names: readonly string[], known: Set<string> = new Set()): Set<string> {
  for (const name of names) {
    if (known.has(name)) continue;
    known.add(name);
    const file = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
    const { dependencies = {} } = JSON.parse(file) as { dependencies?: Record<string, string> };
    packagesBelow(Object.keys(dependencies), known);
  }
  return known;
}
