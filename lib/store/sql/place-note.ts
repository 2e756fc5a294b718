import type { Connection, Gathered } from './engine.js';
import type { PlaceStatements } from './place-statements.js';
import type { Values } from './query.js';

/**
 * What works that share a transaction do in one place: it is written once for all of them, and integer ids are
 * counted here meanwhile.
 */
export class PlaceNote implements Gathered {
  readonly #statements: PlaceStatements;
  readonly #key: Values;
  #largest: number | undefined;
  #updated: number | undefined;

  constructor(statements: PlaceStatements, key: Values) {
    this.#statements = statements;
    this.#key = key;
  }

  /** The largest integer id that was given in the place. */
  async largest(connection: Connection): Promise<number> {
    return (this.#largest ??= await this.#statements.largest(connection, this.#key));
  }

  /**
   * Notes what a work has done, once nothing stands against it any more.
   *
   * @param updated - in milliseconds since the epoch
   * @param largest - the largest integer id that it gave; 0 where it gave none
   */
  add(updated: number, largest: number): void {
    this.#updated = Math.max(updated, this.#updated ?? updated);
    if (this.#largest !== undefined) this.#largest = Math.max(this.#largest, largest);
  }

  async write(connection: Connection): Promise<void> {
    if (this.#updated === undefined) return;
    const at = { ...this.#key, shard: 0, updated: this.#updated };
    if (this.#largest === undefined) await this.#statements.note(connection, at, 'SERIALIZABLE');
    else await this.#statements.reserve(connection, at, 0, this.#largest, 'SERIALIZABLE');
  }
}
