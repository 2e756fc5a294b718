/**
 * A table without columns. Nothing is ever in it: those that lost against other transactions wait for its lock,
 * so that they do not meet again. An advisory lock would not do: the snapshot of a transaction is taken
 * before it asks for one, and would be as old as the waiting was long.
 *
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
 */
const QUEUE = 'shoji_queue';

export const CREATE_QUEUE: string = `CREATE TABLE ${QUEUE} ()`;

/**
 * How each attempt of a transaction locks the queue. The first one waits only for those that insist on being
 * alone; the next one goes on beside first ones, and one at a time; those that lost twice are alone.
 */
const MODES = ['ROW SHARE', 'SHARE UPDATE EXCLUSIVE', 'EXCLUSIVE', 'EXCLUSIVE'] as const;

/** How often a transaction is begun anew because others came in between. */
export const RETRIES: number = MODES.length - 1;

/**
 * How long a first attempt waits for a row, in milliseconds. Who has changed it and commits makes the attempt
 * fail; who waits in turn for what the attempt holds would be found out by the server only after a second.
 */
const PATIENCE = 200;

/**
 * The statements that an attempt begins with.
 *
 * @param attempt - from 0 to {@link RETRIES}
 * @param limit - how long it may wait for any lock, in milliseconds
 */
export function joinQueue(attempt: number, limit: number): readonly string[] {
  const lock = `LOCK TABLE ${QUEUE} IN ${MODES[attempt] ?? 'EXCLUSIVE'} MODE`;
  return attempt === 0 ? [lock, `SET LOCAL lock_timeout = ${Math.min(PATIENCE, limit)}`] : [lock];
}
