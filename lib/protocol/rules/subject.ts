import type { Role } from '../role.js';
import type { ReferenceSource } from '../references.js';

/** What a rule looks at: a document of a known element, its dialect, and the role in which it is sent. */
export interface Subject extends ReferenceSource {
  readonly role: Role;
}
