import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Finds a folder of the test corpus, which stands beside the project and is no part of it.
 *
 * @returns the folder's path; undefined where it is not there, which the test must say when it skips
 */
export function corpusFolder(name: string): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    const candidate = join(folder, 'shared', 'corpus', name);
    if (existsSync(candidate)) return candidate;
    folder = dirname(folder);
  }
  return undefined;
}
