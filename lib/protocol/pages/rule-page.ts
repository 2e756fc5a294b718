import type { Dialect } from '../dialects/dialects.js';
import type { Level } from '../findings.js';
import type { Role } from '../role.js';

/** What there is to know of a rule. */
export interface RulePage {
  /** What a finding of this rule weighs, where the page does not say that it can weigh less. */
  readonly level: Level;
  /** What the rule asks for, in one sentence. */
  readonly summary: string;
  /** Why it does, and what breaks where it is not obeyed. */
  readonly reason: string;
  /** The section of the protocol or the RFC behind it. */
  readonly see: string;
  /** What the examples are judged as; `draft-02` by default. */
  readonly dialect?: Dialect | 'auto';
  /** What the good example is judged as, where another dialect than the bad one's is what mends it. */
  readonly goodDialect?: Dialect;
  /** `response` by default. */
  readonly role?: Role;
  /**
   * How `bad` becomes bytes; `utf-8` by default. `latin-1` makes one byte of each character, where no
   * text can break the rule.
   */
  readonly badEncoding?: 'utf-8' | 'latin-1';
  /** A JSON text that breaks the rule, and by which no other error is made. */
  readonly bad: string;
  /** The same, mended: nothing is to be said against it. */
  readonly good: string;
}
