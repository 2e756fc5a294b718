// @slow: runs the compiler on what is built
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './documentation.js';

/** A file with comments, by its path from the root. */
interface Source {
  readonly path: string;
  readonly text: string;
}

/** An example in a comment, and in which line of its file it begins. */
interface Example {
  readonly path: string;
  readonly line: number;
  readonly code: string;
}

const sources: readonly Source[] = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `lib/${name}`)
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

describe('Examples in the comments of the code', () => {
  it('compile against the package', async () => {
    assert.equal(await compileExamples(sources, 'documentation-examples'), '');
  });

  it('are reported by the line of the comment that they stand in', async () => {
    const text = [
      'const one = 1;',
      '/**',
      ' * Reads a template.',
      ' *',
      ' * ```ts',
      " * import { UriTemplate } from 'koa-shoji/protocol';",
      ' *',
      " * UriTemplate.prase('{id}/');",
      ' * ```',
      ' *',
      ' * ```ts',
      ' * this is only a part',
      ' * ```',
      ' */',
    ].join('\n');
    const said = await compileExamples([{ path: 'lib/made-up.ts', text }], 'documentation-examples-wrong');
    assert.match(
      said,
      /^lib\/made-up\.ts\(8,13\): error TS2551: Property 'prase' does not exist .* 'parse'\?/,
    );
    assert.equal(
      said
        .trimEnd()
        .split('\n')
        .filter((line) => line.includes('error')).length,
      1,
    );
  });
});

/** The examples that are complete, which begin with what they import of the package. */
function examplesIn({ path, text }: Source): readonly Example[] {
  return [...text.matchAll(/^([ \t]*)\* ```ts\n([^]*?)^[ \t]*\* ```$/gm)]
    .filter(([, , code = '']) => /\bfrom 'koa-shoji(?:\/[^']*)?'/.test(code))
    .map(({ index, 2: code = '' }) => ({
      path,
      line: text.slice(0, index).split('\n').length + 1,
      code: code.replaceAll(/^[ \t]*\*(?: |$)/gm, ''),
    }));
}

/** Compiles all examples at once, as a user of the package would, and returns what the compiler says. */
async function compileExamples(from: readonly Source[], name: string): Promise<string> {
  const folder = join(root, 'dist', name);
  rmSync(folder, { recursive: true, force: true });
  for (const { path, line, code } of from.flatMap(examplesIn)) {
    const file = join(folder, path.replace(/\.ts$/, `.${line}.ts`));
    mkdirSync(dirname(file), { recursive: true });
    // Begins in the line that it begins in there, so that the compiler names lines of the comment.
    writeFileSync(file, `${'\n'.repeat(line - 1)}${code}\nexport {};\n`);
  }
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    types: ['node'],
    skipLibCheck: true,
    noEmit: true,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'empty.ts'), 'export {};\n');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }));
  const tsc = join(root, 'node_modules/.bin/tsc');
  const stdout = await promisify(execFile)(tsc, ['--pretty', 'false', '-p', '.'], { cwd: folder }).then(
    () => '',
    (error: { stdout: string }) => error.stdout || assert.fail(error as unknown as Error),
  );
  return stdout.replaceAll(/^(\S*)\.\d+\.ts\(/gm, '$1.ts(');
}
