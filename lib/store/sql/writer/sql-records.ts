import { sql } from 'kysely';
import { StoreConflictError } from '../../store-errors.js';
import { Query, Slot } from '../queries/query.js';
import type { Builder } from '../queries/query.js';
import type { Dialect } from '../dialect.js';
import type { Connection } from '../engine.js';
import { RECORDS_TABLE } from '../schema/migrations.js';

/** How many expired records are deleted at a time, and after how many new ones. */
const MAX_DELETED = 256;
const PUTS_PER_DELETE = 64;

/** Keeps the records of transactions, each until it expires, in a table of their own. */
export class SqlRecords {
  readonly #claim: Query;
  readonly #get: Query;
  readonly #put: Query;
  readonly #delete: Query;
  #puts = 0;

  constructor(builder: Builder, dialect: Dialect) {
    const slot = (name: string): Slot => new Slot(name);
    this.#claim = new Query(
      'record claim',
      builder
        .insertInto(RECORDS_TABLE)
        .values({ key: slot('key'), text: null, until: 0 })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .compile(),
    );
    this.#get = new Query(
      'record get',
      builder
        .selectFrom(RECORDS_TABLE)
        .select('text')
        .where('key', '=', slot('key'))
        .where('until', '>', slot('now'))
        .compile(),
    );
    this.#put = new Query(
      'record put',
      builder
        .insertInto(RECORDS_TABLE)
        .values({ key: slot('key'), text: slot('text'), until: slot('until') })
        .onConflict((conflict) =>
          conflict
            .column('key')
            .doUpdateSet({ text: sql.ref('excluded.text'), until: sql.ref('excluded.until') })
            .where(`${RECORDS_TABLE}.until`, '<=', slot('now')),
        )
        .compile(),
    );
    const expired = builder
      .selectFrom(RECORDS_TABLE)
      .select('key')
      .where('until', '<=', slot('now'))
      .orderBy('until')
      .limit(MAX_DELETED);
    // Those that other transactions delete or claim at the same time are left to them.
    const unlocked = dialect.name === 'sqlite' ? expired : expired.forUpdate().skipLocked();
    this.#delete = new Query(
      'record delete',
      builder.deleteFrom(RECORDS_TABLE).where('key', 'in', unlocked).compile(),
    );
  }

  /**
   * Reads the record under a key, and claims the key where there is none.
   *
   * It writes before it reads: so of two transactions that ask for the same key the second one waits, while
   * those that ask for different ones do not hinder each other, as two would that had read where both then write.
   *
   * @param connection - of a transaction
   * @param now - in milliseconds since the epoch
   */
  async get(connection: Connection, key: string, now: number): Promise<string | undefined> {
    const claimed = await connection.run(this.#claim.statement, this.#claim.bind({ key }));
    if (claimed > 0) return undefined;
    const [row] = await connection.all(this.#get.statement, this.#get.bind({ key, now }));
    return row === undefined ? undefined : String(row['text']);
  }

  /** @throws {StoreConflictError} `exists` */
  async put(connection: Connection, key: string, text: string, expires: Date, now: number): Promise<void> {
    const values = { key, text, until: expires.getTime(), now };
    const kept = await connection.run(this.#put.statement, this.#put.bind(values));
    if (kept === 0)
      throw new StoreConflictError('exists', 0, `something is kept under ${JSON.stringify(key)}`);
    this.#puts += 1;
  }

  /** Whether it is time to delete expired records. */
  isDue(): boolean {
    return this.#puts >= PUTS_PER_DELETE;
  }

  /** Deletes some of the expired records. */
  async deleteExpired(connection: Connection, now: number): Promise<void> {
    this.#puts = 0;
    await connection.run(this.#delete.statement, this.#delete.bind({ now }));
  }
}
