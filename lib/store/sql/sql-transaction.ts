import type { Awaitable } from '../awaitable.js';
import type { Change, Transaction, ChangeResult } from '../store.js';
import type { Connection, Engine } from './engine.js';
import { OneByOne } from './one-by-one.js';
import type { Remembered } from './remembered.js';
import { SqlReader } from './sql-reader.js';
import type { SqlTables } from './sql-tables.js';
import type { SqlWriter } from './sql-writer.js';

/** What a transaction is carried out with. */
export interface TransactionParts {
  readonly engine: Engine;
  readonly tables: SqlTables;
  readonly writer: SqlWriter;
  readonly remembered: Remembered;
  readonly now: () => Date;
}

/** Several reads and writes over one connection; what is asked for at the same time is done one by one. */
export class SqlTransaction extends SqlReader implements Transaction {
  readonly #parts: TransactionParts;
  readonly #connection: Connection;
  readonly #turns: OneByOne;

  constructor(parts: TransactionParts, connection: Connection) {
    const turns = new OneByOne();
    super(parts.tables, {
      all: (statement, parameters) => turns.run(() => connection.all(statement, parameters)),
      run: (statement, parameters) => turns.run(() => connection.run(statement, parameters)),
    });
    this.#parts = parts;
    this.#connection = connection;
    this.#turns = turns;
  }

  async write(changes: readonly Change[]): Promise<readonly ChangeResult[]> {
    const { engine, writer } = this.#parts;
    // A batch that is refused is undone by itself: the transaction may go on.
    return this.#exclusively((connection) =>
      engine.attempt(connection, () => writer.write(connection, changes, 'SERIALIZABLE')),
    );
  }

  async recall(key: string): Promise<string | undefined> {
    const { remembered, now } = this.#parts;
    return this.#exclusively((connection) => remembered.recall(connection, key, now().getTime()));
  }

  async remember(key: string, text: string, until: Date): Promise<void> {
    const { remembered, now } = this.#parts;
    await this.#exclusively((connection) =>
      remembered.remember(connection, key, text, until, now().getTime()),
    );
  }

  #exclusively<T>(work: (connection: Connection) => Awaitable<T>): Promise<T> {
    return this.#turns.run(() => work(this.#connection));
  }
}
