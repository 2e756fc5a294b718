/** A text that is kept under a key until a time, in milliseconds since the epoch. */
export interface MemoryRecord {
  readonly text: string;
  readonly expires: number;
}

/** How many records there are before expired ones are looked for. */
const SWEEP_SIZE = 1_000;

/** Keeps the records of {@link Transaction.putRecord}. */
export class MemoryRecords {
  readonly #records = new Map<string, MemoryRecord>();
  #sweepAt = SWEEP_SIZE;

  /** The record under a key, unless it has expired. */
  get(key: string, now: number): MemoryRecord | undefined {
    const record = this.#records.get(key);
    return record !== undefined && record.expires > now ? record : undefined;
  }

  /** Keeps a record under a key, in place of the one before. @returns what undoes that */
  put(key: string, record: MemoryRecord): () => void {
    const before = this.#records.get(key);
    this.#records.set(key, record);
    return () => {
      if (before === undefined) this.#records.delete(key);
      else this.#records.set(key, before);
    };
  }

  /** Deletes what has expired, once there is much: so a record costs as much as two looks at it. */
  sweep(now: number): void {
    if (this.#records.size < this.#sweepAt) return;
    for (const [key, { expires }] of this.#records) {
      if (expires <= now) this.#records.delete(key);
    }
    this.#sweepAt = Math.max(SWEEP_SIZE, 2 * this.#records.size);
  }
}
