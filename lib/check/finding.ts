import type { Finding } from '../protocol/findings.js';

/** One thing that a check has to say about a live API, and where. */
export interface CheckFinding extends Finding {
  /** The check that speaks; `rule` says which of its sentences this is. */
  readonly check: string;
  /**
   * The resource that this is about, as an absolute IRI; `pointer` leads into its document. A link that
   * leads nowhere is the fault of the document that it stands in.
   */
  readonly iri: string;
}
