import { freemem } from 'node:os';

const MIB = 2 ** 20;

/** How much memory the machine, or the container that the process is in, has left to give, in MiB. */
export function availableMemory(): number {
  const limit = process.constrainedMemory();
  const free = freemem();
  // Without a container the limit is 0, or a number beyond all memory.
  const left = limit > 0 ? Math.min(free, limit - process.memoryUsage.rss()) : free;
  return Math.max(Math.floor(left / MIB), 512);
}
