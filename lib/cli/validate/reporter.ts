import type { Dialect } from '../../protocol/dialects/dialects.js';
import type { Finding } from '../../protocol/findings.js';

/** Writes a report piece by piece, so that no document is held longer than it is looked at. */
export interface Reporter {
  /** What stands before all documents. */
  start(): string;
  /** What stands before a document's findings. */
  open(document: JudgedDocument): string;
  findings(document: JudgedDocument, batch: FindingBatch): string;
  /** What stands behind a document's findings. */
  close(document: JudgedDocument): string;
  /** That a source could not be read, where the format has a place for it. */
  unreadable(source: string, message: string): string;
  /** What stands behind all documents. */
  end(summary: Summary): string;
}

/** A document that was judged. Its findings come in batches, as there may be more than memory holds twice. */
export interface JudgedDocument {
  readonly origin: Origin;
  readonly element: string | undefined;
  readonly dialect: Dialect;
  readonly valid: boolean;
  readonly errors: number;
  readonly warnings: number;
  /** How many there are of any level. */
  readonly findings: number;
  readonly batches: Iterable<FindingBatch> | AsyncIterable<FindingBatch>;
}

/** Where a document came from. */
export interface Origin {
  /** What it is called: a path, an IRI or `-`, and `:LINE` after it where it is one line of many. */
  readonly source: string;
  /** The same without the line. */
  readonly file: string;
}

/** Some of a document's findings, in their order. */
export interface FindingBatch {
  readonly findings: readonly Finding[];
  /** One for each finding, where they were asked for. */
  readonly excerpts: readonly Excerpt[];
}

/** A part of a line, fit for a terminal, to point into. */
export interface Excerpt {
  readonly text: string;
  /** How many characters stand before the place that is pointed at. */
  readonly before: number;
}

/** What all documents come to. */
export interface Summary {
  documents: number;
  valid: number;
  invalid: number;
  errors: number;
  warnings: number;
}

/** What no documents come to. */
export function emptySummary(): Summary {
  return { documents: 0, valid: 0, invalid: 0, errors: 0, warnings: 0 };
}

/** Counts a document. */
export function addTo(
  summary: Summary,
  { valid, errors, warnings }: Pick<Summary, 'errors' | 'warnings'> & { readonly valid: boolean },
): void {
  summary.documents += 1;
  if (valid) summary.valid += 1;
  else summary.invalid += 1;
  summary.errors += errors;
  summary.warnings += warnings;
}
