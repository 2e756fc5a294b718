import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CannotTakePart } from './contestant.js';
import { postgresBinaries, startPostgres } from '../../spec/postgres.js';

/** Databases to measure with: files beside the compiled code, and a private PostgreSQL. */
export class Storage {
  readonly #folder = mkdtempSync(join(import.meta.dirname, 'data-'));
  #files = 0;
  #postgres: ReturnType<typeof startPostgres> | undefined;

  /** The folder that SQLite files are in. */
  get folder(): string {
    return this.#folder;
  }

  /**
   * A new, empty database.
   *
   * @param store - `memory`, `sqlite` or `postgres`
   * @returns the store's name, as contestants take it
   * @throws {CannotTakePart} where there is no PostgreSQL
   */
  async fresh(store: string): Promise<string> {
    if (store === 'sqlite') return join(this.#folder, `${(this.#files += 1)}.db`);
    if (store !== 'postgres') return store;
    if (postgresBinaries() === undefined) {
      throw new CannotTakePart('there is no PostgreSQL in /usr/lib/postgresql or on the PATH');
    }
    this.#postgres ??= startPostgres({ fsync: true });
    return (await this.#postgres).database();
  }

  async dispose(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    if (this.#postgres !== undefined) await (await this.#postgres).dispose();
  }
}
