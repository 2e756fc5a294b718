/** A text that is kept under a key until a time, in milliseconds since the epoch. */
export interface Memo {
  readonly text: string;
  readonly until: number;
}

/** At how many memos at least those are looked for whose time is over. */
const SWEEP = 1_000;

/** Texts that are kept for a time. */
export class MemoryMemos {
  readonly #memos = new Map<string, Memo>();
  #sweepAt = SWEEP;

  /** What is kept under a key and not over yet. */
  get(key: string, now: number): Memo | undefined {
    const memo = this.#memos.get(key);
    return memo !== undefined && memo.until > now ? memo : undefined;
  }

  /** Keeps a memo under a key, in place of the one before. @returns takes that back */
  put(key: string, memo: Memo): () => void {
    const before = this.#memos.get(key);
    this.#memos.set(key, memo);
    return () => {
      if (before === undefined) this.#memos.delete(key);
      else this.#memos.set(key, before);
    };
  }

  /** Forgets what is over, once there is much: a memo costs as much as two looks at it. */
  sweep(now: number): void {
    if (this.#memos.size < this.#sweepAt) return;
    for (const [key, { until }] of this.#memos) {
      if (until <= now) this.#memos.delete(key);
    }
    this.#sweepAt = Math.max(SWEEP, 2 * this.#memos.size);
  }
}
