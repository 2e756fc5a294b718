import type { Dialect } from './dialects/dialect.js';
import type { Level } from './findings.js';
import type { Role } from './role.js';

/** What there is to know of a rule. */
export interface RulePage {
  readonly level: Level;
  /** What the rule asks for, in one sentence. */
  readonly summary: string;
  /** Why it does, and what breaks where it is not obeyed. */
  readonly reason: string;
  /** The section of the protocol or the RFC behind it. */
  readonly see: string;
  /** What the examples are judged as; `draft-02` by default. */
  readonly dialect?: Dialect | 'auto';
  /** `response` by default. */
  readonly role?: Role;
  /** A JSON text that breaks the rule, and no other one. */
  readonly bad: string;
  /** The same, mended: nothing is to be said against it. */
  readonly good: string;
}
