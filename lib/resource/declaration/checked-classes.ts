import type { Findings } from './findings.js';
import type { Trial } from './own-reading.js';
import { tryOut } from './own-reading.js';
import type { BaseName } from './statics.js';
import { checkInstances, checkStatics } from './statics.js';

/** Classes that were checked by themselves: each once, however often it is linked to. */
export class CheckedClasses {
  readonly #checked = new Map<unknown, Trial>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Checks the statics and the methods of a class. */
  check(declared: { readonly name: string; readonly prototype: object }, base: BaseName): Trial {
    const checked = this.#checked.get(declared);
    if (checked !== undefined) return checked;
    const trial = tryOut(declared);
    this.#checked.set(declared, trial);
    checkStatics(declared, base, this.#findings);
    checkInstances(declared, base, trial.instance, this.#findings);
    return trial;
  }
}
