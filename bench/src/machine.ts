import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import type { Cores } from './cores.js';
import { spreadOf } from './statistics.js';

const BENCH = resolve(import.meta.dirname, '..');

/** Ticks of the kernel's clock in a second, as `/proc` counts CPU time. */
const TICKS = 100;

/** What the figures hold for, as lines of text. */
export function machineLines(cores: Cores | undefined, folder: string): string[] {
  const { model = 'unknown' } = cpus()[0] ?? {};
  const memory = Math.round(totalmem() / 2 ** 30);
  const pinning =
    cores === undefined
      ? 'Not pinned: there are not two cores, or there is no `taskset`. Server and load got into each other’s way.'
      : `Server pinned to core ${cores.server}; load, databases and all else to core ${cores.load}.`;
  return [
    `${model.trim()}, ${cpus().length} cores, ${memory} GiB; ${process.platform} ${release()}; Node ${process.version}.`,
    pinning,
    `A write of 4 KiB and its fsync, where the SQLite files are: ${fsyncTime(folder).toFixed(2)} ms.`,
  ];
}

/** The commit that was measured, and whether anything was changed since. */
export function commit(): string {
  const git = (...args: string[]) => execFileSync('git', ['-C', BENCH, ...args], { encoding: 'utf8' }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ', with changes'}`;
  } catch {
    return 'unknown';
  }
}

/** The installed version of a package. */
export function versionOf(name: string): string {
  const file = join(BENCH, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Watches what others do on the machine. */
export class Others {
  readonly #start = performance.now();
  readonly #busy = busyTime();

  /** What part of all cores other processes took since; undefined where that cannot be told. */
  share(): number | undefined {
    const busy = busyTime();
    if (busy === undefined || this.#busy === undefined) return undefined;
    const seconds = (performance.now() - this.#start) / 1000;
    return Math.max(0, (busy - this.#busy - ownTime()) / seconds / cpus().length);
  }
}

/** CPU time that was used on the machine since it runs, in seconds. */
function busyTime(): number | undefined {
  try {
    const [, user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8')
      .split(/\s+/)
      .map(Number);
    return sum([user, nice, system, irq, softirq]) / TICKS;
  } catch {
    return undefined;
  }
}

/** CPU time of this process and of all that it started and that have ended, in seconds. */
function ownTime(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime, stime, cutime and cstime: fields 14 to 17, of which two are cut off.
  return sum(fields.slice(11, 15).map(Number)) / TICKS;
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

/** The median of some, in milliseconds. */
function fsyncTime(folder: string): number {
  const file = openSync(join(folder, 'fsync'), 'w');
  const page = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 50 }, () => {
    const start = performance.now();
    writeSync(file, page);
    fsyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  return spreadOf(times).median;
}
