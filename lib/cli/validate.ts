import { printable, type CommandIo } from './io.js';
import { parseValidateArguments, VALIDATE_HELP, type ValidateArguments } from './validate-arguments.js';
import { UsageError } from './usage.js';
import { jsonReport, textReport, textSummary } from './validate-report.js';
import { judgeSource, UnreadableSource, type Judgement } from './validate-source.js';

/** Every document is valid. */
const VALID = 0;
/** At least one document is not. */
const INVALID = 1;
/** A source could not be read, or the command line cannot be followed. */
const FAILED = 2;

/**
 * Runs `shoji validate`: reads documents, judges them, and reports.
 *
 * @param args - what follows `validate` on the command line
 * @returns the exit code: 0 all valid, 1 some invalid, 2 could not be read or bad usage
 */
export async function validateCommand(args: readonly string[], io: CommandIo): Promise<number> {
  let wanted: ValidateArguments | undefined;
  try {
    wanted = parseValidateArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`shoji validate: ${printable(error.message)}\nSee shoji validate --help.\n`);
    return FAILED;
  }
  if (wanted === undefined) {
    io.stdout.write(VALIDATE_HELP);
    return VALID;
  }
  return validateSources(wanted, io);
}

async function validateSources(wanted: ValidateArguments, io: CommandIo): Promise<number> {
  const documents: Judgement[] = [];
  for (const source of wanted.sources) {
    try {
      const { text, validation } = await judgeSource(source, io.stdin, wanted);
      documents.push({ source, validation });
      if (wanted.format === 'text') io.stdout.write(textReport({ source, text, validation }));
    } catch (error) {
      if (!(error instanceof UnreadableSource)) throw error;
      io.stderr.write(`shoji validate: cannot read ${printable(source)}: ${error.message}\n`);
    }
  }
  io.stdout.write(wanted.format === 'text' ? textSummary(documents) : jsonReport(documents));
  if (documents.length < wanted.sources.length) return FAILED;
  return documents.every(({ validation }) => validation.valid) ? VALID : INVALID;
}
