import { writeFile, readFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { text } from 'node:stream/consumers';
import { check } from '../check/check.js';
import type { CheckRun } from '../check/check.js';
import { CHECKS } from '../check/checks.js';
import type { CheckPage } from '../check/checks.js';
import type { CheckFinding } from '../check/checks/check-definition.js';
import type { CheckOptions } from '../check/crawl/crawl-options.js';
import { summaryOf } from '../check/report/check-result.js';
import type { CheckResult } from '../check/report/check-result.js';
import { parseCheckArguments, CHECK_HELP } from './check-arguments.js';
import type { CheckCommand, ReportFormat } from './check-arguments.js';
import type { CrawlProgress } from './progress-bar.js';
import { hasColours, isTerminal, sanitizeForTerminal } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { UsageError } from './command-line.js';
import type { TextRole } from '../check/report/text-report.js';
import type { Json } from '../protocol/documents.js';

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

/**
 * Reads what a command names files for.
 *
 * @throws {UsageError} where one cannot be read, or does not hold what it should
 */
export async function readInputs(
  command: CheckCommand,
  stdin: NodeJS.ReadableStream,
): Promise<Pick<CheckOptions, 'known' | 'write'>> {
  const { known, write, writeBody } = command;
  return {
    ...(known !== undefined && { known: await readKnown(known, stdin) }),
    ...(write !== undefined && {
      write: { catalog: write, ...(writeBody !== undefined && { body: await readBody(writeBody) }) },
    }),
  };
}

async function readKnown(file: string, stdin: NodeJS.ReadableStream): Promise<readonly string[]> {
  const lines = file === '-' ? await text(stdin) : await read('--known', file);
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

async function readBody(given: string): Promise<Readonly<Record<string, Json>>> {
  const json = given.startsWith('@') ? await read('--write-body', given.slice(1)) : given;
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`--write-body is no JSON (${(error as Error).message}); write an object, or @FILE`, {
      cause: error,
    });
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, Json>;
  throw new UsageError('--write-body is JSON, but no object; write the body of an entity, {"name": "value"}');
}

async function read(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new UsageError(
      `${option} names ${file}, which cannot be read (${code}); write the path of a file`,
      {
        cause: error,
      },
    );
  }
}

/** What a report depends on besides the result. */
export interface ReportContext {
  /** The checks that were made. */
  readonly checks: readonly CheckPage[];
  readonly date: Date;
  readonly color: boolean;
  /** Whether warnings are too many, so that they fail, too. */
  readonly warningsFail: boolean;
}

type Writer = (result: CheckResult, context: ReportContext) => Promise<string>;

const STYLES = { error: 'red', warning: 'yellow', note: 'cyan', heading: 'bold', faint: 'dim' } as const;

/** Loaded when they are asked for. */
const WRITERS: Readonly<Record<ReportFormat, Writer>> = {
  text: async (result, { color }) => {
    const { textReport } = await import('../check/report/text-report.js');
    return textReport(result, color ? { paint } : {});
  },
  json: async (result) => (await import('../check/report/json-report.js')).jsonReport(result),
  junit: async (result, { checks, warningsFail }) => {
    const { junitReport } = await import('../check/report/junit-report.js');
    return junitReport(result, { checks: checks.map(({ name }) => name), warningsFail });
  },
  html: async (result, { checks, date }) => {
    const { htmlReport } = await import('../check/report/html-report.js');
    return htmlReport(result, { checks, date });
  },
  dot: async (result) => (await import('../check/report/graph-languages.js')).graphDot(result),
  mermaid: async (result) => (await import('../check/report/graph-languages.js')).graphMermaid(result),
};

/** Writes a result in a format. */
export function writeReport(
  format: ReportFormat,
  result: CheckResult,
  context: ReportContext,
): Promise<string> {
  return WRITERS[format](result, context);
}

function paint(role: TextRole, text: string): string {
  // Whether to colour is decided by then, so the stream is not asked again.
  return styleText(STYLES[role], text, { validateStream: false });
}

/** There are no errors. */
const SOUND = 0;
/** There are errors, or more warnings than allowed. */
const FAULTY = 1;
/** Nothing could be fetched, or the command line cannot be followed. */
const FAILED = 2;
/** Ended by SIGINT, with nothing wrong so far: 128 and the signal's number, as shells have it. */
const INTERRUPTED = 130;

/**
 * Runs `shoji check`: follows the links of an API, checks what they lead to, and reports.
 *
 * @param args - what follows `check` on the command line
 * @returns the exit code: 0 no errors, 1 errors or too many warnings, 2 nothing could be fetched or bad
 *   usage, 130 interrupted without an error so far
 */
export async function checkCommand(args: readonly string[], io: CommandIo): Promise<number> {
  try {
    const wanted = parseCheckArguments(args, process.env);
    if (wanted.type === 'check') return await checkApi(wanted, io);
    io.stdout.write(wanted.type === 'help' ? CHECK_HELP : explainCheck(wanted.check, CHECKS));
    return SOUND;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`shoji check: ${sanitizeForTerminal(error.message)}\nSee shoji check --help.\n`);
    return FAILED;
  }
}

async function checkApi(command: CheckCommand, io: CommandIo): Promise<number> {
  const inputs = await readInputs(command, io.stdin);
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  // Once only: without a listener, the second signal ends the process at once.
  process.once('SIGINT', onInterrupt);
  let result: CheckResult;
  try {
    result = await walk(command, { ...command.options, ...inputs, signal: interrupt.signal }, io);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
  const code = exitCodeOf(result, command.maxWarnings, interrupt.signal.aborted);
  await report(command, result, code, io);
  if (code === FAILED)
    io.stderr.write(`shoji check: nothing could be fetched from ${sanitizeForTerminal(command.url)}\n`);
  return code;
}

async function walk(command: CheckCommand, options: CheckOptions, io: CommandIo): Promise<CheckResult> {
  const progress = command.quiet ? undefined : await showProgress(io);
  try {
    const checkup = begin(command.url, {
      ...options,
      ...(progress && { onProgress: (state) => progress.update(state) }),
    });
    const findings: CheckFinding[] = [];
    for await (const finding of checkup) findings.push(finding);
    return { survey: checkup.survey, findings };
  } finally {
    progress?.stop();
  }
}

/** Loads the bar only for a terminal. */
async function showProgress({ stderr }: CommandIo): Promise<CrawlProgress | undefined> {
  return isTerminal(stderr) ? (await import('./progress-bar.js')).showCrawlProgress(stderr) : undefined;
}

function begin(url: string, options: CheckOptions): CheckRun {
  try {
    return check(url, options);
  } catch (error) {
    // What the function's caller got wrong, the command's caller did.
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

function exitCodeOf(result: CheckResult, maxWarnings: number, interrupted: boolean): number {
  const { errors, warnings } = summaryOf(result);
  const isFetched = result.survey.resources.some(({ status }) => status !== undefined);
  if (!isFetched) return interrupted ? INTERRUPTED : FAILED;
  if (errors > 0 || warnings > maxWarnings) return FAULTY;
  return interrupted ? INTERRUPTED : SOUND;
}

async function report(
  { report: format, output, options, color, quiet, maxWarnings }: CheckCommand,
  result: CheckResult,
  code: number,
  io: CommandIo,
): Promise<void> {
  if (quiet && format === 'text' && output === undefined && code === SOUND) return;
  const text = await writeReport(format, result, {
    checks: CHECKS.filter(({ name }) => options.checks?.includes(name) ?? true),
    date: new Date(),
    color: color ?? (output === undefined && hasColours(io.stdout)),
    warningsFail: summaryOf(result).warnings > maxWarnings,
  });
  if (output === undefined) io.stdout.write(text);
  else await writeOutput(output, text);
}

async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new UsageError(`--output names ${file}, which cannot be written (${code}); write another path`, {
      cause: error,
    });
  }
}
