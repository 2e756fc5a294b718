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
