import { batchesOf, verdictOf } from '../validate/judge.js';
import { jsonReporter } from '../validate/json.js';
import { textReporter } from '../validate/report.js';
import type { JudgedText } from '../validate/source.js';
import { addTo, emptySummary } from '../validate/summary.js';
import type { ConvertArguments } from './arguments.js';

/** Writes what `shoji validate` would say of the one document that cannot be converted. */
export function findingsReport(
  { source, text, validation }: JudgedText,
  format: ConvertArguments['format'],
): string {
  const reporter = format === 'json' ? jsonReporter() : textReporter({ color: false, quiet: false });
  const batches = [...batchesOf(validation.findings, text, undefined)];
  const document = { origin: { source, file: source }, ...verdictOf(validation), batches };
  const findings = batches.map((batch) => reporter.findings(document, batch));
  const report = reporter.open(document) + findings.join('') + reporter.close(document);
  if (format === 'text') return report;
  const summary = emptySummary();
  addTo(summary, document);
  return reporter.start() + report + reporter.end(summary);
}
