import type { Finding } from '../findings.js';

/** Thrown where a document cannot be converted; the findings say what is wrong with it. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError';
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    const [first] = findings.filter(({ level }) => level === 'error');
    super(
      `The document cannot be converted: ${first === undefined ? 'it is not valid' : `${first.pointer} ${first.message}`}`,
    );
    this.findings = findings;
  }
}
