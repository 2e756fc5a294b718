import type { Findings } from './findings.js';
import type { BaseName } from './statics.js';
import { checkStatics } from './statics.js';

/** Classes whose statics were checked: each once, however often it is linked to. */
export class CheckedClasses {
  readonly #checked = new Set<unknown>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  check(declared: { readonly name: string }, base: BaseName): void {
    if (this.#checked.has(declared)) return;
    this.#checked.add(declared);
    checkStatics(declared, base, this.#findings);
  }
}
