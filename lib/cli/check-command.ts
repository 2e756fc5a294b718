import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { styleText } from 'node:util';
import { check as checkApi } from '../check/check.js';
import type { CheckOptions, CheckRun } from '../check/check.js';
import { CHECKS } from '../check/checks.js';
import { assertCheck, CheckOptionsError } from '../check/checks/check-definition.js';
import type { Check, CheckFinding, CheckPage } from '../check/checks/check-definition.js';
import { summaryOf } from '../check/report/check-result.js';
import type { CheckResult } from '../check/report/check-result.js';
import type { TextRole } from '../check/report/text-report.js';
import type { Json } from '../protocol/documents.js';
import { CHECK_HELP, parseCheckArguments } from './check-arguments.js';
import type { CheckCommand, ReportFormat } from './check-arguments.js';
import { hasColours, isTerminal } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { sanitizeForTerminal } from '../protocol/sanitize-for-terminal.js';
import { UsageError } from './command-line.js';
import type { CrawlProgress } from './progress-bar.js';
import { isObject } from '../protocol/json/values.js';

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
    if (wanted.type === 'check') return await runCommand(wanted, io);
    if (wanted.type === 'help') io.stdout.write(CHECK_HELP);
    else io.stdout.write(explainCheck(wanted.check, [...CHECKS, ...(await loadChecks(wanted.modules))]));
    return SOUND;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`shoji check: ${sanitizeForTerminal(error.message)}\nSee shoji check --help.\n`);
    return FAILED;
  }
}

async function runCommand(command: CheckCommand, io: CommandIo): Promise<number> {
  const inputs = await readInputs(command, io.stdin);
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  // Once only: without a listener, the second signal ends the process at once.
  process.once('SIGINT', onInterrupt);
  let checked: CheckedApi;
  try {
    checked = await runCheck(command, { ...command.options, ...inputs, signal: interrupt.signal }, io);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
  const code = exitCodeOf(checked, command.maxWarnings, interrupt.signal.aborted);
  await writeResult(command, checked, code, io);
  if (code === FAILED)
    io.stderr.write(`shoji check: nothing could be fetched from ${sanitizeForTerminal(command.url)}\n`);
  return code;
}

/**
 * Reads what a command names files for.
 *
 * @throws {UsageError} where one cannot be read, or does not hold what it should
 */
async function readInputs(
  command: CheckCommand,
  stdin: NodeJS.ReadableStream,
): Promise<Pick<CheckOptions, 'checks' | 'known' | 'write'>> {
  const { modules, options, known, write, writeBody } = command;
  const own = await loadChecks(modules);
  return {
    ...(own.length > 0 && { checks: selectChecks(options.checks, own) }),
    ...(known !== undefined && { known: await readKnown(known, stdin) }),
    ...(write !== undefined && {
      write: { catalog: write, ...(writeBody !== undefined && { body: await readBody(writeBody) }) },
    }),
  };
}

/**
 * Loads the modules that `--checks` names.
 *
 * @throws {UsageError} where there is no such module, or its default export is neither a check nor a list of them
 */
async function loadChecks(paths: readonly string[]): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const path of paths) {
    const file = resolve(path);
    if (!existsSync(file)) {
      throw new UsageError(`--checks names ${path}, which is not there; write the path of a module`);
    }
    const { default: exported } = (await import(pathToFileURL(file).href)) as { default?: unknown };
    if (exported === undefined) {
      throw new UsageError(`${path} has no default export; write a check, or a list of checks, as one`);
    }
    for (const each of Array.isArray(exported) ? (exported as readonly unknown[]) : [exported]) {
      assertOwnCheck(path, each);
      checks.push(each);
    }
  }
  return checks;
}

function assertOwnCheck(path: string, value: unknown): asserts value is Check {
  try {
    assertCheck(value);
  } catch (error) {
    if (!(error instanceof CheckOptionsError)) throw error;
    throw new UsageError(`${path}: ${error.message}`, { cause: error });
  }
}

/** All checks, the loaded ones included, or those of a name that `--check` gives. */
function selectChecks(
  names: CheckOptions['checks'],
  own: readonly Check[],
): NonNullable<CheckOptions['checks']> {
  return names === undefined
    ? [...CHECKS, ...own]
    : names.map((name) => own.find((known) => known.name === name) ?? name);
}

async function readKnown(file: string, stdin: NodeJS.ReadableStream): Promise<readonly string[]> {
  const lines = file === '-' ? await readText(stdin) : await read('--known', file);
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
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
  if (isObject(body)) return body;
  throw new UsageError('--write-body is JSON, but no object; write the body of an entity, {"name": "value"}');
}

/** A result, and the checks that led to it. */
interface CheckedApi extends CheckResult {
  readonly checks: readonly CheckPage[];
}

async function runCheck(command: CheckCommand, options: CheckOptions, io: CommandIo): Promise<CheckedApi> {
  const progress = command.quiet ? undefined : await showProgress(io);
  try {
    const run = startCheck(command.url, {
      ...options,
      ...(progress && { onProgress: (state) => progress.update(state) }),
    });
    const findings: CheckFinding[] = [];
    for await (const finding of run) findings.push(finding);
    return { survey: run.survey, findings, checks: run.checks };
  } finally {
    progress?.stop();
  }
}

/** Loads the bar only for a terminal. */
async function showProgress({ stderr }: CommandIo): Promise<CrawlProgress | undefined> {
  return isTerminal(stderr) ? (await import('./progress-bar.js')).showCrawlProgress(stderr) : undefined;
}

function startCheck(url: string, options: CheckOptions): CheckRun {
  try {
    return checkApi(url, options);
  } catch (error) {
    // The command's caller wrote what the function refuses.
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

async function writeResult(
  { report: format, output, color, quiet, maxWarnings }: CheckCommand,
  result: CheckedApi,
  code: number,
  io: CommandIo,
): Promise<void> {
  if (quiet && format === 'text' && output === undefined && code === SOUND) return;
  const written = await writeReport(format, result, {
    checks: result.checks,
    date: new Date(),
    color: color ?? (output === undefined && hasColours(io.stdout)),
    warningsFail: summaryOf(result).warnings > maxWarnings,
  });
  if (output === undefined) io.stdout.write(written);
  else await writeOutput(output, written);
}

/** Depends on the command line, not on the result. */
interface ReportContext {
  /** The checks that were made. */
  readonly checks: readonly CheckPage[];
  readonly date: Date;
  readonly color: boolean;
  /** Whether warnings are too many, so that they fail, too. */
  readonly warningsFail: boolean;
}

/** Writes a result in a format. */
function writeReport(format: ReportFormat, result: CheckResult, context: ReportContext): Promise<string> {
  return WRITERS[format](result, context);
}

type Writer = (result: CheckResult, context: ReportContext) => Promise<string>;

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

function paint(role: TextRole, text: string): string {
  // Whether to colour is decided by then, so the stream is not asked again.
  return styleText(STYLES[role], text, { validateStream: false });
}

const STYLES = { error: 'red', warning: 'yellow', note: 'cyan', heading: 'bold', faint: 'dim' } as const;

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

/**
 * Writes what a check asks, and why.
 *
 * @throws {UsageError} where there is no such check
 */
export function explainCheck(name: string, checks: readonly CheckPage[]): string {
  const page = checks.find((known) => known.name === name);
  if (page !== undefined) {
    return `${page.name}: ${page.summary}\n\n${wrapped(page.explanation)}\n\nSee ${page.see}.\n`;
  }
  const names = checks.map((known) => known.name).join(', ');
  throw new UsageError(`there is no check ${JSON.stringify(name)}; the checks are ${names}`);
}

/** Breaks a paragraph into lines that a terminal shows whole. */
function wrapped(paragraph: string): string {
  return paragraph.replaceAll(/(.{1,90})(?:\s+|$)/g, '$1\n').trimEnd();
}
