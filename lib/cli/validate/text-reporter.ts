import { styleText } from 'node:util';
import { sanitizeForTerminal } from '../../protocol/sanitize-for-terminal.js';
import type { Finding, Level } from '../../protocol/findings.js';
import type { Excerpt, JudgedDocument, Reporter, Summary } from './reporter.js';

/** How the report for people is written. */
export interface TextOptions {
  /** Whether in colours, for a terminal. */
  readonly color: boolean;
  /** Whether nothing is said of documents without findings. */
  readonly quiet: boolean;
}

const COLORS = { error: 'red', warning: 'yellow', note: 'cyan' } as const satisfies Record<Level, string>;

/** Writes for people. */
export function textReporter({ color, quiet }: TextOptions): Reporter {
  // Whether the stream shows colours was asked before.
  const paint = (style: 'red' | 'yellow' | 'cyan' | 'green' | 'bold' | 'dim', text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const heading = ({ origin, element, dialect, valid }: JudgedDocument) =>
    `${paint('bold', sanitizeForTerminal(origin.source))}: ${paint(valid ? 'green' : 'red', valid ? 'valid' : 'invalid')} ` +
    `${sanitizeForTerminal(element ?? 'Value document')} (${dialect})\n`;
  const finding = (file: string, { rule, level, message, see, line = 1, column = 1 }: Finding) =>
    `${sanitizeForTerminal(`${file}:${line}:${column}`)} ${paint(COLORS[level], level)} ` +
    `${paint('bold', sanitizeForTerminal(rule))} ${sanitizeForTerminal(message)} ${paint('dim', `[${sanitizeForTerminal(see)}]`)}\n`;
  const pointer = ({ text, before }: Excerpt, level: Level) =>
    `    ${text}\n    ${' '.repeat(before)}${paint(COLORS[level], '^')}\n`;
  return {
    start: () => '',
    open: (document) => (quiet && document.findings === 0 ? '' : heading(document)),
    findings: (document, { findings, excerpts }) => {
      const said = findings.map((found, index) => {
        const excerpt = excerpts[index];
        return (
          finding(document.origin.file, found) + (excerpt === undefined ? '' : pointer(excerpt, found.level))
        );
      });
      return said.join('');
    },
    close: () => '',
    unreadable: () => '',
    end: textSummary,
  };
}

function textSummary({ documents, valid, invalid, errors, warnings }: Summary): string {
  return (
    `${count(documents, 'document')}: ${valid} valid, ${invalid} invalid; ` +
    `${count(errors, 'error')}, ${count(warnings, 'warning')}\n`
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
