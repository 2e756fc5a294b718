import { realpathSync, statSync } from 'node:fs';
import { StoreUnavailableError } from '../unavailable.js';
import { SqliteConnection } from './sqlite-connection.js';

/**
 * Connections that are kept for as long as the process lives. The last one that closes a database removes the
 * journal that stands at its path, and there it would be that of another one.
 */
const abandoned: SqliteConnection[] = [];

/**
 * A connection to a SQLite file that is opened anew after it was given up, when it is next asked for: so
 * a store is back as soon as its disk is. It is never opened on another file than at first: what was acknowledged is
 * not there, and its tables may be others.
 */
export class SqliteFile {
  readonly #path: string;
  readonly #access: 'read' | 'write';
  #connection: SqliteConnection | undefined;
  /** Where the journal is, and what all who have the file open share: beside the file that a link leads to. */
  #beside: readonly string[] = [];
  /** Which files are open, that of the path first; once there was a connection that one stays the same. */
  #open: readonly (string | undefined)[] = [];

  constructor(path: string, access: 'read' | 'write') {
    this.#path = path;
    this.#access = access;
  }

  /** The connection; an error is thrown as SQLite gives it. */
  connection(): SqliteConnection {
    return (this.#connection ??= this.#connect());
  }

  /** Has the next one who asks open the file anew. */
  giveUp(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    if (this.#isTaken()) {
      abandoned.push(connection);
      return;
    }
    try {
      connection.close();
    } catch {
      // It is given up because it fails.
    }
  }

  /** Lets the file go, with nothing left in its journal. */
  async close(): Promise<void> {
    try {
      if (!this.#isTaken()) await this.#connection?.execAside('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Whoever opens the file next does it.
    }
    this.giveUp();
  }

  /**
   * Holds that whoever opens the path now finds what is written by this connection.
   *
   * @throws {StoreUnavailableError} where the path leads no longer to the files that are open
   */
  check(): void {
    if (this.#connection === undefined) return;
    const isInPlace = this.#paths().every((path, index) => identityOf(path) === this.#open[index]);
    if (!isInPlace) throw replaced();
  }

  #connect(): SqliteConnection {
    const before = identityOf(this.#path);
    const [first] = this.#open;
    // An empty file in place of one that vanished would be taken for the database.
    if (first !== undefined && before !== first) throw replaced();
    const connection = new SqliteConnection(this.#path, this.#access);
    const real = realpathSync(this.#path);
    this.#beside = [`${real}-wal`, `${real}-shm`];
    const open = this.#paths().map(identityOf);
    if (before !== undefined && before !== open[0]) {
      abandoned.push(connection);
      throw replaced();
    }
    this.#open = open;
    return connection;
  }

  /** Whether the path leads to files of another database. */
  #isTaken(): boolean {
    return this.#paths().some((path, index) => {
      const found = identityOf(path);
      return found !== undefined && found !== this.#open[index];
    });
  }

  #paths(): readonly string[] {
    return [this.#path, ...this.#beside];
  }
}

/** What tells a file from all others that there are; undefined where there is none. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}

function replaced(): StoreUnavailableError {
  return new StoreUnavailableError(
    'failed',
    'SQLite: the file, or its journal, was removed or replaced while it was open; put it back, or start the process anew',
  );
}
