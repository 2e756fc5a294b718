import type { Connection } from '../engine.js';
import type { Parameter, Row, Values } from './query.js';
import type { ReadStatements } from './statements.js';

/** How many entities one statement reads at most: it is over within some milliseconds. */
const MAX_BATCH = 100;

/** Who waits for an entity. */
interface PendingRead {
  readonly id: Parameter;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Those who wait for entities of one place. */
interface Batch {
  readonly read: ReadStatements;
  /** What the slots of the place's columns are given. */
  readonly place: Values;
  readonly askers: PendingRead[];
}

/**
 * Reads single entities from a server. A round trip costs both sides more than to find a row does. So while the
 * server is at work, those that are asked for within one turn of the event loop share a statement, which is
 * sent at its end: nobody waits for an earlier answer, or is given anything older than by a statement alone.
 */
export class BatchedReads {
  readonly #connection: Connection;
  /** By what tells places apart. */
  #groups = new Map<string, Batch>();
  /** How many statements were sent, and are not answered yet. */
  #sent = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * @param name - what tells the place from all others
   * @param place - what the slots of its columns are given
   * @returns the row of an entity, or undefined where there is none
   */
  get(name: string, read: ReadStatements, place: Values, id: Parameter): Promise<Row | undefined> {
    if (this.#sent === 0) return this.#one(read, place, id);
    return new Promise((resolve, reject) => {
      if (this.#groups.size === 0) setImmediate(() => this.#send());
      let group = this.#groups.get(name);
      if (group === undefined) this.#groups.set(name, (group = { read, place, askers: [] }));
      group.askers.push({ id, resolve, reject });
    });
  }

  #send(): void {
    const groups = this.#groups;
    this.#groups = new Map();
    for (const { askers, ...group } of groups.values()) {
      for (let first = 0; first < askers.length; first += MAX_BATCH) {
        void this.#answer({ ...group, askers: askers.slice(first, first + MAX_BATCH) });
      }
    }
  }

  async #answer({ read, place, askers }: Batch): Promise<void> {
    try {
      const ids = Array.from(new Set(askers.map(({ id }) => id)));
      const rows = new Map(await this.#several(read, place, ids));
      for (const { id, resolve } of askers) resolve(rows.get(id));
    } catch (error) {
      for (const { reject } of askers) reject(error);
    }
  }

  /** The rows that there are, each with its id. */
  async #several(
    read: ReadStatements,
    place: Values,
    ids: readonly Parameter[],
  ): Promise<readonly (readonly [Parameter, Row | undefined])[]> {
    const { getSeveral: several } = read;
    if (several === undefined || ids.length === 1) {
      return Promise.all(ids.map(async (id) => [id, await this.#one(read, place, id)] as const));
    }
    this.#sent += 1;
    try {
      const rows = await this.#connection.all(several.statement, several.bind({ ...place, ids }));
      return rows.map((row) => [row['id'] as Parameter, row]);
    } finally {
      this.#sent -= 1;
    }
  }

  async #one({ get }: ReadStatements, place: Values, id: Parameter): Promise<Row | undefined> {
    this.#sent += 1;
    try {
      const [row] = await this.#connection.all(get.statement, get.bind({ ...place, id }));
      return row;
    } finally {
      this.#sent -= 1;
    }
  }
}
