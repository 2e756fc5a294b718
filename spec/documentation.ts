import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Reads a page of the documentation by its path in the project. */
export function pageAt(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The fenced blocks of one language, in their order. */
export function blocksOf(page: string, language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text = '']) => text,
  );
}

/**
 * The cells of a table that is generated, without its heading.
 *
 * @param name - as in `<!-- name: … -->` before it and `<!-- end of name -->` after it
 */
export function tableOf(page: string, name: string): readonly (readonly string[])[] {
  const [, table = ''] =
    new RegExp(`<!-- ${name}:[^>]*-->\\n\\n(.*?)\\n\\n<!-- end of ${name} -->`, 's').exec(page) ?? [];
  return table
    .split('\n')
    .filter((line) => !/^[| -]+$/.test(line))
    .slice(1)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

/**
 * Compiles TypeScript as a user of the package would, and fails with what the compiler says.
 *
 * @returns the paths of what was made of the texts
 */
export async function compile(texts: readonly string[], name: string): Promise<readonly string[]> {
  const folder = join(root, 'dist', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [index, text] of texts.entries()) writeFileSync(join(folder, `block-${index + 1}.ts`), text);
  const compilerOptions = {
    composite: false,
    incremental: false,
    rootDir: '.',
    outDir: 'out',
    types: ['node'],
    // As users have it: by what package.json exports.
    paths: {},
  };
  const config = { extends: '../../spec/tsconfig.json', compilerOptions, include: ['.'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/.bin/tsc');
  await promisify(execFile)(tsc, ['-p', folder]).catch(({ stdout }: { stdout: string }) => {
    assert.fail(`the TypeScript of ${name} does not compile:\n${stdout}`);
  });
  return texts.map((_, index) => join(folder, 'out', `block-${index + 1}.js`));
}
