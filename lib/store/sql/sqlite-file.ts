import { existsSync, statSync } from 'node:fs';
import { StoreUnavailable } from '../unavailable.js';
import { SqliteConnection } from './sqlite-connection.js';

/**
 * A connection to a SQLite file that is opened anew after it was given up, when it is next asked for: so
 * a store is back as soon as its disk is.
 */
export class SqliteFile {
  readonly #path: string;
  readonly #access: 'read' | 'write';
  #connection: SqliteConnection | undefined;
  #opened = false;
  #inode: number | undefined;

  constructor(path: string, access: 'read' | 'write') {
    this.#path = path;
    this.#access = access;
  }

  /** The connection; an error is thrown as SQLite gives it. */
  connection(): SqliteConnection {
    return this.#connection ?? this.#open();
  }

  /** Has the next one who asks open the file anew. */
  giveUp(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    try {
      connection?.close();
    } catch {
      // It is given up because it fails.
    }
  }

  /** Lets the file go, with nothing left in its journal. */
  async close(): Promise<void> {
    try {
      await this.#connection?.execAside('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Whoever opens the file next does it.
    }
    this.giveUp();
  }

  /** @throws {StoreUnavailable} where the path leads no longer to the file that is open */
  checkPath(): void {
    if (this.#connection === undefined || inodeOf(this.#path) === this.#inode) return;
    this.giveUp();
    throw new StoreUnavailable('failed', 'SQLite: the file was removed or replaced while it was open');
  }

  #open(): SqliteConnection {
    // An empty file in place of one that vanished would be taken for the database.
    if (this.#opened && !existsSync(this.#path))
      throw new StoreUnavailable('failed', 'SQLite: the file is gone');
    this.#connection = new SqliteConnection(this.#path, this.#access);
    this.#opened = true;
    this.#inode = inodeOf(this.#path);
    return this.#connection;
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
