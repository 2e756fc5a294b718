import { spawnSync } from 'node:child_process';
import { inTemporaryFolder } from './temporary.js';

function mount(folder: string, bytes: number): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]).status === 0;
}

function unmount(folder: string): void {
  // A process that still holds a file there does not keep it from going away.
  const { status, stderr } = spawnSync('umount', ['--lazy', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${folder} is still mounted: ${stderr}`);
}

/** Whether this process may mount file systems. */
export async function canMount(): Promise<boolean> {
  return inTemporaryFolder(async (folder) => {
    const mounted = mount(folder, 1_048_576);
    if (mounted) unmount(folder);
    return mounted;
  });
}

/** Runs something with a disk of its own that has room for so many bytes. */
export async function onSmallDisk<T>(bytes: number, run: (folder: string) => Promise<T>): Promise<T> {
  return inTemporaryFolder(async (folder) => {
    if (!mount(folder, bytes)) throw new Error('no file system can be mounted here');
    try {
      return await run(folder);
    } finally {
      unmount(folder);
    }
  });
}
