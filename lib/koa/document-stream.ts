import { Readable } from 'node:stream';
import { errorOf } from './errors.js';
import type { EntityList } from './entity-list.js';
import type { Gathering } from './list-cache.js';

/** How many characters of a document are held at a time. */
export const PORTION: number = 16 * 1024;

/**
 * The text of a catalog's document whose list is too long to be held at once. The list is gone on with only
 * as fast as the text is read, and is closed where reading stops.
 */
export class DocumentStream extends Readable {
  #begun: string;
  readonly #list: EntityList;
  readonly #ending: string;
  readonly #gathering: Gathering | undefined;

  /**
   * @param begun - the text so far
   * @param list - gives what follows
   * @param ending - what comes after the list
   * @param gathering - is given the text too
   */
  constructor(begun: string, list: EntityList, ending: string, gathering?: Gathering) {
    super({ highWaterMark: PORTION });
    this.#begun = begun;
    this.#list = list;
    this.#ending = ending;
    this.#gathering = gathering;
  }

  override _read(): void {
    if (this.#begun !== '') {
      const text = this.#begun;
      this.#begun = '';
      this.#gathering?.add(text);
      this.push(text);
      return;
    }
    this.#list.portion(PORTION).then(
      ({ text, last }) => {
        const piece = last ? text + this.#ending : text;
        this.#gathering?.add(piece);
        this.push(piece);
        if (!last) return;
        this.#gathering?.end();
        this.push(null);
      },
      (error: unknown) => this.destroy(errorOf(error)),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#gathering?.stop();
    this.#list.close();
    done(error);
  }
}
