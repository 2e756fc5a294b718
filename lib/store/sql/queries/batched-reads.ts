import type { Connection } from '../engine.js';
import type { Parameter, Row, Values } from './query.js';
import type { ReadStatements } from './statements.js';

/** How many entities one statement reads at most: it is over within some milliseconds. */
const MAX_BATCH = 100;

/** A read that waits for its entity. */
interface PendingRead {
  readonly id: Parameter;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** The reads that wait for entities of one collection. */
interface Batch {
  readonly statements: ReadStatements;
  /** The ids of the entities that the collection stands within. */
  readonly parents: Values;
  readonly reads: PendingRead[];
}

/**
 * Reads single entities from a server. A round trip costs both sides more than to find a row does. So while the
 * server is at work, reads that come within one turn of the event loop share a statement, which is sent at its end:
 * none waits for an earlier answer, or gets anything older than by a statement of its own.
 */
export class BatchedReads {
  readonly #connection: Connection;
  /** By the keys of collections. */
  #batches = new Map<string, Batch>();
  /** How many statements were sent, and are not answered yet. */
  #sent = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Reads the row of an entity.
   *
   * @param key - of the collection, as a text
   * @returns undefined where there is none
   */
  get(key: string, statements: ReadStatements, parents: Values, id: Parameter): Promise<Row | undefined> {
    if (this.#sent === 0) return this.#readOne(statements, parents, id);
    return new Promise((resolve, reject) => {
      if (this.#batches.size === 0) setImmediate(() => this.#send());
      let batch = this.#batches.get(key);
      if (batch === undefined) this.#batches.set(key, (batch = { statements, parents, reads: [] }));
      batch.reads.push({ id, resolve, reject });
    });
  }

  #send(): void {
    const batches = this.#batches;
    this.#batches = new Map();
    for (const { reads, ...batch } of batches.values()) {
      for (let first = 0; first < reads.length; first += MAX_BATCH) {
        void this.#answer({ ...batch, reads: reads.slice(first, first + MAX_BATCH) });
      }
    }
  }

  async #answer({ statements, parents, reads }: Batch): Promise<void> {
    try {
      const ids = Array.from(new Set(reads.map(({ id }) => id)));
      const rows = new Map(await this.#readSeveral(statements, parents, ids));
      for (const { id, resolve } of reads) resolve(rows.get(id));
    } catch (error) {
      for (const { reject } of reads) reject(error);
    }
  }

  /** The rows that there are, each with its id. */
  async #readSeveral(
    statements: ReadStatements,
    parents: Values,
    ids: readonly Parameter[],
  ): Promise<readonly (readonly [Parameter, Row | undefined])[]> {
    const { getSeveral } = statements;
    if (getSeveral === undefined || ids.length === 1) {
      return Promise.all(ids.map(async (id) => [id, await this.#readOne(statements, parents, id)] as const));
    }
    this.#sent += 1;
    try {
      const rows = await this.#connection.all(getSeveral.statement, getSeveral.bind({ ...parents, ids }));
      return rows.map((row) => [row['id'] as Parameter, row]);
    } finally {
      this.#sent -= 1;
    }
  }

  async #readOne({ get }: ReadStatements, parents: Values, id: Parameter): Promise<Row | undefined> {
    this.#sent += 1;
    try {
      const [row] = await this.#connection.all(get.statement, get.bind({ ...parents, id }));
      return row;
    } finally {
      this.#sent -= 1;
    }
  }
}
