import type { Json, JsonObject } from '../protocol/documents.js';

/** Draws values; the same seed draws the same ones. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1, which it never is: mulberry32. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer between two others, which it may be. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  isTrue(): boolean {
    return this.fraction() < 0.5;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.integer(0, values.length - 1)] as T;
  }

  array<T>(least: number, most: number, draw: () => T): T[] {
    return Array.from({ length: this.integer(least, most) }, draw);
  }

  /** Text as requests may bring it: any code points, without halves of surrogate pairs and U+0000. */
  text(): string {
    const last = this.pick([0x7f, 0x7f, 0xff, 0xffff, 0x10ffff]);
    return this.array(0, 10, () => this.integer(1, last))
      .map((point) => (point >= 0xd800 && point < 0xe000 ? '\ufffd' : String.fromCodePoint(point)))
      .join('');
  }

  number(): number {
    switch (this.integer(0, 3)) {
      case 0:
        return this.integer(-10, 10);
      case 1:
        return this.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      case 2:
        return this.pick([0, -0, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON]);
      default:
        return (this.fraction() - 0.5) * 10 ** this.integer(-300, 300);
    }
  }

  json(depth = 4): Json {
    switch (this.integer(0, depth > 0 ? 4 : 2)) {
      case 0:
        return this.pick([null, true, false, '']);
      case 1:
        return this.text();
      case 2:
        return this.number();
      case 3:
        return this.array(0, 4, () => this.json(depth - 1));
      default:
        return this.object(depth - 1);
    }
  }

  object(depth: number): JsonObject {
    return Object.fromEntries(this.array(0, 4, () => [this.text(), this.json(depth)] as const));
  }
}

/**
 * Runs a test with drawn input so many times.
 *
 * @param seed - of the first run; the next one has the next number
 * @throws {Error} which tells the seed of the run that failed
 */
export async function repeat(
  runs: number,
  run: (random: Random) => Promise<void>,
  seed: number = Math.floor(Math.random() * 2 ** 31),
): Promise<void> {
  for (let index = 0; index < runs; index += 1) {
    try {
      await run(new Random(seed + index));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`run ${index + 1} of ${runs}, begun with the seed ${seed}, fails: ${message}`, {
        cause: error,
      });
    }
  }
}
