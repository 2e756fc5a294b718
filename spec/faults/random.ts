import { createHash } from 'node:crypto';

/** Numbers that look random and can be had again by their seed. */
export class Random {
  readonly seed: number;
  #drawn = 0;

  /** @param seed - by default the environment's `FAULTS_SEED`, or one that differs from run to run */
  constructor(seed: number = Number(process.env['FAULTS_SEED'] ?? Date.now() % 1_000_000)) {
    this.seed = seed;
  }

  /** A number from 0 up to 1, which is left out. */
  next(): number {
    const digest = createHash('sha1').update(`${this.seed} ${this.#drawn++}`).digest();
    return digest.readUInt32LE(0) / 2 ** 32;
  }

  /** A whole number from 0 up to `limit`, which is left out. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items, of which there is at least one. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}
