import type { Finding } from '../../protocol/findings.js';
import type { ValidateTextOptions, Validation } from '../../protocol/validate.js';
import { excerptsOf } from '../excerpt.js';
import type { FindingBatch, JudgedDocument, Origin } from './reporter.js';
import { judgeBytes } from './source.js';

/** How documents are judged, and what is to be known of them for the report. */
export interface JudgeOptions extends ValidateTextOptions {
  /** Whether findings come with the lines that they point at. */
  readonly excerpts: boolean;
}

/** How many findings a batch has at most. */
const BATCH = 1000;

/** What a document came to, without its findings. */
export type Verdict = Omit<JudgedDocument, 'origin' | 'batches'>;

/** Judges a document that is held in memory. */
export function judgeDocument(
  bytes: Uint8Array,
  origin: Origin,
  options: JudgeOptions,
  line?: number,
): JudgedDocument {
  const { text, validation } = judgeBytes(bytes, options);
  const excerpts = options.excerpts ? text : undefined;
  return { origin, ...verdictOf(validation), batches: batchesOf(validation.findings, excerpts, line) };
}

/** Counts what there is to say. */
export function verdictOf({ element, dialect, valid, findings }: Validation): Verdict {
  let errors = 0;
  let warnings = 0;
  for (const { level } of findings) {
    if (level === 'error') errors += 1;
    else if (level === 'warning') warnings += 1;
  }
  return { element, dialect, valid, errors, warnings, findings: findings.length };
}

/**
 * Hands out findings some at a time.
 *
 * @param text - what to cut excerpts from; none are cut without it
 * @param line - of the file, where the document is one line of it
 */
export function* batchesOf(
  findings: readonly Finding[],
  text: string | undefined,
  line: number | undefined,
): Generator<FindingBatch> {
  const excerptOf = text === undefined ? undefined : excerptsOf(text);
  for (let at = 0; at < findings.length; at += BATCH) {
    const batch = findings.slice(at, at + BATCH);
    yield {
      findings: line === undefined ? batch : batch.map((finding) => ({ ...finding, line })),
      excerpts: excerptOf === undefined ? [] : batch.map(excerptOf),
    };
  }
}
