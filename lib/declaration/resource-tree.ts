/** What a path leads to. */
export interface Match<R> {
  readonly resource: R;
  /** Decoded values of the variables in the path, from left to right. */
  readonly values: readonly string[];
  /** The path lacks the final slash that the resource's IRI has. */
  readonly slashless: boolean;
}

/** One segment of a declared path: literal text (decoded), or the name of a variable. */
export type Segment = { readonly literal: string } | { readonly variable: string };

/** One step of the paths that are declared; what it holds does not depend on how many others there are. */
class Branch<R> {
  readonly literals = new Map<string, Branch<R>>();
  variable?: Branch<R>;
  /** Answers the path that ends in a slash here. */
  withSlash?: R;
  /** Answers the path that ends here without one. */
  withoutSlash?: R;
}

/** The percent-encoding in a path is malformed, or hides bytes that no text holds. */
export class BadPathError extends Error {
  constructor(path: string) {
    super(`the path ${JSON.stringify(path)} holds percent-encoding that is no UTF-8 text`);
    this.name = 'BadPathError';
  }
}

/**
 * The resources of an API by their paths. A look-up takes one step a segment, however many resources there
 * are; where a literal and a variable could both take a segment, the literal does.
 */
export class ResourceTree<R> {
  readonly #root = new Branch<R>();

  /**
   * @param slash - whether the path ends in `/`
   * @returns what was there already, on either form of the path; then nothing was added
   */
  add(segments: readonly Segment[], slash: boolean, resource: R): R | undefined {
    let branch = this.#root;
    for (const segment of segments) branch = ResourceTree.#grow(branch, segment);
    const taken = branch.withSlash ?? branch.withoutSlash;
    if (taken !== undefined) return taken;
    if (slash) branch.withSlash = resource;
    else branch.withoutSlash = resource;
    return undefined;
  }

  /** What a declared path, in which variables stand for themselves, leads to. */
  at(segments: readonly Segment[]): { resource: R; slash: boolean } | undefined {
    let branch: Branch<R> | undefined = this.#root;
    for (const segment of segments) {
      branch =
        'literal' in segment ? (branch.literals.get(segment.literal) ?? branch.variable) : branch.variable;
      if (branch === undefined) return undefined;
    }
    if (branch.withSlash !== undefined) return { resource: branch.withSlash, slash: true };
    return branch.withoutSlash === undefined ? undefined : { resource: branch.withoutSlash, slash: false };
  }

  /** The resources that a declared path leads through, outermost first, without the one at its end. */
  along(segments: readonly Segment[]): readonly R[] {
    const through: R[] = [];
    let branch: Branch<R> | undefined = this.#root;
    for (const segment of segments) {
      if (branch?.withSlash !== undefined) through.push(branch.withSlash);
      branch = 'literal' in segment ? branch?.literals.get(segment.literal) : branch?.variable;
    }
    return through;
  }

  /**
   * @param path - absolute, percent-encoded, without query
   * @throws {BadPathError} where percent-encoding in it is malformed
   */
  find(path: string): Match<R> | undefined {
    // Only a path that holds a percent sign can be malformed, and few do.
    const encoded = path.includes('%');
    if (encoded && !isUriText(path)) throw new BadPathError(path);
    // The prefix that the API is mounted under, without its slash.
    if (path === '') return ResourceTree.#ending(this.#root);
    if (!path.startsWith('/')) return undefined;

    let branch = this.#root;
    let values: string[] | undefined;
    let start = 1;
    while (start < path.length) {
      const slash = path.indexOf('/', start);
      const end = slash === -1 ? path.length : slash;
      const raw = path.slice(start, end);
      const segment = encoded ? decodeURIComponent(raw) : raw;
      // Dot segments are gone once an IRI is resolved (RFC 3986, section 5.2.4), so that none names anything.
      if (segment === '' || segment === '.' || segment === '..') return undefined;
      let next = branch.literals.get(segment);
      if (next === undefined) {
        if (branch.variable === undefined) return undefined;
        next = branch.variable;
        (values ??= []).push(segment);
      }
      branch = next;
      if (slash === -1) return ResourceTree.#ending(branch, values);
      start = slash + 1;
    }
    return branch.withSlash === undefined
      ? undefined
      : { resource: branch.withSlash, values: values ?? NONE, slashless: false };
  }

  static #grow<R>(branch: Branch<R>, segment: Segment): Branch<R> {
    if ('variable' in segment) return (branch.variable ??= new Branch<R>());
    let next = branch.literals.get(segment.literal);
    if (next === undefined) branch.literals.set(segment.literal, (next = new Branch<R>()));
    return next;
  }

  static #ending<R>(branch: Branch<R>, values: readonly string[] = NONE): Match<R> | undefined {
    if (branch.withoutSlash !== undefined) return { resource: branch.withoutSlash, values, slashless: false };
    if (branch.withSlash !== undefined) return { resource: branch.withSlash, values, slashless: true };
    return undefined;
  }
}

const NONE: readonly string[] = [];

/** Whether what is percent-encoded in a path is UTF-8 text, without NUL. */
export function isUriText(path: string): boolean {
  try {
    return !decodeURIComponent(path).includes('\0');
  } catch {
    return false;
  }
}
