import { brand } from '../../protocol/brand.js';
import { suggestion } from '../../protocol/edit-distance.js';

/** One thing that is wrong with a declaration. */
export interface DeclarationFinding {
  /** Name of the class, or `shoji()` for what was given to it. */
  readonly class: string;
  /** The static that it is about, where it is about one: `iri`, `catalogs`, `body`, … */
  readonly member?: string;
  /** The link name, where it is about one entry of a map. */
  readonly name?: string;
  /** The IRI or template as it was declared. */
  readonly iri?: string;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}

/** Thrown by `shoji()`: everything that is wrong with the declarations, at once. */
export class DeclarationError extends Error {
  /** The same for every error of this class, to be searched for. */
  readonly code = 'SHOJI_DECLARATION';
  readonly findings: readonly DeclarationFinding[];

  constructor(findings: readonly DeclarationFinding[]) {
    const count =
      findings.length === 1 ? '1 declaration is wrong' : `${findings.length} declarations are wrong`;
    super([`${count}:`, ...findings.map((finding) => `- ${describe(finding)}`)].join('\n'));
    this.name = 'DeclarationError';
    this.findings = Object.freeze([...findings]);
  }
}
brand(DeclarationError, 'DeclarationError');

/** Where a finding belongs; what is found there is said by {@link Findings.add}. */
export type Whereabouts = Omit<DeclarationFinding, 'message'>;

/** Collects findings, so that an author sees all of them and not the first. */
export class Findings {
  readonly #all: DeclarationFinding[] = [];
  readonly #texts = new Set<string>();

  /** Adds a finding, unless it is there already: a class may stand at several places. */
  add({ class: owner, member, name, iri }: Whereabouts, message: string): void {
    const finding: DeclarationFinding = {
      class: owner,
      ...(member !== undefined && { member }),
      ...(name !== undefined && { name }),
      ...(typeof iri === 'string' && { iri }),
      message,
    };
    const text = describe(finding);
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    this.#all.push(Object.freeze(finding));
  }

  /** Whether anything was found wrong of this class. */
  concern(owner: string): boolean {
    return this.#all.some((finding) => finding.class === owner);
  }

  /** @throws {DeclarationError} where anything was added */
  throwIfAny(): void {
    if (this.#all.length > 0) throw new DeclarationError(this.#all);
  }
}

function describe({ class: owner, member, name, iri, message }: DeclarationFinding): string {
  const named = owner === '' ? '(a class without a name)' : owner;
  const place = member === undefined ? named : `${named}.${member}`;
  const entry = name === undefined ? place : `${place}[${JSON.stringify(name)}]`;
  return iri === undefined ? `${entry}: ${message}` : `${entry} ${JSON.stringify(iri)}: ${message}`;
}

/**
 * Refuses options that there are none of.
 *
 * @param of - what takes the options, such as `createServer()`
 * @throws {TypeError} with the name that was probably meant
 */
export function refuseUnknown(of: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new TypeError(`${of}: ${JSON.stringify(name)} is no option${suggestion(name, known)}`);
  }
}
