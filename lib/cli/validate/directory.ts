import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { unreadable, type UnreadableSourceError } from './source.js';

/** A file in a folder; or a folder or link that could not be followed, and why. */
export interface Walked {
  readonly path: string;
  readonly fault?: UnreadableSourceError;
}

const DOCUMENT = /\.(?:json|ndjson|jsonl)$/i;

/**
 * Finds the documents in a folder and in all folders below it, in the order of their names: files named
 * `*.json`, `*.ndjson` and `*.jsonl`. Symbolic links are followed, and each folder is read once, however
 * many links lead to it.
 */
export function* walkDirectory(folder: string): Generator<Walked> {
  const visited = new Set<string>();
  const left: Entry[] = [{ path: folder, isFile: false }];
  for (let entry = left.pop(); entry !== undefined; entry = left.pop()) {
    const { path } = entry;
    try {
      // What a folder's listing calls a file is not asked about again: many files make many questions.
      const stats = entry.isFile ? undefined : statSync(path);
      if (stats === undefined || stats.isFile()) yield { path };
      else if (stats.isDirectory() && !visited.has(`${stats.dev}:${stats.ino}`)) {
        visited.add(`${stats.dev}:${stats.ino}`);
        left.push(...entriesOf(path));
      }
    } catch (error) {
      yield { path, fault: unreadable(error) };
    }
  }
}

interface Entry {
  readonly path: string;
  /** Whether it is known to be a file, and no link. */
  readonly isFile: boolean;
}

/** What in a folder is, or may lead to, a document; the last name first. */
function entriesOf(folder: string): readonly Entry[] {
  const within = join(folder, '/');
  const entries: Entry[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = within + entry.name;
    const isFile = entry.isFile();
    if (DOCUMENT.test(entry.name) || (!isFile && isDirectory(path))) entries.push({ path, isFile });
  }
  return entries.toSorted((one, other) => (one.path < other.path ? 1 : -1));
}

/** How many files a source stands for: those in a folder, or itself. */
export function countFiles(source: string): number {
  if (!isDirectory(source)) return 1;
  let count = 0;
  for (const { fault } of walkDirectory(source)) if (fault === undefined) count += 1;
  return count;
}

/** Whether a path leads to a folder; not, where it leads nowhere. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
