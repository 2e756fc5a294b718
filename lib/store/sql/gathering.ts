import type { Connection, Gathered } from './engine.js';

/** What the works that share one transaction have in common. */
export class Gathering {
  readonly #found = new Map<string, Gathered>();

  /** What there is under a name, which always stands for things of one kind. */
  readonly at = <T extends Gathered>(name: string, make: () => T): T => {
    let found = this.#found.get(name);
    if (found === undefined) this.#found.set(name, (found = make()));
    return found as T;
  };

  async write(connection: Connection): Promise<void> {
    for (const each of this.#found.values()) await each.write(connection);
  }
}
