import { writeFile } from 'node:fs/promises';
import { check, type Checkup } from '../check/check.js';
import { CHECKS } from '../check/checks.js';
import type { CheckFinding } from '../check/finding.js';
import type { CheckOptions } from '../check/options.js';
import { summaryOf, type CheckResult } from '../check/report/result.js';
import { parseCheckArguments, type CheckCommand } from './check/arguments.js';
import { explainCheck } from './check/explain.js';
import { CHECK_HELP } from './check/help.js';
import { readInputs } from './check/inputs.js';
import { showProgress } from './check/progress.js';
import { writeReport } from './check/report.js';
import { hasColours, printable, type CommandIo } from './io.js';
import { UsageError } from './usage.js';

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
    io.stderr.write(`shoji check: ${printable(error.message)}\nSee shoji check --help.\n`);
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
    io.stderr.write(`shoji check: nothing could be fetched from ${printable(command.url)}\n`);
  return code;
}

async function walk(command: CheckCommand, options: CheckOptions, io: CommandIo): Promise<CheckResult> {
  const progress = command.quiet ? undefined : await showProgress(io.stderr);
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

function begin(url: string, options: CheckOptions): Checkup {
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
