import type { RuleName } from './rules/names.js';

/** How much a finding weighs: an `error` makes a document invalid, the others do not. */
export type Level = 'error' | 'warning' | 'note';

/** One thing that a check has to say about a document, and where. */
export interface Finding {
  /** Stable kebab-case name of the rule that speaks. */
  readonly rule: string;
  readonly level: Level;
  /** Where in the document, as an RFC 6901 JSON Pointer; `''` is the whole document. */
  readonly pointer: string;
  /** 1-based, where the text of the document is known. */
  readonly line?: number;
  /** 1-based, in UTF-16 code units, where the text of the document is known. */
  readonly column?: number;
  /** What is wrong, what was found, and what to write instead. */
  readonly message: string;
  /** The section of the protocol or the RFC behind the rule. */
  readonly see: string;
}

/** A finding before its place in a text is looked up. */
export interface UnlocatedFinding extends Pick<Finding, 'level' | 'pointer' | 'message' | 'see'> {
  readonly rule: RuleName;
  /** Where in the string at `pointer`, in UTF-16 code units from 0; the whole value without it. */
  readonly at?: number;
}
