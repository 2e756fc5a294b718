import type { Answer, Client } from './client.js';

/**
 * What is known of a write: `acknowledged` where a 2xx came, `refused` where any other answer did, which says
 * that nothing was written; `unknown` where none came.
 */
export type Outcome = 'acknowledged' | 'refused' | 'unknown';

interface Attempt {
  /** Occurs nowhere else. */
  readonly nonce: string;
  outcome: Outcome;
  /** Of the answer. */
  status?: number;
}

/** A write that makes an entity, whose path is known once it was acknowledged. */
interface Creation extends Attempt {
  path?: string;
}

export interface NoteCreation extends Creation {
  readonly kind: 'note';
  /** Sends the same request again, where it has an Idempotency-Key. */
  readonly again?: (client: Client) => Promise<Answer>;
}

export interface ReplyCreation extends Creation {
  readonly kind: 'reply';
  /** The path of the note that it stands within. */
  readonly note: string;
}

export interface Naming extends Creation {
  readonly kind: 'name';
  readonly name: string;
}

export interface TransferCreation extends Creation {
  readonly kind: 'transfer';
}

export interface Removal extends Attempt {
  readonly kind: 'removal';
  /** The path of a note. */
  readonly path: string;
}

export interface Increment extends Attempt {
  readonly kind: 'increment';
  readonly counter: string;
}

/** Both entities of the pair are changed by one request. */
export interface PairChange extends Attempt {
  readonly kind: 'pair';
}

export type Write =
  NoteCreation | ReplyCreation | Naming | TransferCreation | Removal | Increment | PairChange;

/** Every write that was tried, in the order of their beginning. */
export class Journal {
  readonly writes: Write[] = [];

  /** Notes that a write begins, before it does. */
  begin<W extends Write>(write: W): W {
    this.writes.push(write);
    return write;
  }

  count(outcome: Outcome): number {
    return this.writes.filter((write) => write.outcome === outcome).length;
  }

  /** How many writes were answered by each status. */
  get statuses(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const { status } of this.writes) {
      if (status !== undefined) counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    return counts;
  }

  /**
   * Takes answers of a status for no answer: where the connection to a database broke during a commit, nobody
   * knows what became of it.
   */
  doubt(status: number): void {
    for (const write of this.writes) if (write.status === status) write.outcome = 'unknown';
  }

  /** The same writes as they were known when only some of them had been acknowledged, and none refused. */
  asOf(acknowledged: ReadonlySet<string>): Journal {
    const earlier = new Journal();
    for (const write of this.writes) {
      earlier.writes.push({ ...write, outcome: acknowledged.has(write.nonce) ? 'acknowledged' : 'unknown' });
    }
    return earlier;
  }
}
