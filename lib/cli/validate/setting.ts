import { createRequire } from 'node:module';
import { hasColours, isTerminal, type CommandIo } from '../io.js';
import type { ValidateArguments } from './arguments.js';
import type { Progress } from './progress.js';
import type { Reporter } from './reporter.js';

/** Makes what writes the report in the format that is asked for; only that one is loaded. */
export async function reporterFor(
  { format, color, quiet }: ValidateArguments,
  { stdout }: CommandIo,
): Promise<Reporter> {
  switch (format) {
    case 'text': {
      const { textReporter } = await import('./report.js');
      return textReporter({ color: color ?? hasColours(stdout), quiet });
    }
    case 'json':
      return (await import('./json.js')).jsonReporter();
    case 'sarif': {
      const { sarifReporter } = await import('./sarif.js');
      const { rulePages } = await import('../../protocol/pages/pages.js');
      const { version } = createRequire(import.meta.url)('koa-shoji/package.json') as { version: string };
      return sarifReporter(version, rulePages);
    }
    case 'junit':
      return (await import('./junit.js')).junitReporter();
  }
}

/** How many files there are before it is worth to show how far it is. */
const MANY = 20;

/**
 * Shows how far it is, on a terminal and where there are many files.
 *
 * @returns undefined where nothing is shown
 */
export async function progressOver(
  sources: readonly string[],
  { stderr }: CommandIo,
): Promise<Progress | undefined> {
  if (!isTerminal(stderr)) return undefined;
  const { countFiles } = await import('./directory.js');
  const total = sources.reduce((count, source) => count + countFiles(source), 0);
  if (total < MANY) return undefined;
  return (await import('./progress.js')).showProgress(stderr, total);
}
