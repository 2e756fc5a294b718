import type { ResolvedLink } from './link.js';

/** The links of a walk: which there are, which were followed, and which wait to be judged. */
export class LinkLedger {
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
  wait(link: ResolvedLink): void {
    put(this.#waiting, link.to, link);
  }

  /** Gives back, once, the links that waited for a resource. */
  takeWaiting(iri: string): readonly ResolvedLink[] {
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
