import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { sanitizeForTerminal } from '../../protocol/sanitize-for-terminal.js';
import { hasColours, isTerminal, Output } from '../command-io.js';
import type { CommandIo } from '../command-io.js';
import { UsageError } from '../command-line.js';
import type { FileProgress } from '../progress-bar.js';
import { judgeDocument, UnreadableSourceError } from './judge-document.js';
import type { JudgeOptions } from './judge-document.js';
import { countFiles, readSources, VALIDATE_LIMITS } from './read-sources.js';
import type { Input, ValidateLimits } from './read-sources.js';
import { addTo, emptySummary } from './reporter.js';
import type { JudgedDocument, Reporter, Summary } from './reporter.js';
import { parseValidateArguments, VALIDATE_HELP } from './validate-arguments.js';
import type { ValidateArguments } from './validate-arguments.js';

/** Every document is valid. */
const VALID = 0;
/** At least one document is not, or there are more warnings than are allowed. */
const INVALID = 1;
/** A source could not be read. */
const FAILED = 2;
/** SIGINT came first; what shells say of it. */
const INTERRUPTED = 130;

/**
 * Runs `shoji validate`: reads documents, judges them, and reports.
 *
 * @param args - what follows `validate` on the command line
 * @returns the exit code: 0 all valid, 1 some invalid or too many warnings, 2 could not be read or bad
 *   usage, 130 interrupted
 */
export async function validateCommand(
  args: readonly string[],
  io: CommandIo,
  limits: ValidateLimits = VALIDATE_LIMITS,
): Promise<number> {
  try {
    const request = parseValidateArguments(args);
    if (request.type === 'validate') return await validateSources(request, io, limits);
    if (request.type === 'help') io.stdout.write(VALIDATE_HELP);
    else io.stdout.write((await import('./explain-rule.js')).explainRule(request.rule, request.format));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`shoji validate: ${sanitizeForTerminal(error.message)}\nSee shoji validate --help.\n`);
    return 2;
  }
}

/**
 * Judges all documents of the sources and reports on them, one after the other.
 *
 * @returns the exit code
 */
export async function validateSources(
  wanted: ValidateArguments,
  io: CommandIo,
  limits: ValidateLimits,
): Promise<number> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt);
  const progress = await progressOver(wanted.sources, io);
  try {
    const run = new ValidationRun(wanted, io, limits, await reporterFor(wanted, io), progress);
    return await run.judgeAll(interrupted.signal);
  } finally {
    progress?.stop();
    process.removeListener('SIGINT', interrupt);
  }
}

/**
 * Shows how far it is, on a terminal and where there are many files.
 *
 * @returns undefined where nothing is shown
 */
export async function progressOver(
  sources: readonly string[],
  { stderr }: CommandIo,
): Promise<FileProgress | undefined> {
  if (!isTerminal(stderr)) return undefined;
  const total = sources.reduce((count, source) => count + countFiles(source), 0);
  if (total < MANY) return undefined;
  return (await import('../progress-bar.js')).showFileProgress(stderr, total);
}

/** How many files there are before it is worth to show how far it is. */
const MANY = 20;

class ValidationRun {
  readonly #wanted: ValidateArguments;
  readonly #io: CommandIo;
  readonly #limits: ValidateLimits;
  readonly #reporter: Reporter;
  readonly #progress: FileProgress | undefined;
  readonly #output: Output;
  readonly #judging: JudgeOptions;
  readonly #summary: Summary = emptySummary();
  #unreadable = 0;

  constructor(
    wanted: ValidateArguments,
    io: CommandIo,
    limits: ValidateLimits,
    reporter: Reporter,
    progress: FileProgress | undefined,
  ) {
    this.#wanted = wanted;
    this.#io = io;
    this.#limits = limits;
    this.#reporter = reporter;
    this.#progress = progress;
    this.#output = new Output(io.stdout, isTerminal(io.stdout) ? () => progress?.hide() : undefined);
    const { dialect, role, value, format } = wanted;
    this.#judging = { dialect, role, value, excerpts: format === 'text' };
  }

  async judgeAll(signal: AbortSignal): Promise<number> {
    const { stdin } = this.#io;
    const { sources, ndjson } = this.#wanted;
    this.#output.add(this.#reporter.start());
    for await (const group of readSources(sources, { stdin, ndjson, limits: this.#limits, signal })) {
      await this.#takeAll(group, signal);
      if (signal.aborted || this.#output.closed) break;
      // The next group may take its time, and what is known already need not wait for it.
      await this.#output.flush();
    }
    this.#progress?.stop();
    this.#output.add(this.#reporter.end(this.#summary));
    await this.#output.flush();
    return signal.aborted ? this.#interrupted() : this.#exitCode();
  }

  async #takeAll(group: Iterable<Input>, signal: AbortSignal): Promise<void> {
    let rested = performance.now();
    for (const input of group) {
      // Small documents are many: nothing is waited for where there is nothing to wait for.
      const pending = this.#take(input);
      if (pending !== undefined) await pending;
      if (this.#output.isFull) await this.#output.flush();
      if (performance.now() - rested > BUSY_MS) {
        await setImmediate();
        rested = performance.now();
      }
      if (signal.aborted || this.#output.closed) return;
    }
  }

  #take(input: Input): Promise<void> | undefined {
    switch (input.type) {
      case 'document':
        if (input.bytes.length > this.#limits.inProcess) return this.#judgeLarge(input);
        return this.#report(judgeDocument(input.bytes, input.origin, this.#judging, input.line));
      case 'large':
        return this.#judgeLarge(input);
      case 'unreadable':
        return this.#fail(input.source, input.message);
      case 'done':
        this.#progress?.step();
        return undefined;
    }
  }

  async #judgeLarge(input: Extract<Input, { readonly type: 'document' | 'large' }>): Promise<void> {
    const { judgeLarge } = await import('./large-document.js');
    const { origin } = input;
    const options = this.#judging;
    try {
      const judged =
        input.type === 'large'
          ? judgeLarge({ path: input.path, options }, origin, undefined, this.#limits.heap)
          : judgeLarge(
              { options, ...(input.line !== undefined && { line: input.line }) },
              origin,
              input.bytes,
              this.#limits.heap,
            );
      await this.#report(await judged);
    } catch (error) {
      if (!(error instanceof UnreadableSourceError)) throw error;
      await this.#fail(origin.source, error.message);
    }
  }

  #report(document: JudgedDocument): Promise<void> | undefined {
    addTo(this.#summary, document);
    this.#output.add(this.#reporter.open(document));
    if (document.findings > 0) return this.#reportFindings(document);
    this.#output.add(this.#reporter.close(document));
    return undefined;
  }

  async #reportFindings(document: JudgedDocument): Promise<void> {
    for await (const batch of document.batches) {
      this.#output.add(this.#reporter.findings(document, batch));
      if (this.#output.isFull) await this.#output.flush();
      if (this.#output.closed) return;
    }
    this.#output.add(this.#reporter.close(document));
  }

  async #fail(source: string, message: string): Promise<void> {
    this.#unreadable += 1;
    this.#output.add(this.#reporter.unreadable(source, message));
    // What was said before comes before it on a terminal, too.
    await this.#output.flush();
    this.#progress?.hide();
    this.#io.stderr.write(
      `shoji validate: cannot read ${sanitizeForTerminal(source)}: ${sanitizeForTerminal(message)}\n`,
    );
  }

  #interrupted(): number {
    this.#io.stderr.write('shoji validate: interrupted; the rest was not read\n');
    return INTERRUPTED;
  }

  #exitCode(): number {
    const { maxWarnings } = this.#wanted;
    const { invalid, warnings } = this.#summary;
    const isOver = maxWarnings !== undefined && warnings > maxWarnings;
    if (isOver) {
      this.#io.stderr.write(
        `shoji validate: the warnings are ${warnings}, more than --max-warnings ${maxWarnings} allows\n`,
      );
    }
    if (this.#unreadable > 0) return FAILED;
    return invalid > 0 || isOver ? INVALID : VALID;
  }
}

/** How long documents are judged without looking up for signals and timers, in milliseconds. */
const BUSY_MS = 50;

/** Makes what writes the report in the format that is asked for; only that one is loaded. */
export async function reporterFor(
  { format, color, quiet }: ValidateArguments,
  { stdout }: CommandIo,
): Promise<Reporter> {
  switch (format) {
    case 'text': {
      const { textReporter } = await import('./text-reporter.js');
      return textReporter({ color: color ?? hasColours(stdout), quiet });
    }
    case 'json':
      return (await import('./json-reporter.js')).jsonReporter();
    case 'sarif': {
      const { sarifReporter } = await import('./sarif-reporter.js');
      const { rulePages } = await import('../../protocol/pages/rule-pages.js');
      const { version } = createRequire(import.meta.url)('koa-shoji/package.json') as { version: string };
      return sarifReporter(version, rulePages);
    }
    case 'junit':
      return (await import('./junit-reporter.js')).junitReporter();
  }
}
