import { setImmediate } from 'node:timers/promises';
import { isTerminal, printable, type CommandIo } from '../io.js';
import { Output } from '../output.js';
import type { ValidateArguments } from './arguments.js';
import { readSources, type Input } from './input.js';
import { judgeDocument, type JudgeOptions } from './judge.js';
import type { ValidateLimits } from './limits.js';
import type { Progress } from './progress.js';
import type { JudgedDocument, Reporter } from './reporter.js';
import { UnreadableSourceError } from './source.js';
import { addTo, emptySummary, type Summary } from './summary.js';
import { progressOver, reporterFor } from './setting.js';

/** Every document is valid. */
const VALID = 0;
/** At least one document is not, or there are more warnings than are allowed. */
const INVALID = 1;
/** A source could not be read. */
const FAILED = 2;
/** SIGINT came first; what shells say of it. */
const INTERRUPTED = 130;

/** How long documents are judged without looking up for signals and timers, in milliseconds. */
const STRETCH = 50;

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
    const run = new Run(wanted, io, limits, await reporterFor(wanted, io), progress);
    return await run.judgeAll(interrupted.signal);
  } finally {
    progress?.stop();
    process.removeListener('SIGINT', interrupt);
  }
}

class Run {
  readonly #wanted: ValidateArguments;
  readonly #io: CommandIo;
  readonly #limits: ValidateLimits;
  readonly #reporter: Reporter;
  readonly #progress: Progress | undefined;
  readonly #output: Output;
  readonly #judging: JudgeOptions;
  readonly #summary: Summary = emptySummary();
  #unreadable = 0;

  constructor(
    wanted: ValidateArguments,
    io: CommandIo,
    limits: ValidateLimits,
    reporter: Reporter,
    progress: Progress | undefined,
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
      if (performance.now() - rested > STRETCH) {
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
    const { judgeLarge } = await import('./large.js');
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
    this.#io.stderr.write(`shoji validate: cannot read ${printable(source)}: ${printable(message)}\n`);
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
