import { setTimeout as sleep } from 'node:timers/promises';
import type { Awaitable } from '../awaitable.js';
import { isBusy } from './sqlite-errors.js';

/** Milliseconds between attempts; the last one goes on. */
const PAUSES = [1, 2, 5, 10, 20, 50];

/**
 * Attempts something until no other connection holds the lock that it needs, with growing pauses in which
 * everybody else goes on.
 *
 * @param mayWait - asked before every pause
 */
export async function untilFree<T>(mayWait: () => boolean, attempt: () => Awaitable<T>): Promise<T> {
  for (let attempts = 0; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || !mayWait()) throw error;
      await sleep(PAUSES[Math.min(attempts, PAUSES.length - 1)]);
    }
  }
}

/** Whether some milliseconds, counted from now, are not over. */
export function within(milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds;
  return () => performance.now() < end;
}
