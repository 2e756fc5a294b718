import type { Expected } from './resource.js';

/** A resource that is to be visited. */
export interface Stop {
  readonly iri: string;
  readonly depth: number;
  readonly expected: Expected;
}

/** What is to be visited, in the order of discovery, each IRI once. */
export class Frontier {
  /** Why something was left out. */
  unfinished: string | undefined;
  readonly #found = new Set<string>();
  readonly #queue: Stop[] = [];
  #taken = 0;
  readonly #depth: number;
  readonly #documents: number;

  constructor({ depth, documents }: { readonly depth: number; readonly documents: number }) {
    this.#depth = depth;
    this.#documents = documents;
  }

  /** How many resources were found, or how many may be visited where that is less. */
  get known(): number {
    return this.#found.size;
  }

  /** Whether an IRI is to be visited, or was. */
  has(iri: string): boolean {
    return this.#found.has(iri);
  }

  /**
   * Adds a resource, unless it is there already.
   *
   * @returns whether it is visited; not where a limit forbids it
   */
  add(stop: Stop): boolean {
    if (this.#found.has(stop.iri)) return true;
    if (stop.depth > this.#depth) {
      this.unfinished ??= `links more than ${this.#depth} away from the start were not followed; raise the limit on depth to go on`;
      return false;
    }
    if (this.#found.size === this.#documents) {
      this.unfinished ??= `more than ${this.#documents} resources were found, and the rest was not fetched; raise the limit on documents to go on`;
      return false;
    }
    this.#found.add(stop.iri);
    this.#queue.push(stop);
    return true;
  }

  /** Takes the next; undefined where all were taken. */
  take(): Stop | undefined {
    const stop = this.#queue[this.#taken];
    if (stop !== undefined) this.#taken += 1;
    return stop;
  }
}
