import type { Finding, Level } from '../protocol/findings.js';
import { printable } from './io.js';
import type { JudgedText, Judgement } from './validate-source.js';

/** How many characters of a line are shown, at most. */
const EXCERPT = 100;

/** Writes one document's findings for people. */
export function textReport({ source, text, validation }: JudgedText): string {
  const { element = 'Value document', dialect, valid, findings } = validation;
  const heading = `${printable(source)}: ${valid ? 'valid' : 'invalid'} ${printable(element)} (${dialect})\n`;
  const lines = findings.length === 0 ? [] : text.split(/\r\n|\n|\r/);
  return heading + findings.map((finding) => findingText(finding, source, lines)).join('');
}

function findingText(finding: Finding, source: string, lines: readonly string[]): string {
  const { rule, level, message, line = 1, column = 1 } = finding;
  const said = `${printable(`${source}:${line}:${column} ${level} ${rule} ${message}`)}\n`;
  const [excerpt, before] = excerptAround(lines[line - 1] ?? '', column - 1);
  return `${said}    ${excerpt}\n    ${' '.repeat(before)}^\n`;
}

/** A part of a line that has the offset in it, and how many characters of it stand before the offset. */
function excerptAround(line: string, offset: number): readonly [excerpt: string, before: number] {
  const start = Math.max(0, Math.min(offset - EXCERPT / 2, line.length - EXCERPT));
  const end = Math.min(line.length, start + EXCERPT);
  const left = (start > 0 ? '…' : '') + printable(line.slice(start, offset));
  const right = printable(line.slice(offset, end)) + (end < line.length ? '…' : '');
  return [left + right, Array.from(left).length];
}

/** Writes what all documents come to, in one line. */
export function textSummary(documents: readonly Judgement[]): string {
  const { valid, invalid, errors, warnings } = summaryOf(documents);
  return (
    `${count(documents.length, 'document')}: ${valid} valid, ${invalid} invalid; ` +
    `${count(errors, 'error')}, ${count(warnings, 'warning')}\n`
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Writes all documents' findings for programs. */
export function jsonReport(documents: readonly Judgement[]): string {
  const report = {
    documents: documents.map(({ source, validation: { element = null, dialect, valid, findings } }) => ({
      source,
      dialect,
      element,
      valid,
      findings,
    })),
    summary: summaryOf(documents),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function summaryOf(documents: readonly Judgement[]) {
  const valid = documents.filter(({ validation }) => validation.valid).length;
  const levels = documents.flatMap(({ validation }) => validation.findings.map(({ level }) => level));
  const countOf = (level: Level) => levels.filter((other) => other === level).length;
  return {
    documents: documents.length,
    valid,
    invalid: documents.length - valid,
    errors: countOf('error'),
    warnings: countOf('warning'),
  };
}
