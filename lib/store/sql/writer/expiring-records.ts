import { sql } from 'kysely';
import { StoreConflictError } from '../../errors.js';
import { Query, Slot } from '../queries/query.js';
import type { Builder } from '../queries/query.js';
import type { Dialect } from '../dialect.js';
import type { Connection } from '../engine.js';
import { RECORDS_TABLE } from '../schema/migrations.js';

/** How many texts are forgotten at a time, and one time in how many that are remembered. */
const FORGOTTEN = 256;
const EVERY = 64;

/** Texts that are kept for a time, in a table of their own. */
export class SqlRecords {
  readonly #claim: Query;
  readonly #recall: Query;
  readonly #remember: Query;
  readonly #forget: Query;
  #count = 0;

  constructor(builder: Builder, dialect: Dialect) {
    const slot = (name: string): Slot => new Slot(name);
    this.#claim = new Query(
      'remembered claim',
      builder
        .insertInto(RECORDS_TABLE)
        .values({ key: slot('key'), text: null, until: 0 })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .compile(),
    );
    this.#recall = new Query(
      'remembered recall',
      builder
        .selectFrom(RECORDS_TABLE)
        .select('text')
        .where('key', '=', slot('key'))
        .where('until', '>', slot('now'))
        .compile(),
    );
    this.#remember = new Query(
      'remembered remember',
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
    const over = builder
      .selectFrom(RECORDS_TABLE)
      .select('key')
      .where('until', '<=', slot('now'))
      .orderBy('until')
      .limit(FORGOTTEN);
    // Those that others forget or claim at the same time are left to them.
    const free = dialect.name === 'sqlite' ? over : over.forUpdate().skipLocked();
    this.#forget = new Query(
      'remembered forget',
      builder.deleteFrom(RECORDS_TABLE).where('key', 'in', free).compile(),
    );
  }

  /**
   * What is remembered under a key.
   *
   * It writes before it reads: so of two transactions that ask for the same key the second one waits, while
   * those that ask for others do not hinder each other, as two would that had read where both then write.
   *
   * @param connection - of a transaction
   * @param now - in milliseconds since the epoch
   */
  async get(connection: Connection, key: string, now: number): Promise<string | undefined> {
    const claimed = await connection.run(this.#claim.statement, this.#claim.bind({ key }));
    if (claimed > 0) return undefined;
    const [row] = await connection.all(this.#recall.statement, this.#recall.bind({ key, now }));
    return row === undefined ? undefined : String(row['text']);
  }

  /** @throws {StoreConflictError} `exists` */
  async put(connection: Connection, key: string, text: string, until: Date, now: number): Promise<void> {
    const values = { key, text, until: until.getTime(), now };
    const kept = await connection.run(this.#remember.statement, this.#remember.bind(values));
    if (kept === 0)
      throw new StoreConflictError('exists', 0, `something is remembered under ${JSON.stringify(key)}`);
    this.#count += 1;
  }

  /** Whether it is time to forget something. */
  isDue(): boolean {
    return this.#count >= EVERY;
  }

  /** Forgets some of what is over. */
  async deleteExpired(connection: Connection, now: number): Promise<void> {
    this.#count = 0;
    await connection.run(this.#forget.statement, this.#forget.bind({ now }));
  }
}
