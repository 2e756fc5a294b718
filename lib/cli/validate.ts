import { printable, type CommandIo } from './io.js';
import { UsageError } from './usage.js';
import { parseValidateArguments } from './validate/arguments.js';
import { VALIDATE_LIMITS, type ValidateLimits } from './validate/limits.js';
import { validateSources } from './validate/run.js';

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
    if (request.type === 'help') io.stdout.write((await import('./validate/help.js')).VALIDATE_HELP);
    else io.stdout.write((await import('./validate/explain.js')).explainRule(request.rule, request.format));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`shoji validate: ${printable(error.message)}\nSee shoji validate --help.\n`);
    return 2;
  }
}
