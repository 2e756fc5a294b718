import type { ResolvedLink } from './crawled-link.js';
import type { ExpectedKind } from './visited-resource.js';

/** A resource that is to be visited. */
interface QueuedResource {
  readonly iri: string;
  readonly depth: number;
  readonly expected: ExpectedKind;
}

/** The resources that are to be visited, in the order of discovery, each IRI once. */
export class CrawlQueue {
  /** Why something was left out. */
  unfinished: string | undefined;
  readonly #found = new Set<string>();
  readonly #queue: QueuedResource[] = [];
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
  add(resource: QueuedResource): boolean {
    if (this.#found.has(resource.iri)) return true;
    if (resource.depth > this.#depth) {
      this.unfinished ??= `links more than ${this.#depth} away from the start were not followed; raise the limit on depth to go on`;
      return false;
    }
    if (this.#found.size === this.#documents) {
      this.unfinished ??= `more than ${this.#documents} resources were found, and the rest was not fetched; raise the limit on documents to go on`;
      return false;
    }
    this.#found.add(resource.iri);
    this.#queue.push(resource);
    return true;
  }

  /** Takes the next; undefined where all were taken. */
  next(): QueuedResource | undefined {
    const resource = this.#queue[this.#taken];
    if (resource !== undefined) this.#taken += 1;
    return resource;
  }
}

/** The links of a crawl: which there are, which were followed, and which wait to be judged. */
export class LinkIndex {
  /** By the IRI of the document that they stand in. */
  readonly byDocument: Map<string, ResolvedLink[]> = new Map();
  readonly #waiting = new Map<string, ResolvedLink[]>();
  readonly #followed = new Set<ResolvedLink>();

  add(link: ResolvedLink): void {
    put(this.byDocument, link.from, link);
  }

  markFollowed(link: ResolvedLink): void {
    this.#followed.add(link);
  }

  isFollowed(link: ResolvedLink): boolean {
    return this.#followed.has(link);
  }

  /** Keeps a link until it is known what it leads to. */
  awaitTarget(link: ResolvedLink): void {
    put(this.#waiting, link.to, link);
  }

  /** Gives back, once, the links that waited for a resource. */
  takeAwaiting(iri: string): readonly ResolvedLink[] {
    const links = this.#waiting.get(iri) ?? [];
    this.#waiting.delete(iri);
    return links;
  }
}

function put(lists: Map<string, ResolvedLink[]>, key: string, link: ResolvedLink): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [link]);
  else list.push(link);
}
