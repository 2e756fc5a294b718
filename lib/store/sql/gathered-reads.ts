import type { Connection, Parameter, Row } from './engine.js';
import type { Values } from './query.js';
import type { Reading } from './reading.js';

/** How many entities one statement reads at most: it is over within some milliseconds. */
const MOST = 100;

/** Who waits for an entity. */
interface Asker {
  readonly id: Parameter;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Those who wait for entities of one place. */
interface Group {
  readonly reading: Reading;
  /** What the slots of the place's columns are given. */
  readonly place: Values;
  readonly askers: Asker[];
}

/**
 * Reads single entities from a server. A round trip costs both sides more than to find a row does. So while the
 * server is at work, those that are asked for within one turn of the event loop share a statement, which is
 * sent at its end: nobody waits for an earlier answer, or is given anything older than by a statement alone.
 */
export class GatheredReads {
  readonly #connection: Connection;
  /** By what tells places apart. */
  #groups = new Map<string, Group>();
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
  get(name: string, reading: Reading, place: Values, id: Parameter): Promise<Row | undefined> {
    if (this.#sent === 0) return this.#one(reading, place, id);
    return new Promise((resolve, reject) => {
      if (this.#groups.size === 0) setImmediate(() => this.#send());
      let group = this.#groups.get(name);
      if (group === undefined) this.#groups.set(name, (group = { reading, place, askers: [] }));
      group.askers.push({ id, resolve, reject });
    });
  }

  #send(): void {
    const groups = this.#groups;
    this.#groups = new Map();
    for (const { askers, ...group } of groups.values()) {
      for (let first = 0; first < askers.length; first += MOST) {
        void this.#answer({ ...group, askers: askers.slice(first, first + MOST) });
      }
    }
  }

  async #answer({ reading, place, askers }: Group): Promise<void> {
    try {
      const ids = Array.from(new Set(askers.map(({ id }) => id)));
      const rows = new Map(await this.#several(reading, place, ids));
      for (const { id, resolve } of askers) resolve(rows.get(id));
    } catch (error) {
      for (const { reject } of askers) reject(error);
    }
  }

  /** The rows that there are, each with its id. */
  async #several(
    reading: Reading,
    place: Values,
    ids: readonly Parameter[],
  ): Promise<readonly (readonly [Parameter, Row | undefined])[]> {
    const { several } = reading;
    if (several === undefined || ids.length === 1) {
      return Promise.all(ids.map(async (id) => [id, await this.#one(reading, place, id)] as const));
    }
    this.#sent += 1;
    try {
      const rows = await this.#connection.all(several.statement, several.bind({ ...place, ids }));
      return rows.map((row) => [row['id'] as Parameter, row]);
    } finally {
      this.#sent -= 1;
    }
  }

  async #one({ get }: Reading, place: Values, id: Parameter): Promise<Row | undefined> {
    this.#sent += 1;
    try {
      const [row] = await this.#connection.all(get.statement, get.bind({ ...place, id }));
      return row;
    } finally {
      this.#sent -= 1;
    }
  }
}
