import type { CheckPage } from '../../check/checks.js';
import { UsageError } from '../usage.js';

/**
 * Writes what a check asks, and why.
 *
 * @throws {UsageError} where there is no such check
 */
export function explainCheck(name: string, checks: readonly CheckPage[]): string {
  const page = checks.find((check) => check.name === name);
  if (page !== undefined) {
    return `${page.name}: ${page.summary}\n\n${wrapped(page.explanation)}\n\nSee ${page.see}.\n`;
  }
  const names = checks.map((check) => check.name).join(', ');
  throw new UsageError(`there is no check ${JSON.stringify(name)}; the checks are ${names}`);
}

/** Breaks a paragraph into lines that a terminal shows whole. */
function wrapped(paragraph: string): string {
  return paragraph.replaceAll(/(.{1,90})(?:\s+|$)/g, '$1\n').trimEnd();
}
