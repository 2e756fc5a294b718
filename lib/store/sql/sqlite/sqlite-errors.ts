import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../../store-errors.js';
import type { Unavailability } from '../../store-errors.js';
import { ConstraintError } from '../engine.js';
import type { Awaitable } from '../../awaitable.js';

/** SQLite's primary result codes that say something about the database, and not about a statement. */
const UNAVAILABLE: Readonly<Record<number, readonly [Unavailability, string]>> = {
  3: ['failed', 'the access to its file was denied'],
  5: ['busy', 'the database is locked by another process'],
  6: ['busy', 'a table of the database is locked'],
  7: ['failed', 'there was no memory left'],
  8: ['failed', 'its file can only be read'],
  10: ['failed', 'reading or writing its file failed'],
  11: ['failed', 'its file is damaged'],
  13: ['full', 'there is no room left to write'],
  14: ['failed', 'its file cannot be opened'],
  15: ['busy', 'other processes kept the locks of the database'],
  22: ['failed', 'its file is too large for the system'],
  26: ['failed', 'its file is no SQLite database'],
};

const BUSY: readonly (number | undefined)[] = [5, 6, 15];
const CONSTRAINT = 19;

/** Extended result codes of broken constraints; any other one is of the kind `other`. */
const CONSTRAINTS: Readonly<Record<number, ConstraintError['kind']>> = {
  787: 'foreign-key',
  1299: 'not-null',
  1555: 'unique',
  2067: 'unique',
  2579: 'unique',
};

/** Whether the same may succeed a moment later: another connection holds the lock that was wanted. */
export function isBusy(error: unknown): boolean {
  return BUSY.includes(primaryCode(error));
}

/**
 * Converts an error of SQLite to what it means to a store. An error that is none of SQLite's, or is the fault of a
 * statement, is given back as it is.
 *
 * @see https://www.sqlite.org/rescode.html
 */
export function sqliteError(error: unknown): unknown {
  const code = primaryCode(error);
  if (code === undefined) return error;
  if (code === CONSTRAINT) return constraintError(error as RawError);
  const known = UNAVAILABLE[code];
  if (known === undefined) return error;
  const [reason, found] = known;
  return new StoreUnavailableError(reason, `SQLite: ${found}`, { cause: error });
}

interface RawError extends Error {
  readonly rawCode: number;
}

function constraintError(error: RawError): ConstraintError {
  const kind = CONSTRAINTS[error.rawCode] ?? 'other';
  return new ConstraintError(kind, /constraint failed: (.*)$/s.exec(error.message)?.[1], error);
}

/** The lowest byte of a result code is the primary one. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode & 0xff;
  // What fails while a file is opened carries its code in the message alone.
  const opening = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(error.message)?.[1];
  return opening === undefined ? undefined : Number(opening) & 0xff;
}

/** Milliseconds between attempts; the last one goes on. */
const PAUSES = [1, 2, 5, 10, 20, 50];

/**
 * Attempts something until no other connection holds the lock that it needs, with growing pauses in which
 * all other work goes on.
 *
 * @param mayWait - asked before every pause
 */
export async function retryWhileBusy<T>(mayWait: () => boolean, attempt: () => Awaitable<T>): Promise<T> {
  for (let attempts = 0; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || !mayWait()) throw error;
      await sleep(PAUSES[Math.min(attempts, PAUSES.length - 1)]);
    }
  }
}

/** Makes a function that tells whether some milliseconds, counted from now, are not over. */
export function timeLimit(milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds;
  return () => performance.now() < end;
}
