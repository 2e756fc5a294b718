import type { Findings } from './findings.js';
import type { Trial } from './own-reading.js';
import { tryOut } from './own-reading.js';
import type { BaseName } from './statics.js';
import { checkInstances, checkOptionsOf } from './statics.js';

/** Classes that were checked by themselves: each once, however often it is linked to. */
export class CheckedClasses {
  readonly #checked = new Map<unknown, Trial | undefined>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /**
   * Checks the options, statics and methods of a class.
   *
   * @returns undefined where it has no options to go by
   */
  check(declared: { readonly name: string; readonly prototype: object }, base: BaseName): Trial | undefined {
    if (this.#checked.has(declared)) return this.#checked.get(declared);
    const trial = tryOut(declared);
    const hasOptions = checkOptionsOf(declared, base, this.#findings);
    checkInstances(declared, base, trial.instance, this.#findings);
    const found = hasOptions ? trial : undefined;
    this.#checked.set(declared, found);
    return found;
  }
}
