import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import Database from 'libsql';
import { ledger } from '../fixtures/ledger.js';
import type { Journal } from '../journal.js';
import type { Random } from '../random.js';
import { fromStore, takeSnapshot } from '../snapshot.js';
import type { Verdict } from '../verify.js';
import { verify } from '../verify.js';
import { Disk } from './disk.js';
import type { RecordedEvent } from './recording.js';

/** What was found after the power failed at one moment. */
export interface Aftermath {
  /** How many writes had been acknowledged. */
  readonly acknowledged: number;
  readonly verdict: Verdict;
  /** What SQLite says of the file: `ok`. */
  readonly integrity: string;
}

export interface Replayed {
  readonly events: readonly RecordedEvent[];
  readonly journal: Journal;
  /** The folder that the events are about. */
  readonly folder: string;
  /** The file in it that is the database. */
  readonly file: string;
}

/**
 * Lets the power fail at many moments of what was recorded, half of them right after an acknowledgement, and looks
 * at what is left.
 *
 * @param scratch - a folder to put the remains into
 */
export async function* losePower(
  { events, journal, folder, file }: Replayed,
  { cuts, random, scratch }: { readonly cuts: number; readonly random: Random; readonly scratch: string },
): AsyncGenerator<Aftermath> {
  const moments = chooseMoments(events, cuts, random);
  const disk = new Disk(folder);
  const acknowledged = new Set<string>();
  for (const [index, event] of events.entries()) {
    if (event.kind === 'acknowledgement') acknowledged.add(event.nonce);
    else disk.do(event);
    for (let left = moments.get(index) ?? 0; left > 0; left--) {
      const remains = join(scratch, 'remains');
      await mkdir(remains);
      for (const [path, content] of disk.afterPowerLoss(random)) {
        await writeFile(join(remains, basename(path)), content);
      }
      const known = journal.asOf(acknowledged);
      yield {
        acknowledged: known.count('acknowledged'),
        ...(await examine(join(remains, basename(file)), known)),
      };
      await rm(remains, { recursive: true });
    }
  }
}

/** How often the power fails after each event, none of them before the journal begins. */
function chooseMoments(events: readonly RecordedEvent[], cuts: number, random: Random): Map<number, number> {
  const answered = events.flatMap(({ kind }, index) => (kind === 'acknowledgement' ? [index] : []));
  const [first = 0] = answered;
  const moments = new Map<number, number>();
  for (let i = 0; i < cuts; i++) {
    const at = i % 2 === 0 ? random.pick(answered) : first + random.below(events.length - first);
    moments.set(at, (moments.get(at) ?? 0) + 1);
  }
  return moments;
}

async function examine(file: string, journal: Journal): Promise<{ verdict: Verdict; integrity: string }> {
  const api = ledger(file);
  try {
    await api.start();
    const verdict = verify(journal, await takeSnapshot(fromStore(api.store), journal));
    return { verdict, integrity: integrityOf(file) };
  } finally {
    await api.stop();
  }
}

/** What SQLite's own check says of a database. */
export function integrityOf(file: string): string {
  const database = new Database(file);
  try {
    const rows = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
    return rows.map((row) => row.integrity_check).join('; ');
  } finally {
    database.close();
  }
}
