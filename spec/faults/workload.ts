import type { Client } from './client.js';
import { ACCOUNTS, COUNTERS, OPENING_BALANCE, PAIR, entityDocument } from './entities.js';
import type { Journal } from './journal.js';
import { Random } from './random.js';
import { Writer } from './writer.js';
import type { WriterOptions } from './writer.js';

export interface WorkOptions extends WriterOptions {
  readonly writers: number;
  readonly random?: Random;
}

/** Makes what the writers change: counters and a pair at 0, and accounts with money. */
export async function prepare(client: Client): Promise<void> {
  const entities = [
    ...COUNTERS.map((id) => [`/counters/${id}/`, { count: 0 }] as const),
    ...PAIR.map((id) => [`/pairs/${id}/`, { count: 0 }] as const),
    ...ACCOUNTS.map((id) => [`/accounts/${id}/`, { balance: OPENING_BALANCE }] as const),
  ];
  for (const [path, body] of entities) {
    const { status, text } = await client.send('PUT', path, {
      headers: { 'If-None-Match': '*' },
      body: entityDocument(body),
    });
    if (status !== 201) throw new Error(`PUT ${path} was answered by ${status}: ${text}`);
  }
}

/** Lets writers write at the same time, and notes down what becomes of what they write. */
export async function work(client: Client, journal: Journal, options: WorkOptions): Promise<void> {
  const { writers, random = new Random() } = options;
  await Promise.all(
    Array.from({ length: writers }, () =>
      new Writer(client, journal, new Random(random.below(2 ** 31)), options).run(),
    ),
  );
}

/**
 * Sends the writes again that got no answer, where they have a key that tells the server so.
 *
 * @returns how many there were
 */
export async function repeatUnknown(client: Client, journal: Journal): Promise<number> {
  let repeated = 0;
  for (const write of journal.writes) {
    if (write.kind !== 'note' || write.outcome !== 'unknown' || write.again === undefined) continue;
    const { status, headers, text } = await write.again(client);
    if (status !== 201) throw new Error(`what was sent again was answered by ${status}: ${text}`);
    Object.assign(write, { status, outcome: 'acknowledged', path: headers.location });
    repeated += 1;
  }
  return repeated;
}
