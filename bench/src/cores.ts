import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Which core the server has for itself, and which one everything else. */
export interface Cores {
  readonly server: number;
  readonly load: number;
}

/**
 * Pins this process, and what it will start, to the core of the load.
 *
 * @returns undefined where there are not two cores, or no `taskset` to pin with
 */
export function pinLoad(): Cores | undefined {
  const [load, server] = allowedCores();
  if (load === undefined || server === undefined) return undefined;
  const { status } = spawnSync('taskset', [
    '--all-tasks',
    '--cpu-list',
    '--pid',
    String(load),
    String(process.pid),
  ]);
  return status === 0 ? { server, load } : undefined;
}

/** A command, pinned to a core where that can be done. */
export function pinned(core: number | undefined, command: readonly string[]): [string, ...string[]] {
  const words = core === undefined ? command : ['taskset', '--cpu-list', String(core), ...command];
  return words as [string, ...string[]];
}

/** The numbers of the cores that this process may use: `0-3,6` in Linux's own list. */
function allowedCores(): number[] {
  let status: string;
  try {
    status = readFileSync('/proc/self/status', 'utf8');
  } catch {
    return [];
  }
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
