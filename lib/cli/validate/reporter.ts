import type { Dialect } from '../../protocol/dialects/dialects.js';
import type { Finding } from '../../protocol/findings.js';

/** Writes a report piece by piece, so that no document is held longer than it is looked at. */
export interface Reporter {
  /** Begins the report, before all documents. */
  start(): string;
  /** Begins a document, before its findings. */
  open(document: JudgedDocument): string;
  findings(document: JudgedDocument, batch: FindingBatch): string;
  /** Ends a document, behind its findings. */
  close(document: JudgedDocument): string;
  /** That a source could not be read, where the format has a place for it. */
  unreadable(source: string, message: string): string;
  /** Ends the report, behind all documents. */
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
  /** Its name: a path, an IRI or `-`, and `:LINE` after it where it is one line of many. */
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

/** All documents in figures. */
export interface Summary {
  documents: number;
  valid: number;
  invalid: number;
  errors: number;
  warnings: number;
}

/** The figures before the first document. */
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
