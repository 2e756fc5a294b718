import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'shoji-faults-'));
}

/** Removes a folder with all that is in it. */
export function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** Runs something with a folder of its own, which is removed afterwards. */
export async function inTemporaryFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder();
  try {
    return await run(folder);
  } finally {
    await remove(folder);
  }
}
