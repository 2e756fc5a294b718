import type { PostgresServer } from '../postgres.js';
import { startPostgres } from '../postgres.js';

let shared: Promise<PostgresServer> | undefined;

/**
 * The server that fault tests share: one that syncs what it commits, and finds deadlocks quickly. One that a
 * failed test has left stopped is started again.
 */
export async function durablePostgres(): Promise<PostgresServer> {
  shared ??= startPostgres({ fsync: true, config: { deadlock_timeout: '50ms' } });
  const postgres = await shared;
  await postgres.query('SELECT 1').catch(() => postgres.start());
  return postgres;
}

after(async () => (await shared)?.dispose());
